#!/usr/bin/env python3
"""Which TLS a message leaves under, end to end with the real daemon: a smarthost with log-in, DANE, MTA-STS and what happens where they are at odds.
The DNS is this script's own, so that it can say which answers were validated. (RFC 4954, RFC 7672, RFC 8461; threat T23)
  .venv/bin/python Tests/Conformance/ways_out.py
"""
import contextlib
import http.server
import json
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from demo import PASSWORD, Tally, folder_of
from world import Martlet, free_port, message, run, until, with_subject


class Names(threading.Thread):
    """A resolver on this machine: `secure` domains are answered with the AD bit."""

    def __init__(self):
        super().__init__(daemon=True)
        self.rows, self.secure = {}, set()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def add(self, name, kind, data):
        if kind == "TXT" and not data.startswith('"'):
            data = " ".join('"%s"' % data[place:place + 200] for place in range(0, len(data), 200))
        self.rows.setdefault((name.lower(), kind), []).append(data)

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                octets, peer = self.socket.recvfrom(4096)
                self.socket.sendto(self.answer(dns.message.from_wire(octets)).to_wire(), peer)

    def answer(self, question):
        reply = dns.message.make_response(question, recursion_available=True)
        asked = question.question[0]
        name, kind = asked.name.to_text(True).lower(), dns.rdatatype.to_text(asked.rdtype)
        if rows := self.rows.get((name, kind)):
            reply.answer.append(dns.rrset.from_text_list(asked.name, 60, "IN", kind, rows))
        elif not any(known == name or known.endswith("." + name) for known, _ in self.rows):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        if any(name == domain or name.endswith("." + domain) for domain in self.secure):
            reply.flags |= dns.flags.AD
        return reply


class Authority:
    """One CA; certificates by it, and others that nobody vouches for."""

    def __init__(self, folder):
        self.folder = folder
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=CA of the test",
            "-keyout", folder / "ca.key", "-out", folder / "ca.pem")

    def certificate(self, name, is_good):
        """(chain, key, digest of its public key)."""
        key, request, chain = (self.folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
        names = f"subjectAltName=DNS:{name}"
        if is_good:
            run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
            extensions = self.folder / f"{name}.ext"
            extensions.write_text(names)
            run("openssl", "x509", "-req", "-in", request, "-CA", self.folder / "ca.pem", "-CAkey", self.folder / "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", extensions, "-out", chain)
        else:
            run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", names,
                "-keyout", key, "-out", chain)
        public = subprocess.run(["openssl", "x509", "-in", chain, "-pubkey", "-noout"], capture_output=True, check=True).stdout
        der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=public, capture_output=True, check=True).stdout
        digest = subprocess.run(["openssl", "dgst", "-sha256", "-r"], input=der, capture_output=True, check=True).stdout.split()[0].decode()
        return chain, key, digest


class Exchanger(threading.Thread):
    """Takes mail over STARTTLS, or in the clear where `identity` is None. `taken`: (was it TLS, the message)."""

    def __init__(self, address, port, identity):
        super().__init__(daemon=True)
        self.taken, self.context, self.socket = [], None, socket.create_server((address, port))
        if identity:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(identity[0], identity[1])

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                line, _ = self.socket.accept()
                threading.Thread(target=self.talk, args=(line,), daemon=True).start()

    def talk(self, line):
        with contextlib.suppress(OSError, ValueError):
            is_secure, file = False, line.makefile("rb")

            def say(text):
                line.sendall(text.encode() + b"\r\n")
            say("220 exchanger")
            while command := file.readline():
                verb = command[:4].upper()
                if verb == b"EHLO":
                    say("250-exchanger\r\n250 STARTTLS" if self.context and not is_secure else "250 exchanger")
                elif verb == b"STAR":
                    say("220 go")
                    line = self.context.wrap_socket(line, server_side=True)
                    file, is_secure = line.makefile("rb"), True
                elif verb == b"DATA":
                    say("354 go")
                    text = b""
                    while (part := file.readline()) not in (b".\r\n", b""):
                        text += part
                    self.taken.append((is_secure, text))
                    say("250 2.0.0 taken")
                elif verb == b"QUIT":
                    return say("221 bye")
                else:
                    say("250 ok")


# Domain: (its exchanger's certificate: good, bad or none; TLSA: right, wrong, unsigned or none; MTA-STS mode or none; does mail leave: "tls", "clear" or "no").
CASES = {
    "plain": (None, None, None, "clear"),
    "any": ("bad", None, None, "tls"),
    "stsgood": ("good", None, "enforce", "tls"),
    "stsbad": ("bad", None, "enforce", "no"),
    "stsclear": (None, None, "enforce", "no"),
    "ststesting": ("bad", None, "testing", "tls"),
    "danegood": ("bad", "right", None, "tls"),
    "danewrong": ("good", "wrong", None, "no"),
    "daneclear": (None, "right", None, "no"),
    "daneunsigned": ("bad", "unsigned", None, "tls"),
    # RFC 8461 §2: DANE comes first, whatever MTA-STS would say.
    "daneoversts": ("bad", "right", "enforce", "tls"),
    "danewrongsts": ("good", "wrong", "enforce", "no"),
}


def policies(names, authority, domains, port):
    """The policies of MTA-STS over HTTPS, at one address, by name."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.headers["Host"].partition(":")[0].removeprefix("mta-sts.")
            body = f"version: STSv1\r\nmode: {domains[name]}\r\nmx: mx.{name}\r\nmax_age: 86400\r\n".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words):
            pass
    contexts = {}
    for name in domains:
        chain, key, _ = authority.certificate(f"mta-sts.{name}", True)
        contexts[f"mta-sts.{name}"] = context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        names.add(f"mta-sts.{name}", "A", "127.0.4.100")
        names.add(f"_mta-sts.{name}", "TXT", "v=STSv1; id=1;")
    first = next(iter(contexts.values()))

    def choose(line, name, context):
        line.context = contexts.get(name, first)
    first.sni_callback = choose
    server = http.server.ThreadingHTTPServer(("127.0.4.100", port), Handler)
    server.socket = first.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def direct(tally, server, exchangers):
    for name in CASES:
        server.send(message("ann@one.test", f"x@{name}.test", name), "ann@one.test", f"x@{name}.test")
    until(lambda: all(exchangers[name].taken for name, case in CASES.items() if case[3] != "no"), 30)
    time.sleep(2)
    for name, (certificate, tlsa, mode, leaves) in CASES.items():
        taken = exchangers[name].taken
        way = "no" if not taken else "tls" if taken[0][0] else "clear"
        what = f"certificate {certificate or 'none'}, TLSA {tlsa or 'none'}, MTA-STS {mode or 'none'}"
        tally.check(way == leaves and len(taken) <= 1, f"{name}: {what}: {leaves} ({way})")
        if leaves == "no":
            rows = [row for row in json.loads(server.martlet("queue", "list", "--json")) if row["recipients"] == [f"x@{name}.test"]]
            tally.check(len(rows) == 1 and rows[0]["state"] == "deferred" and re.search(r"TLS|certificate|DANE|MTA-STS", rows[0]["reason"]) is not None,
                        f"  waits, with the reason: {rows and rows[0]['reason']}")


def smarthost(tally, server, relay, password_file):
    def send(subject):
        server.send(message("ann@one.test", "bob@relay.test", subject), "ann@one.test", "bob@relay.test")

    def reasons():
        return [row["reason"] for row in json.loads(server.martlet("queue", "list", "--json"))]
    send("through-the-smarthost")
    found = until(lambda: with_subject(relay.mails("bob"), "through-the-smarthost"), 20)
    tally.check(len(found) == 1, f"a smarthost with log-in takes the mail: {len(found)} arrived; {reasons()}")
    if found:
        tally.check("with ESMTPSA" in str(found[0]["Received"]), "  over TLS, after a log-in, as its Received says")
    server.stop()
    password_file.write_text("wrong\n")
    server.start()
    send("with-a-wrong-password")
    until(lambda: any(reasons()), 20)
    tally.check(any("535" in reason or "log" in reason.lower() for reason in reasons()) and not with_subject(relay.mails("bob"), "with-a-wrong-password"),
                f"with a wrong password it waits: {reasons()}")
    tally.check(server.mails("ann") == [], "  and is not given up for that")
    server.stop()
    password_file.write_text(PASSWORD + "\n")
    server.start()
    tally.check(until(lambda: len(with_subject(relay.mails("bob"), "with-a-wrong-password")) == 1, 30), "  with the right one it leaves, once")
    # Nobody vouches for the smarthost any more: the password stays here.
    server.stop()
    text = server.config.read_text()
    server.config.write_text(re.sub(r"ca_file = .*", "", text))
    server.start()
    send("without-trust")
    until(lambda: any(reasons()), 20)
    tally.check(any("certificate" in reason.lower() or "TLS" in reason for reason in reasons()) and not with_subject(relay.mails("bob"), "without-trust"),
                f"a smarthost whose certificate nobody vouches for hears no password: {reasons()}")


def main():
    tally, folder = Tally(), Path(tempfile.mkdtemp(prefix="martlet-ways."))
    addresses = {name: f"127.0.4.{number + 1}" for number, name in enumerate(CASES)}
    port = free_port("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.4.100", *addresses.values())
    names, authority, exchangers = Names(), Authority(folder), {}
    policy_port, ends = port + 3, [names.socket.close]
    with folder_of(tally, folder, ends):
        for name, (certificate, tlsa, mode, _) in CASES.items():
            domain = f"{name}.test"
            names.add(domain, "MX", f"10 mx.{domain}.")
            names.add(f"mx.{domain}", "A", addresses[name])
            identity = certificate and authority.certificate(f"mx.{domain}", certificate == "good")
            if tlsa:
                digest = identity[2] if identity and tlsa != "wrong" else "ab" * 32
                names.add(f"_{port}._tcp.mx.{domain}", "TLSA", f"3 1 1 {digest}")
                if tlsa != "unsigned":
                    names.secure.add(domain)
            exchangers[name] = Exchanger(addresses[name], port, identity)
            ends.append(exchangers[name].socket.close)
        web = policies(names, authority, {f"{name}.test": case[2] for name, case in CASES.items() if case[2]}, policy_port)
        ends.append(web.shutdown)
        names.add("mx.relay.test", "A", "127.0.0.3")
        one = Martlet(folder, "one.test", "127.0.0.2", port, names, outbound=f'retry = ["1h"]\nhttps_port = {policy_port}\nca_file = "{folder}/ca.pem"')
        relay = Martlet(folder, "relay.test", "127.0.0.3", port, names)
        relay.martlet("domain", "add", "one.test")
        relay.martlet("address", "add", "ann@one.test", "--to", "ann@relay.test")
        password_file = folder / "password"
        password_file.write_text(PASSWORD + "\n")
        password_file.chmod(0o600)
        (folder / "two").mkdir()
        two = Martlet(folder / "two", "one.test", "127.0.0.4", port, names, outbound=f"""retry = ["1s", "2s", "5s"]
smarthost = "mx.relay.test:{port + 1}"
smarthost_user = "ann@relay.test"
smarthost_password_file = "{password_file}"
smarthost_tls = "required"
ca_file = "{relay.folder}/certificate.pem\"""")
        servers = [one, relay, two]
        ends[:0] = [server.stop for server in servers]
        for each in (names, *exchangers.values()):
            each.start()
        for server in servers:
            server.start()
        direct(tally, one, exchangers)
        smarthost(tally, two, relay, password_file)
    tally.close()


if __name__ == "__main__":
    main()
