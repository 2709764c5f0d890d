#!/usr/bin/env python3
"""An acknowledgement is a promise: under strace, every 250, tagged OK and new SyncKey leaves after the sync of its commit has returned.

One acknowledgement at a time, so that the trace is unambiguous: between the system call that brought the request and the one that sends the
answer there must be a completed fdatasync or fsync of the store's log.
"""
import imaplib
import re
import shutil
import smtplib
import sys
import tempfile
import time
from pathlib import Path

from demo import PASSWORD, SHARED, Tally, demo

CALL = re.compile(r"^(?P<pid>\d+) +(?P<time>[\d.]+) (?P<call>\w+)\((?P<rest>.*)$")
RESUMED = re.compile(r"^(?P<pid>\d+) +(?P<time>[\d.]+) <\.\.\. (?P<call>\w+) resumed>(?P<rest>.*)$")
SEND, SYNC = ("write", "writev", "sendto", "sendmsg"), ("fsync", "fdatasync")
MESSAGE = b"From: a@demo.test\r\nTo: u1@demo.test\r\nSubject: trace\r\n\r\nhello\r\n"


def events(trace):
    """(time at which the call returned, or began for sends; kind; text) in the order of the trace."""
    begun = {}
    for line in trace.read_text(errors="replace").splitlines():
        if match := CALL.match(line):
            call, rest, at = match["call"], match["rest"], float(match["time"])
            if "<unfinished ...>" in rest and call in SYNC:
                begun[match["pid"]] = rest
                continue
        elif match := RESUMED.match(line):
            call, at = match["call"], float(match["time"])
            if call not in SYNC:
                continue
            rest = begun.pop(match["pid"], "") + match["rest"]
        else:
            continue
        if call in SYNC and re.search(r"=\s*0\b", rest):
            yield at, "sync", rest
        elif call in SEND:
            yield at, "send", rest


def acts(running):
    """(name, wall clock before, wall clock after, what the answer must hold in clear or None) for each acknowledged change."""
    done = []

    def act(name, function, words):
        time.sleep(0.3)
        before = time.time()
        result = function()
        done.append((name, before, time.time(), words))
        return result

    with smtplib.SMTP("127.0.0.1", running.port(25)) as smtp:
        smtp.ehlo()
        smtp.mail("x@example.org")
        smtp.rcpt("u1@demo.test")
        act("SMTP DATA", lambda: smtp.data(MESSAGE), "250 2.")
    imap = imaplib.IMAP4("127.0.0.1", running.port(143))
    imap.login("u1@demo.test", PASSWORD)
    act("IMAP APPEND", lambda: imap.append("INBOX", None, None, MESSAGE), " OK ")
    imap.select("INBOX")
    act("IMAP STORE", lambda: imap.store("1", "+FLAGS", "\\Answered"), " OK ")
    act("IMAP COPY", lambda: imap.copy("1", "Archive"), " OK ")
    act("IMAP CREATE", lambda: imap.create("traced"), " OK ")
    act("IMAP MOVE", lambda: imap._simple_command("MOVE", "1", "traced") if "MOVE" in imap.capabilities else imap.copy("1", "traced"), " OK ")
    imap.store("1", "+FLAGS", "\\Deleted")
    act("IMAP EXPUNGE", imap.expunge, " OK ")
    if (SHARED / "bench").exists():
        sys.path.insert(0, str(SHARED / "bench"))
        from eas.phone import Phone
        from eas.requests import Options
        phone = Phone(running.eas, "u1@demo.test", PASSWORD, version="14.1", device_id="TRACE1")
        phone.options()
        act("EAS FolderSync, new key", phone.folder_sync, None)
        folder = phone.default(2).server_id
        act("EAS Sync, first key", lambda: phone.prime(folder), None)
        act("EAS Sync, new key with items", lambda: phone.sync(folder, get_changes=True, options=Options(bodies=((1, 512),))), None)
        act("EAS SendMail", lambda: phone.send_mail(MESSAGE.replace(b"a@", b"u1@"), save=True, client_id="t1"), None)
    return done


def main():
    tally = Tally()
    if not shutil.which("strace"):
        print("skipped: strace is not here")
        raise SystemExit(0)
    trace = Path(tempfile.mkdtemp()) / "trace"
    strace = ["strace", "-f", "-ttt", "-s", "4096", "-e", "trace=fsync,fdatasync,write,writev,sendto,sendmsg", "-o", str(trace)]
    with demo(users=2, wrapper=strace) as running:
        done = acts(running)
    seen = list(events(trace))
    for name, before, after, words in done:
        inside = [each for each in seen if before <= each[0] <= after]
        synced = next((at for at, kind, _ in inside if kind == "sync"), None)
        if words is None:
            # Inside TLS: the answer is the last thing sent before the client had it (application data, record type 23).
            sends = [at for at, kind, text in inside if kind == "send" and "\\27\\3\\3" in text]
            sent = sends[-1] if sends else None
        else:
            sent = next((at for at, kind, text in inside if kind == "send" and words in text), None)
        tally.check(synced is not None and sent is not None and synced <= sent, f"{name}: the answer leaves after its sync has returned")
    shutil.rmtree(trace.parent, ignore_errors=True)
    tally.close()


if __name__ == "__main__":
    main()
