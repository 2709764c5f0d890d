#!/usr/bin/env python3
"""Two Martlets and a real Postfix exchange mail all ways, through a real DNS server (unbound), with SPF, DKIM and DMARC passing on every leg.

Then: a bounce for nobody, a server that is down and comes back, mail that a stranger forges. Needs root (Postfix does), unbound, postfix, opendkim.
  .venv/bin/python Tests/Conformance/world.py
"""
import contextlib
import email
import email.policy
import email.utils
import imaplib
import json
import os
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from demo import PASSWORD, Tally, folder_of, program
from peers import PostfixInstance, Unbound, tool

PATIENCE = 40  # seconds for a mail to arrive


def run(*command, **more):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, **more)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} ends with {done.returncode}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
    return done.stdout


def free_port(*addresses):
    """A port that is free at all of them, and the two after it."""
    for base in range(23_000 + os.getpid() % 500 * 10, 60_000, 10):
        with contextlib.ExitStack() as stack:
            try:
                for address in addresses:
                    for port in range(base, base + 4):
                        stack.enter_context(socket.socket()).bind((address, port))
                return base
            except OSError:
                continue
    raise SystemExit("no free ports")


def until(condition, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.2)
    return condition()


class Martlet:
    """A server for one domain at an address of its own: SMTP at the world's port, then submission and IMAP after it."""

    def __init__(self, folder, domain, address, port, names, outbound='retry = ["2s", "3s"]', judging='mode = "enforce"', more=""):
        """`outbound`, `judging`: lines of those parts of the settings; `more`: whole parts."""
        self.folder, self.domain, self.address, self.port, self.names = folder / domain, domain, address, port, names
        self.users, self.process = ["ann", "bob"], None
        self.folder.mkdir()
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN=mx.{domain}",
            "-addext", f"subjectAltName=DNS:mx.{domain}", "-keyout", self.folder / "key.pem", "-out", self.folder / "certificate.pem")
        self.config = self.folder / "martlet.toml"
        self.config.write_text(f"""config_version = 1
hostname = "mx.{domain}"

[store]
path = "{self.folder}/store"

[tls]
certificate = "{self.folder}/certificate.pem"
key = "{self.folder}/key.pem"

[listen]
smtp = ["{address}:{port}"]
submission = ["{address}:{port + 1}"]
imap = ["{address}:{port + 2}"]
http = ["{address}:{port + 3}"]

[login]
plaintext_from = ["127.0.0.0/8"]

[judging]
{judging}

[outbound]
port = {port}
source = "{address}"
resolver = ["127.0.0.1:{names.port}"]
{outbound}
{more}
""")
        self.martlet("domain", "add", domain)
        for user in self.users:
            self.martlet("user", "add", f"{user}@{domain}", "--password-stdin", input=PASSWORD + "\n")

    def martlet(self, *words, **more):
        return run(program(), *words, "--config", self.config, **more)

    def publish(self):
        """What its own command says that the zone should have; SPF and DMARC as strict as they can be."""
        for row in json.loads(self.martlet("dns", "records", self.domain, "--json")):
            if "_domainkey" in row["name"]:
                text = "".join(re.findall(r'"([^"]*)"', row["line"]))
                self.names.add(row["name"].rstrip("."), "TXT", text)
        publish_policies(self.names, self.domain, self.address)

    def start(self):
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen([str(program()), "serve", "--config", str(self.config)], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        if not until(self.is_ready, 30):
            raise SystemExit(f"{self.domain} does not come up: " + (self.folder / "log").read_text(errors="replace")[-3000:])

    def is_ready(self):
        if self.process.poll() is not None:
            raise SystemExit(f"{self.domain} ended with {self.process.returncode}: " + (self.folder / "log").read_text(errors="replace")[-3000:])
        with contextlib.suppress(OSError), socket.create_connection((self.address, self.port + 1), 1) as line:
            return bool(line.recv(10))

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)

    def send(self, message, sender, *recipients):
        with smtplib.SMTP(self.address, self.port + 1, "client.test", timeout=30) as line:
            line.ehlo("client.test")
            line.login(sender, PASSWORD)
            line.sendmail(sender, recipients, message)

    def mails(self, user, folder="INBOX"):
        imap = imaplib.IMAP4(self.address, self.port + 2, timeout=30)
        imap.login(f"{user}@{self.domain}", PASSWORD)
        imap.select(folder, readonly=True)
        kind, data = imap.fetch("1:*", "(BODY.PEEK[])") if imap.untagged_responses.get("EXISTS", [b"0"])[0] != b"0" else ("OK", [])
        found = [parsed(part[1]) for part in data if isinstance(part, tuple)]
        imap.logout()
        return found


def publish_policies(names, domain, address):
    names.add(domain, "MX", f"10 mx.{domain}.")
    names.add(f"mx.{domain}", "A", address)
    names.add(domain, "TXT", f"v=spf1 ip4:{address} -all")
    names.add(f"mx.{domain}", "TXT", f"v=spf1 ip4:{address} -all")
    names.add(f"_dmarc.{domain}", "TXT", "v=DMARC1; p=reject; adkim=s; aspf=s")


class Postfix:
    """Debian's Postfix with OpenDKIM as its signer; mail for its domain goes to one folder for each user."""

    def __init__(self, folder, domain, address, port, names, others):
        self.folder, self.domain, self.address, self.port = folder / domain, domain, address, port
        for part in (self.folder, self.folder / "mail"):
            part.mkdir(mode=0o755)
        shutil.chown(self.folder / "mail", "nobody")
        self.key(names)
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN=mx.{domain}", "-keyout", self.folder / "key.pem", "-out", self.folder / "cert.pem")
        ways = " ".join(f"{{{other.domain} = smtp:[{other.address}]:{other.port}}}" for other in others)
        self.instance = PostfixInstance(self.folder, f"{address}:{port}", f"""inet_interfaces = all
inet_protocols = ipv4
smtp_bind_address = {address}
myhostname = mx.{domain}
mydestination =
alias_maps =
mynetworks = 127.0.0.1/32
relay_domains =
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {self.folder}/mail
virtual_mailbox_maps = inline:{{ {{ann@{domain} = ann/}} {{bob@{domain} = bob/}} }}
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
transport_maps = inline:{{ {ways} }}
smtpd_milters = unix:{self.folder}/opendkim.sock
non_smtpd_milters =
milter_default_action = tempfail
smtpd_tls_security_level = may
smtpd_tls_cert_file = {self.folder}/cert.pem
smtpd_tls_key_file = {self.folder}/key.pem
smtp_tls_security_level = may
smtputf8_enable = yes
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
minimal_backoff_time = 5s
queue_run_delay = 5s
""")

    def key(self, names):
        run("openssl", "genrsa", "-out", self.folder / "dkim.pem", "2048")
        public = run("openssl", "rsa", "-in", self.folder / "dkim.pem", "-pubout")
        names.add(f"post._domainkey.{self.domain}", "TXT", "v=DKIM1; k=rsa; p=" + "".join(public.split("\n")[1:-2]))

    def start(self):
        (self.folder / "opendkim.conf").write_text(f"""Mode s
Domain {self.domain}
Selector post
KeyFile {self.folder}/dkim.pem
Socket local:{self.folder}/opendkim.sock
UserID root
InternalHosts 127.0.0.0/8
Canonicalization relaxed/relaxed
RequireSafeKeys no
Syslog no
""")
        self.signer = subprocess.Popen([tool("opendkim"), "-f", "-x", self.folder / "opendkim.conf"], stderr=open(self.folder / "opendkim.log", "w"))
        if not until((self.folder / "opendkim.sock").exists, 10):
            raise SystemExit("opendkim does not come up: " + (self.folder / "opendkim.log").read_text())
        os.chmod(self.folder / "opendkim.sock", 0o777)
        self.instance.start()

    def close(self):
        self.instance.stop()
        if getattr(self, "signer", None):
            self.signer.terminate()
            self.signer.wait(10)

    def send(self, message, sender, *recipients):
        with smtplib.SMTP(self.address, self.port, "client.test", timeout=30, source_address=("127.0.0.1", 0)) as line:
            line.ehlo("client.test")
            line.sendmail(sender, recipients, message)

    def mails(self, user):
        return [parsed(path.read_bytes()) for path in sorted((self.folder / "mail" / user).glob("new/*"))]


def parsed(octets):
    mail = email.message_from_bytes(octets, policy=email.policy.default)
    mail.octets = octets
    return mail


def message(sender, recipient, subject, body="Grüße, und ein Satz.\r\n.\r\n..zwei Punkte\r\nFrom hier\r\n"):
    return (f"From: Ann <{sender}>\r\nTo: <{recipient}>\r\nSubject: {subject}\r\nDate: {email.utils.formatdate()}\r\nMessage-ID: <{subject}@{sender.split('@')[1]}>\r\n"
            f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}").encode()


def with_subject(mails, subject):
    return [mail for mail in mails if mail["Subject"] == subject]


def verdicts(mail):
    return {method: result for method, result in re.findall(r"\b(spf|dkim|dmarc)=(\w+)", " ".join(mail.get_all("Authentication-Results", [])[:1]))}


def exchange(tally, servers):
    for source in servers:
        for target in servers:
            if source is target:
                continue
            subject = f"from-{source.domain}-to-{target.domain}"
            source.send(message(f"ann@{source.domain}", f"bob@{target.domain}", subject), f"ann@{source.domain}", f"bob@{target.domain}")
    for source in servers:
        for target in servers:
            if source is target:
                continue
            subject = f"from-{source.domain}-to-{target.domain}"
            found = until(lambda: with_subject(target.mails("bob"), subject))
            tally.check(len(found) == 1, f"{source.domain} to {target.domain}: arrived {len(found)} times")
            if not found:
                continue
            tally.check("..zwei Punkte" in found[0].get_content() and "\n.\n" in found[0].get_content().replace("\r", ""), "  its text is whole")
            if isinstance(target, Martlet):
                got = verdicts(found[0])
                tally.check(got == {"spf": "pass", "dkim": "pass", "dmarc": "pass"}, f"  judged {got}")
            else:
                results = verified(found[0], servers[0].names)
                tally.check(len(results) == 2 and all(results), f"  dkimpy finds its signatures good: {results}")


def verified(mail, names):
    import dkim
    import dns.resolver
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], names.port

    def look_up(name, timeout=5):
        return b"".join(resolver.resolve(name.decode() if isinstance(name, bytes) else name, "TXT")[0].strings)
    octets = re.sub(rb"\r?\n", b"\r\n", mail.octets)
    # What the local delivery wrote on top is not signed and does no harm.
    results = []
    for index in range(len(mail.get_all("DKIM-Signature", []))):
        try:
            results.append(dkim.DKIM(octets).verify(idx=index, dnsfunc=look_up))
        except dkim.DKIMException as error:
            print(f"dkimpy: {error}")
            results.append(False)
    return results


def failures(tally, one, two, post):
    one.send(message(f"ann@{one.domain}", f"nobody@{two.domain}", "to-nobody"), f"ann@{one.domain}", f"nobody@{two.domain}")
    bounces = until(lambda: [mail for mail in one.mails("ann") if mail.get_content_type() == "multipart/report"])
    tally.check(len(bounces) == 1, f"mail to nobody comes back {len(bounces)} times as a report")
    if bounces:
        report = bounces[0]
        text = report.as_string()
        tally.check(report["Return-Path"] in ("<>", None) and "Action: failed" in text and f"nobody@{two.domain}" in text, "  it names whom and why")
        tally.check("Status: 5.1.1" in text, "  with the status 5.1.1 of the other server")
    post.instance.stop()
    one.send(message(f"ann@{one.domain}", f"bob@{post.domain}", "while-down"), f"ann@{one.domain}", f"bob@{post.domain}")
    rows = until(lambda: json.loads(one.martlet("queue", "list", "--json")), 10)
    tally.check(len(rows) == 1, f"mail for a server that is down waits in the queue ({len(rows)})")
    one.stop(signal.SIGKILL)
    one.start()
    post.instance.start()
    found = until(lambda: with_subject(post.mails("bob"), "while-down"), 60)
    tally.check(len(found) == 1, f"it arrives {len(found)} times when that server is back, SIGKILL in between")
    tally.check(until(lambda: json.loads(one.martlet("queue", "list", "--json")) == [], 10), "the queue is empty again")


def forgery(tally, one, two):
    """A stranger writes as two.test, whose policy is to reject."""
    with smtplib.SMTP(one.address, one.port, "mx.stranger.test", timeout=30, source_address=("127.0.0.9", 0)) as line:
        line.ehlo("mx.stranger.test")
        try:
            line.sendmail(f"ann@{two.domain}", [f"bob@{one.domain}"], message(f"ann@{two.domain}", f"bob@{one.domain}", "forged"))
            tally.check(False, "forged mail was taken")
        except smtplib.SMTPDataError as error:
            tally.check(error.smtp_code // 100 == 5, f"forged mail is refused in the session: {error.smtp_code} {error.smtp_error.decode()}")
        except smtplib.SMTPRecipientsRefused as error:
            tally.check(True, f"forged mail is refused in the session: {error.recipients}")
    with smtplib.SMTP(one.address, one.port, "mx.stranger.test", timeout=30, source_address=("127.0.0.9", 0)) as line:
        line.ehlo("mx.stranger.test")
        line.mail("x@stranger.test")
        code, words = line.rcpt(f"ann@{two.domain}")
        tally.check(code // 100 == 5, f"relaying is refused: {code} {words.decode()}")


def main():
    missing = [name for name in ("unbound", "postfix", "opendkim") if not tool(name)]
    if os.geteuid() != 0 or missing:
        print(f"skipped: {'needs root' if os.geteuid() != 0 else 'missing: ' + ', '.join(missing)}")
        return
    tally, folder = Tally(), Path(tempfile.mkdtemp(prefix="martlet-world."))
    folder.chmod(0o755)
    port = free_port("127.0.0.2", "127.0.0.3", "127.0.0.4")
    names = Unbound(folder)
    names.choose_port()
    names.add("ready.test", "TXT", "yes")
    one, two = Martlet(folder, "one.test", "127.0.0.2", port, names), Martlet(folder, "two.test", "127.0.0.3", port, names)
    post = Postfix(folder, "three.test", "127.0.0.4", port, names, [one, two])
    publish_policies(names, "three.test", "127.0.0.4")
    for server in (one, two):
        server.publish()
    with folder_of(tally, folder, [post.close, one.stop, two.stop, names.stop]):
        names.start()
        for server in (one, two, post):
            server.start()
        exchange(tally, [one, two, post])
        failures(tally, one, two, post)
        forgery(tally, one, two)
    tally.close()


if __name__ == "__main__":
    main()
