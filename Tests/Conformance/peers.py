"""Real servers that the tests run for themselves: unbound with what a test publishes, and Debian's Postfix in a folder of its own. Standard library only."""
import contextlib
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

# Every service but smtpd, which is where a test wants it; nothing in a chroot.
POSTFIX_SERVICES = """pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def tool(name):
    """Where Debian has it, which is not always in PATH."""
    return shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")


class Unbound:
    """A resolver that knows what was added before it started, and nothing else."""

    def __init__(self, folder):
        self.folder, self.lines, self.process, self.port = Path(folder), [], None, None

    def choose_port(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def add(self, name, kind, data):
        if kind == "TXT":
            data = " ".join('"%s"' % data[place:place + 200] for place in range(0, len(data), 200) or [0])
        self.lines.append(f"    local-data: '{name}. 60 IN {kind} {data}'")

    def config(self, port):
        return "\n".join([
            "server:", "    interface: 127.0.0.1", f"    port: {port}", "    do-daemonize: no", '    chroot: ""', '    username: ""', "    use-syslog: no",
            f'    directory: "{self.folder}"', f'    pidfile: "{self.folder}/unbound.{port}.pid"', '    module-config: "iterator"', "    verbosity: 0",
            '    local-zone: "." static', *self.lines, "remote-control:", "    control-enable: no", ""])

    def start(self):
        """`ready.test` must have a TXT record."""
        if self.port is None:
            self.choose_port()
        path = self.folder / "unbound.conf"
        path.write_text(self.config(self.port))
        self.process = subprocess.Popen([tool("unbound"), "-d", "-c", str(path)], stderr=open(self.folder / "unbound.log", "w"))
        for _ in range(100):
            if self.answers():
                return
            time.sleep(0.1)
        raise SystemExit("unbound does not answer: " + (self.folder / "unbound.log").read_text())

    def answers(self):
        question = bytes.fromhex("000101000001000000000000") + b"\x05ready\x04test\x00\x00\x10\x00\x01"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line, contextlib.suppress(OSError):
            line.settimeout(1)
            line.sendto(question, ("127.0.0.1", self.port))
            return line.recv(512)[6:8] != b"\x00\x00"
        return False

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(10)


class PostfixInstance:
    """One Postfix below a folder that others may read; `main` is what main.cf has beyond where things are."""

    def __init__(self, folder, listen, main):
        self.folder, self.etc = Path(folder), Path(folder) / "etc"
        for part in (self.etc, self.folder / "spool", self.folder / "data"):
            part.mkdir(mode=0o755)
        shutil.chown(self.folder / "data", "postfix")
        for name in ("dynamicmaps.cf", "dynamicmaps.cf.d", "postfix-files", "postfix-files.d", "post-install", "postfix-script"):
            source = Path("/etc/postfix") / name
            if source.is_dir():
                shutil.copytree(source, self.etc / name)
            elif source.exists():
                shutil.copy(source, self.etc / name)
        where = f"""compatibility_level = 3.6
queue_directory = {self.folder}/spool
data_directory = {self.folder}/data
maillog_file = {self.folder}/log
maillog_file_prefixes = {self.folder}
"""
        (self.etc / "main.cf").write_text(where + main)
        (self.etc / "master.cf").write_text(f"{listen} inet n - n - - smtpd\n" + POSTFIX_SERVICES)

    def start(self):
        with open(self.folder / "start.log", "a") as log:
            subprocess.run([tool("postfix"), "-c", str(self.etc), "start"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=60)

    def stop(self):
        subprocess.run([tool("postfix"), "-c", str(self.etc), "stop"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
