"""Runs easbench.py (../shared/bench) as it is, and keeps every request and answer as they went over the wire: record.py FILE ARGUMENT...
A line of FILE: {"command", "version", "request" and "answer" (hexadecimal WBXML, "" for none), "status"}."""
import base64
import contextlib
import json
import re
import runpy
import sys
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from demo import phone_room  # noqa: E402

phone_room()
from eas import http, wbxml  # noqa: E402


def main():
    file, arguments = open(sys.argv[1], "a"), sys.argv[2:]
    exchange = http.Connection._exchange

    def kept(self, request, timeout):
        answer = exchange(self, request, timeout)
        headers = {name.lower(): value for name, value in dict(request.headers or {}).items()}
        body = request.body if isinstance(request.body, bytes) else b""
        is_document = "wbxml" in headers.get("content-type", "") and body[:1] == b"\x03"
        part = answer.parts[0] if answer.status == 200 and "vnd.ms-sync" in answer.headers.get("content-type", "") else b""
        found = re.search(r"[?&]Cmd=(\w+)", request.target or "")
        version = headers.get("ms-asprotocolversion", "")
        if not version and not found:
            # The other form of a query begins with it.
            with contextlib.suppress(ValueError, IndexError):
                packed = base64.b64decode(urllib.parse.unquote((request.target or "").partition("?")[2]))
                version = f"{packed[0] // 10}.{packed[0] % 10}"
        json.dump({"command": found[1] if found else "", "version": version, "request": body.hex() if is_document else "",
                   "answer": part.hex() if part[:1] == b"\x03" else "", "status": answer.status}, file)
        file.write("\n")
        return answer
    http.Connection._exchange = kept
    sys.argv = [str(Path(wbxml.__file__).resolve().parents[1] / "easbench.py"), *arguments]
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    finally:
        file.close()


main()
