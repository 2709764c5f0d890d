#!/usr/bin/env python3
"""Threats T41 and T42: at every level of the log, no password, subject or body is written, and nothing that a stranger names itself breaks a line."""
import base64
import imaplib
import smtplib
import ssl
import urllib.error
import urllib.request

from demo import Tally, demo

CANARY = "canary-4711-password"
WRONG = "canary-4712-wrong"
SUBJECT = "canary-4713-subject"
BODY = "canary-4714-body"


def secrets():
    for text in (CANARY, WRONG, SUBJECT, BODY):
        yield text
        for shift in ("", "x", "xx"):  # base 64 at each of the three offsets, without the ends that neighbours decide
            yield base64.b64encode((shift + text).encode()).decode().strip("=")[4:-2]
    for user in ("u1@demo.test", "u2@demo.test"):
        yield base64.b64encode(f"\0{user}\0{CANARY}".encode()).decode()


def use_every_door(server):
    clear = ssl.create_default_context()
    clear.check_hostname, clear.verify_mode = False, ssl.CERT_NONE
    for port, user, password in ((143, "u1@demo.test", CANARY), (143, "u1@demo.test", WRONG), (143, "nobody\x1b[31m@demo.test", WRONG)):
        imap = imaplib.IMAP4("127.0.0.1", server.port(port))
        try:
            imap.login(user, password)
            imap.select("INBOX")
            imap.search(None, "SUBJECT", SUBJECT)
            imap.append("INBOX", None, None, f"Subject: {SUBJECT}\r\n\r\n{BODY}\r\n".encode())
        except imaplib.IMAP4.error:
            pass
        imap.shutdown()
    for password in (CANARY, WRONG):
        with smtplib.SMTP_SSL("127.0.0.1", server.port(465), context=clear, local_hostname="evil\x1b[2Jhost") as smtp:
            try:
                smtp.login("u1@demo.test", password)
                smtp.sendmail("u1@demo.test", ["u2@demo.test"], f"From: u1@demo.test\r\nSubject: {SUBJECT}\r\n\r\n{BODY}\r\n")
            except smtplib.SMTPException:
                pass
    for password in (CANARY, WRONG):
        request = urllib.request.Request(f"{server.eas}?Cmd=FolderSync&User=u1&DeviceId=canary&DeviceType=x", method="OPTIONS")
        request.add_header("Authorization", "Basic " + base64.b64encode(f"u1@demo.test:{password}".encode()).decode())
        try:
            urllib.request.urlopen(request, context=clear, timeout=10).read()
        except urllib.error.URLError:
            pass


def main():
    tally = Tally()
    with demo(users=2, options=("--log-level", "trace", "--password", CANARY)) as server:
        use_every_door(server)
        server.stop()
        log = server.folder.with_suffix(".log").read_bytes()
    # The table of the demo shows the password on purpose: it ends before the first connection is logged.
    events = log[log.index(b"Stop with Ctrl-C"):]
    tally.check(b"login.failed" in events, "failed log-ins are logged")
    tally.check(events.count(b"\n") > 5, "the log says something at all")
    for secret in secrets():
        tally.check(secret.encode() not in events, f"{secret} is not in the log")
    tally.check(b"\x1b" not in log, "no terminal escape reaches the log")
    tally.close()


if __name__ == "__main__":
    main()
