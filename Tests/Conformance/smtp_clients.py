#!/usr/bin/env python3
"""SMTP with the programs that people use: swaks, msmtp, curl, smtplib and mbsync (for IMAP), over TLS, with each mechanism they know; SCRAM with channel
binding by a client of our own; BDAT, SMTPUTF8 and DSN by hand. A program that is not installed is skipped by name."""
import base64
import hashlib
import hmac
import imaplib
import os
import shutil
import smtplib
import ssl
import subprocess
import tempfile
from pathlib import Path

from demo import PASSWORD, Tally, demo

ANN, BOB = "u1@demo.test", "u2@demo.test"
MAIL = f"From: {ANN}\r\nTo: {BOB}\r\nBcc: hidden@demo.test\r\nSubject: %s\r\n\r\nbody\r\n"


def trusting(version=None):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if version:
        context.maximum_version = version
    return context


def run(arguments, text="", **more):
    return subprocess.run(arguments, input=text, capture_output=True, text=True, timeout=60, **more)


def arrived(running):
    conn = imaplib.IMAP4("127.0.0.1", running.port(143))
    conn.login(BOB, PASSWORD)
    conn.select("INBOX")
    answer = conn.uid("FETCH", "1:*", "(BODY.PEEK[])")[1]
    conn.logout()
    return b"\n".join(part[1] for part in answer if isinstance(part, tuple)).decode("utf-8", "replace")


def msmtp(running, port, mechanism, password, subject):
    with tempfile.NamedTemporaryFile("w", suffix=".rc") as settings:
        settings.write(
            f"defaults\nauth {mechanism}\ntls on\ntls_starttls {'on' if port == 587 else 'off'}\ntls_certcheck off\nlogfile -\naccount a\nhost 127.0.0.1\n"
            f"port {running.port(port)}\nfrom {ANN}\nuser {ANN}\npassword {password}\naccount default : a\n")
        settings.flush()
        os.chmod(settings.name, 0o600)
        return run(["msmtp", "-C", settings.name, BOB], MAIL % subject).returncode == 0


def swaks(running, port, mechanism, password, subject):
    tls = ["--tls"] if port == 587 else ["--tls-on-connect"]
    return run([
        "swaks", "--server", "127.0.0.1", "--port", str(running.port(port)), *tls, "--auth", mechanism.upper(), "--auth-user", ANN, "--auth-password", password,
        "--from", ANN, "--to", BOB, "--header", f"Subject: {subject}"]).returncode == 0


def curl(running, port, mechanism, password, subject):
    tls = [f"smtp://127.0.0.1:{running.port(port)}", "--ssl-reqd"] if port == 587 else [f"smtps://127.0.0.1:{running.port(port)}"]
    with tempfile.NamedTemporaryFile("w", newline="") as mail:
        mail.write(MAIL % subject)
        mail.flush()
        return run([
            "curl", "-sk", *tls, "--user", f"{ANN}:{password}", "--login-options", f"AUTH={mechanism.upper()}", "--mail-from", ANN, "--mail-rcpt", BOB,
            "-T", mail.name]).returncode == 0


def session(running, port, version=None):
    if port == 465:
        return smtplib.SMTP_SSL("127.0.0.1", running.port(465), context=trusting(version))
    smtp = smtplib.SMTP("127.0.0.1", running.port(587))
    smtp.starttls(context=trusting(version))
    return smtp


def python(running, port, mechanism, password, subject):
    with session(running, port) as smtp:
        smtp.ehlo()
        smtp.user, smtp.password = ANN, password
        try:
            smtp.auth(mechanism.upper(), getattr(smtp, f"auth_{mechanism}"))
        except smtplib.SMTPAuthenticationError:
            return False
        smtp.sendmail(ANN, [BOB], MAIL % subject)
        return True


def scram(running, port, mechanism, password, subject, lie=False):
    """RFC 5802 §3 with hashlib alone; -PLUS binds to tls-unique, which is what Python's ssl knows, under TLS 1.2."""
    plus = mechanism.endswith("-PLUS")
    name = "sha256" if "256" in mechanism else "sha1"
    with session(running, port, ssl.TLSVersion.TLSv1_2 if plus else None) as smtp:
        smtp.ehlo()
        header = b"p=tls-unique,," if plus else b"y,," if lie else b"n,,"
        binding = smtp.sock.get_channel_binding("tls-unique") if plus else b""
        bare = b"n=" + ANN.encode() + b",r=" + base64.b64encode(os.urandom(18))
        code, text = smtp.docmd("AUTH", f"{mechanism} {base64.b64encode(header + bare).decode()}")
        if code != 334:
            return False
        first = base64.b64decode(text)
        nonce, salt, rounds = (part[2:] for part in first.split(b","))
        salted = hashlib.pbkdf2_hmac(name, password.encode(), base64.b64decode(salt), int(rounds))
        key = hmac.digest(salted, b"Client Key", name)
        final = b"c=" + base64.b64encode(header + binding) + b",r=" + nonce
        signature = hmac.digest(hashlib.new(name, key).digest(), bare + b"," + first + b"," + final, name)
        proof = base64.b64encode(bytes(a ^ b for a, b in zip(key, signature)))
        code, text = smtp.docmd(base64.b64encode(final + b",p=" + proof).decode())
        if code != 334:
            return False
        expected = hmac.digest(hmac.digest(salted, b"Server Key", name), bare + b"," + first + b"," + final, name)
        assert base64.b64decode(text) == b"v=" + base64.b64encode(expected), "the server does not know the keys"
        if smtp.docmd("")[0] != 235:
            return False
        smtp.sendmail(ANN, [BOB], MAIL % subject)
        return True


PROGRAMS = {
    "msmtp": (msmtp, ["plain", "login", "scram-sha-1", "scram-sha-256"]),
    "swaks": (swaks, ["plain", "login"]),
    "curl": (curl, ["plain", "login"]),
    "python": (python, ["plain", "login"]),
    "scram": (scram, ["SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"]),
}


def programs(running, tally):
    for name, (send, mechanisms) in PROGRAMS.items():
        if name not in ("python", "scram") and not shutil.which(name):
            print(f"skipped: {name} is not installed")
            continue
        for mechanism in mechanisms:
            for port in (587, 465):
                subject = f"by {name} {mechanism} {port}"
                tally.check(send(running, port, mechanism, PASSWORD, subject), subject)
            tally.check(not send(running, 465, mechanism, "wrong", "never"), f"{name} {mechanism}: a wrong password is refused")
    mails = arrived(running)
    for name, (_, mechanisms) in PROGRAMS.items():
        if name in ("python", "scram") or shutil.which(name):
            missing = [(m, p) for m in mechanisms for p in (587, 465) if f"Subject: by {name} {m} {p}" not in mails]
            tally.check(not missing, f"all of {name}'s mails are there {missing}")
    tally.check("never" not in mails and "hidden" not in mails, "none of the others, and no Bcc")


def imap(running, tally):
    if not shutil.which("mbsync"):
        print("skipped: mbsync is not installed")
        return
    for mechanism in ("PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"):
        folder = Path(tempfile.mkdtemp(prefix="martlet-mbsync."))
        settings = folder / "rc"
        cert = next(path for path in running.folder.rglob("*.pem") if b"BEGIN CERT" in path.read_bytes())
        settings.write_text(
            f"IMAPAccount a\nHost localhost\nPort {running.port(993)}\nUser {BOB}\nPass {PASSWORD}\nSSLType IMAPS\nCertificateFile {cert}\nSystemCertificates no\n"
            f"AuthMechs {mechanism}\n\nIMAPStore far\nAccount a\n\nMaildirStore near\nPath {folder}/mail/\nInbox {folder}/mail/INBOX\nSubFolders Verbatim\n\n"
            "Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSyncState *\n")
        (folder / "mail").mkdir()
        result = run(["mbsync", "-c", str(settings), "-a"])
        count = sum(1 for path in folder.rglob("*") if path.parent.name in ("new", "cur"))
        tally.check(result.returncode == 0 and count > 0, f"mbsync with {mechanism}: {count} mails {result.stderr[-300:] if result.returncode else ''}")
        shutil.rmtree(folder, ignore_errors=True)


def extensions(running, tally):
    with smtplib.SMTP("127.0.0.1", running.port(25)) as smtp:
        smtp.ehlo()
        wanted = ("chunking", "smtputf8", "dsn", "limits", "pipelining", "size", "8bitmime")
        tally.check(all(smtp.has_extn(word) for word in wanted) and not smtp.has_extn("binarymime"), "EHLO offers what is there and nothing else")
        tally.check(smtp.docmd("MAIL FROM:<eve@example.org> RET=HDRS ENVID=a+2B1")[0] == 250, "DSN at MAIL")
        tally.check(smtp.docmd(f"RCPT TO:<{BOB}> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;{BOB}")[0] == 250, "DSN at RCPT")
        mail = b"Subject: in chunks\r\n\r\n.\r\nbody\r\n"
        smtp.send(b"BDAT 10\r\n" + mail[:10])
        tally.check(smtp.getreply()[0] == 250, "a chunk")
        smtp.send(b"BDAT %d LAST\r\n" % (len(mail) - 10) + mail[10:])
        tally.check(smtp.getreply()[0] == 250, "the last chunk")
        tally.check("Subject: in chunks\r\n\r\n.\r\nbody" in arrived(running), "the mail in chunks is whole")
        with_utf8 = "MAIL FROM:<\u00e9ve@gr\u00fcn.example> SMTPUTF8\r\n".encode()
        smtp.send(with_utf8)
        tally.check(smtp.getreply()[0] == 250, "a sender in UTF-8")
        tally.check(smtp.docmd("RSET")[0] == 250, "RSET")
    tally.check(not scram(running, 465, "SCRAM-SHA-256", PASSWORD, "never", lie=True), "a client that was lied to about channel binding is refused")


def main():
    tally = Tally()
    with demo(users=3) as running:
        for part in (programs, imap, extensions):
            part(running, tally)
    tally.close()


if __name__ == "__main__":
    main()
