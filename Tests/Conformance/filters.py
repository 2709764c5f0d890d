#!/usr/bin/env python3
"""Judging in the running daemon, over real DNS (unbound): DMARC's wishes in the session, block lists, greylisting, milters (libmilter's own and
opendkim), rspamd's answers on the wire; and every filter that fails shuts the gate for now. (threat T47)
  .venv/bin/python Tests/Conformance/filters.py
"""
import contextlib
import http.server
import imaplib
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from demo import PASSWORD, free_base, program
from mail_authentication import Zone

HERE = Path(__file__).resolve().parent
failures = []


def expect(what, condition, said=""):
    print(("ok   " if condition else "FAIL ") + what + (f"   [{said}]" if not condition else ""))
    if not condition:
        failures.append(what)


def wait_for(port):
    for _ in range(150):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit(f"nothing listens on port {port}")


class Server:
    """One daemon with its own settings of [judging]."""
    def __init__(self, folder, zone, judging):
        self.folder, self.base = Path(folder), free_base()
        self.folder.mkdir()
        self.settings = self.folder / "martlet.toml"
        self.settings.write_text(f"""config_version = 1
hostname = "mx.martlet.test"
[store]
path = "{self.folder}/store"
[listen]
smtp = ["127.0.0.1:{self.base + 25}"]
imap = ["127.0.0.1:{self.base + 143}"]
[login]
plaintext_from = ["127.0.0.0/8"]
password_cost = 10
[judging]
{judging}
[outbound]
resolver = ["127.0.0.1:{zone.port}"]
""")
        self.martlet("domain", "add", "martlet.test")
        self.martlet("user", "add", "ann@martlet.test", "--password-stdin", given=PASSWORD + "\n")
        self.log = open(self.folder / "log", "w")
        self.process = subprocess.Popen([program(), "serve", "--config", self.settings], stdout=self.log, stderr=self.log)
        wait_for(self.base + 143)

    def martlet(self, *words, given=""):
        done = subprocess.run([program(), *words, "--config", self.settings], input=given, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.log.close()

    def send(self, text, sender="x@good.test"):
        """The code and the words for the message."""
        with smtplib.SMTP("127.0.0.1", self.base + 25, local_hostname="client.good.test", timeout=60) as client:
            client.ehlo()
            for code, words in (client.mail(sender), client.rcpt("ann@martlet.test")):
                if code != 250:
                    return f"{code} {words.decode(errors='replace')}"
            try:
                code, words = client.data(text.replace("\n", "\r\n").encode())
            except smtplib.SMTPDataError as error:
                code, words = error.smtp_code, error.smtp_error
            return f"{code} {words.decode(errors='replace')}"

    def mails(self, folder="INBOX"):
        with imaplib.IMAP4("127.0.0.1", self.base + 143) as client:
            client.login("ann@martlet.test", PASSWORD)
            client.select(folder, readonly=True)
            _, data = client.search(None, "ALL")
            return [client.fetch(number, "(BODY.PEEK[])")[1][0][1].decode(errors="replace") for number in data[0].split()]


def mail(subject, author="x@good.test", body="hello\n"):
    return f"From: {author}\nTo: ann@martlet.test\nSubject: {subject}\nDate: Sat, 28 Nov 2026 03:00:00 +0000\nMessage-ID: <{subject}@good.test>\n\n{body}"


@contextlib.contextmanager
def server(root, zone, name, judging):
    running = Server(root / name, zone, judging)
    try:
        yield running
    finally:
        running.stop()


def publish(zone):
    zone.add("ready.test", "TXT", "yes")
    zone.add("good.test", "TXT", "v=spf1 ip4:127.0.0.1 -all")
    for name, policy in (("good", "reject"), ("strict", "reject"), ("soft", "quarantine")):
        zone.add(f"_dmarc.{name}.test", "TXT", f"v=DMARC1; p={policy}")
    zone.add("1.0.0.127.listed.test", "A", "127.0.0.2")
    zone.add("1.0.0.127.listed.test", "TXT", "for the test")


def dmarc(root, zone):
    with server(root, zone, "dmarc", 'mode = "enforce"') as running:
        expect("a domain's own mail is taken", running.send(mail("mine")).startswith("250"))
        said = running.send(mail("spoof", "x@strict.test"))
        expect("reject is refused in the session", said.startswith("550 5.7.26") and "strict.test" in said, said)
        expect("quarantine is taken", running.send(mail("soft", "x@soft.test")).startswith("250"))
        forged = "Authentication-Results: mx.martlet.test; dmarc=pass header.from=bank.test\n" + mail("forged")
        expect("forged results are taken out", running.send(forged).startswith("250"))
        inbox, junk = running.mails(), running.mails("Junk")
        expect("two in INBOX, one in Junk", (len(inbox), len(junk)) == (2, 1), f"{len(inbox)} {len(junk)}")
        expect("the results stand on top", "spf=pass" in inbox[0] and "dmarc=pass header.from=good.test" in inbox[0], inbox[0])
        expect("the reason stays with the message", "X-Martlet-Verdict: junk; dmarc=fail policy=quarantine" in junk[0], junk[0])
        expect("no word of the forger", not any("bank.test" in text for text in inbox))


def lists_and_greylist(root, zone):
    with server(root, zone, "lists", 'mode = "off"\nblock_lists = ["listed.test"]') as running:
        said = running.send(mail("listed"))
        expect("a listed address is refused with the list's words", said.startswith("550 5.7.1") and "for the test" in said, said)
    with server(root, zone, "greylist", 'mode = "enforce"\ngreylist_minutes = 1') as running:
        said = running.send(mail("new"))
        expect("a stranger is told to come again", said.startswith("451 4.7.1"), said)
        said = running.send(mail("new"))
        expect("too early is told the same", said.startswith("451 4.7.1"), said)
        expect("nothing was stored", running.mails() == [])


def milters(root, zone):
    port = free_base() + 91
    start = lambda: subprocess.Popen(["/usr/bin/python3", HERE / "milter_filter.py", str(port)], stderr=subprocess.DEVNULL)  # noqa: E731
    with server(root, zone, "milter", f'mode = "enforce"\nmilters = ["127.0.0.1:{port}"]') as running:
        said = running.send(mail("absent"))
        expect("an absent milter is a 451", said.startswith("451 4.7.1"), said)
        process = start()
        try:
            wait_for(port)
            expect("accepted", running.send(mail("plain", body="line\n" * 40_000)).startswith("250"))
            said = running.send(mail("reject"))
            expect("rejected in its own words", said == "550 5.7.9 not this one", said)
            expect("tempfail", running.send(mail("tempfail")).startswith("451"))
            expect("quarantine", running.send(mail("quarantine")).startswith("250"))
            expect("discard", running.send(mail("discard")).startswith("250"))
            expect("change", running.send(mail("change")).startswith("250"))
            said = running.send(mail("die", body="x\n" * 200_000))
            expect("a milter that dies in mid-message is a 451", said.startswith("451"), said)
        finally:
            process.kill()
            process.wait()
        inbox, junk = running.mails(), running.mails("Junk")
        expect("what was accepted is there, nothing half", (len(inbox), len(junk)) == (2, 1), f"{len(inbox)} {len(junk)}")
        expect("its field was added", "X-Milter: seen 240000 octets" in inbox[0], inbox[0][:600])
        expect("the body is whole", inbox[0].endswith("line\r\n" * 100) and inbox[0].count("line\r\n") == 40_000)
        expect("its change was made", "Subject: changed by the filter\r\n" in inbox[1] and "Subject: change\r\n" not in inbox[1], inbox[1])
        expect("the quarantine says why", "quarantined by a filter: it smells" in junk[0], junk[0])


def opendkim(root, zone):
    port = free_base() + 92
    (root / "opendkim.conf").write_text(f"Mode v\nSocket inet:{port}@127.0.0.1\nUserID root\nAuthservID other.test\nAlwaysAddARHeader yes\nSyslog no\n"
                                        f"TemporaryDirectory {root}\nTestPublicKeys {root}/keys\n")
    (root / "keys").write_text("none._domainkey.none.test v=DKIM1; p=\n")
    process = subprocess.Popen(["/usr/sbin/opendkim", "-f", "-x", root / "opendkim.conf"], stderr=open(root / "opendkim.log", "w"))
    try:
        wait_for(port)
        with server(root, zone, "opendkim", f'mode = "enforce"\nmilters = ["127.0.0.1:{port}"]') as running:
            said = running.send(mail("opendkim"))
            expect("opendkim as a milter takes part", said.startswith("250"), said)
            expect("and its results stand beside ours", "other.test; dkim=none" in "".join(running.mails()), "".join(running.mails())[:800])
    finally:
        process.kill()
        process.wait()


class Answers(http.server.BaseHTTPRequestHandler):
    """rspamd's answers (rspamd.com/doc/developers/protocol.html) by the subject; what is asked stays for a look."""
    protocol_version = "HTTP/1.1"
    seen = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Answers.seen.append((self.path, dict(self.headers), body))
        text = body.decode()
        word = text[text.index("Subject: ") + 9:].split("\r\n")[0]
        if word == "cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"action\":")
            self.close_connection = True
            return
        answer = b"nonsense" if word == "nonsense" else (
            '{"action":"%s","score":7.25,"required_score":15,"symbols":{"X":{"name":"X","score":1}},"messages":{"smtp_message":"words of rspamd"}}' % word).encode()
        self.send_response(500 if word == "error" else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def rspamd(root, zone):
    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    with server(root, zone, "rspamd", f'mode = "off"\nrspamd = "127.0.0.1:{httpd.server_port}"') as running:
        for word, code in (("no action", "250"), ("add header", "250"), ("rewrite subject", "250"), ("reject", "550 5.7.1 words of rspamd"), ("soft reject", "451"),
                           ("greylist", "451"), ("cut", "451"), ("nonsense", "451"), ("error", "451"), ("unheard of", "451")):
            said = running.send(mail(word))
            expect(f"rspamd: {word}", said.startswith(code), said)
        path, headers, body = Answers.seen[0]
        expect("it is asked as documented", path == "/checkv2" and headers["From"] == "x@good.test" and headers["Rcpt"] == "ann@martlet.test" and headers["IP"] == "127.0.0.1")
        expect("it sees the message as it came", body.decode() == mail("no action").replace("\n", "\r\n"))
        expect("one in INBOX, two in Junk", (len(running.mails()), len(running.mails("Junk"))) == (1, 2))
        httpd.shutdown()
        httpd.server_close()
        said = running.send(mail("no action"))
        expect("an absent rspamd is a 451", said.startswith("451"), said)


def real_rspamd(root, zone):
    """rspamd itself where it is installed: GTUBE is refused in its own words, other mail is taken with its score."""
    if not shutil.which("rspamd"):
        return print("skipped: rspamd is not here")
    place, port = root / "rspamd.d", free_base() + 93
    place.mkdir()
    (place / "rspamd.conf").write_text(f"""
.include "/etc/rspamd/common.conf"
options {{ pidfile = "{place}/pid"; dns {{ nameserver = ["127.0.0.1:{zone.port}"]; timeout = 0.2s; retransmits = 1; }} filters = "chartable,dkim,regexp";
  control_socket = "{place}/control mode=0600"; dbdir = "{place}"; hs_cache_dir = "{place}"; }}
logging {{ type = "file"; filename = "{place}/log"; level = "warning"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
""")
    process = subprocess.Popen(["rspamd", "-f", "-i", "-c", place / "rspamd.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(180):  # it compiles its expressions first
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(1)
        time.sleep(2)
        with server(root, zone, "real-rspamd", f'mode = "enforce"\nrspamd = "127.0.0.1:{port}"') as running:
            said = running.send(mail("gtube", body="XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n"))
            expect("rspamd itself refuses GTUBE", said.startswith("550 5.7.1") and "gtube" in said.lower(), said)
            said = running.send(mail("ham"))
            expect("and takes other mail", said.startswith("250"), said)
            expect("with its score", any("X-Spam-Score: " in text for text in running.mails() + running.mails("Junk")))
    finally:
        process.terminate()
        process.wait(20)


def main():
    for tool in ("/usr/sbin/unbound", "/usr/sbin/opendkim"):
        if not shutil.which(tool):
            print(f"skipped: {tool} is not here (scripts/bootstrap installs it)")
            return
    root = Path(tempfile.mkdtemp(prefix="martlet-filters."))
    zone = Zone(root)
    publish(zone)
    zone.start()
    try:
        for part in (dmarc, lists_and_greylist, milters, opendkim, rspamd, real_rspamd):
            print(f"-- {part.__name__}")
            part(root, zone)
    finally:
        zone.stop()
        if failures:
            print(f"what is left: {root}")
        else:
            shutil.rmtree(root, ignore_errors=True)
    print(f"{len(failures)} failures")
    raise SystemExit(1 if failures else 0)


if __name__ == "__main__":
    main()
