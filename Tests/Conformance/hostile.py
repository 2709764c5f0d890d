#!/usr/bin/env python3
"""Hostile input over real sockets: a clear error, bounded memory, nobody else disturbed, and the process goes on. One check for each threat named.

The figures are those of the threat table: T1, T2, T6-T11, T14, T17, T24, T33.
"""
import base64
import contextlib
import http.client
import imaplib
import itertools
import re
import smtplib
import socket
import ssl
import sys
import threading
import time

from demo import PASSWORD, Tally, demo, program

ANN, BOB = "u1@demo.test", "u2@demo.test"
MIB = 1 << 20


class Raw:
    """A socket that is written to and read from by hand."""

    def __init__(self, port, tls=False, timeout=20):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self.socket = context.wrap_socket(self.socket)
        self.held = b""

    def send(self, data):
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            self.socket.sendall(data)
        return self

    def until(self, pattern, timeout=20):
        """All that came up to a match, or up to the end of the connection."""
        end = time.monotonic() + timeout
        while not re.search(pattern, self.held) and time.monotonic() < end:
            try:
                data = self.socket.recv(65536)
            except (ConnectionError, TimeoutError, ssl.SSLError, OSError):
                break
            if not data:
                break
            self.held += data
        found, self.held = self.held, b""
        return found

    def rest(self, timeout=5):
        """What still comes before the end, and whether the end came."""
        self.socket.settimeout(timeout)
        try:
            while data := self.socket.recv(65536):
                self.held += data
            return self.held, True
        except (ConnectionError, ssl.SSLError):
            return self.held, True
        except TimeoutError:
            return self.held, False

    def close(self):
        self.socket.close()


class Bystander(threading.Thread):
    """Somebody else, who does a NOOP every few milliseconds and notes the slowest."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.imap = imaplib.IMAP4("127.0.0.1", port)
        self.imap.login(BOB, PASSWORD)
        self.times, self.stopped, self.error = [], False, None

    def run(self):
        try:
            while not self.stopped:
                start = time.perf_counter()
                self.imap.noop()
                self.times.append(time.perf_counter() - start)
                time.sleep(0.005)
        except Exception as error:
            self.error = error

    def slowest(self):
        """The 99th percentile since the last look."""
        times, self.times = sorted(self.times), []
        return times[int(len(times) * 0.99)] if times else 0


# Seconds for one hostile message, over IMAP both ways. A debug build is held to the kind of growth alone.
LIMIT = 3 if "release" in str(program()) else 12


class House:
    def __init__(self, running, tally):
        self.running, self.tally = running, tally
        self.pid = int((running.folder / "martlet.pid").read_text())
        self.bystander = Bystander(running.port(143))
        self.bystander.start()

    def memory(self):
        return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{self.pid}/status").read())[1]) * 1024

    def imap(self, user=ANN):
        imap = imaplib.IMAP4("127.0.0.1", self.running.port(143))
        imap.login(user, PASSWORD)
        return imap

    def count(self, subject):
        imap = self.imap()
        imap.select("INBOX", readonly=True)
        _, (found,) = imap.search(None, "SUBJECT", f'"{subject}"')
        imap.logout()
        return len(found.split())

    def check(self, fine, what):
        self.tally.check(bool(fine), what)

    def undisturbed(self, what, limit=0.25):
        slow = self.bystander.slowest()
        self.check(self.bystander.error is None and slow < limit, f"{what}: a bystander waits {slow * 1000:.1f} ms at the most (99 %)")


def smtp_to_data(house, subject, helo=b"EHLO test"):
    raw = Raw(house.running.port(25))
    raw.until(rb"220 ")
    raw.send(helo + b"\r\n").until(rb"(?m)^250 ")
    raw.send(b"MAIL FROM:<x@example.org>\r\n").until(rb"250")
    raw.send(f"RCPT TO:<{ANN}>\r\n".encode()).until(rb"250")
    raw.send(b"DATA\r\n").until(rb"354")
    raw.send(f"Subject: {subject}\r\n\r\nfirst".encode())
    return raw


def t1(house):
    """Only CRLF.CRLF ends data; whatever else looks like an end never makes a second message."""
    second = 0
    ends = [b"".join(c) for n in (2, 3, 4) for c in itertools.product((b"\r", b"\n", b".", b"\0"), repeat=n)]
    wrong = [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\r\n\0.\r\n", *(b"\r\n" + end for end in ends if end != b".\r\n" and b"." in end)]
    wrong = [end for end in dict.fromkeys(wrong) if b"\r\n.\r\n" not in b"x" + end + b"MAIL"]
    for number, end in enumerate(wrong):
        raw = smtp_to_data(house, f"smuggle-{number}")
        payload = end + b"MAIL FROM:<evil@example.org>\r\nRCPT TO:<" + ANN.encode() + b">\r\nDATA\r\nSubject: smuggled\r\n\r\nevil\r\n.\r\n"
        if number % 8 == 0:
            for byte in payload:
                raw.send(bytes((byte,)))
        else:
            raw.send(payload)
        raw.send(b"QUIT\r\n")
        raw.until(rb"221|421|5\d\d .*\r\n", 5)
        raw.close()
    second = house.count("smuggled")
    house.check(second == 0, f"T1: {len(wrong)} ends of data that are none: {second} smuggled messages")


def t2(house):
    """Plaintext behind STARTTLS is never run, and the connection is dropped."""
    raw = Raw(house.running.port(25))
    raw.until(rb"220 ")
    raw.send(b"EHLO test\r\n").until(rb"(?m)^250 ")
    raw.send(b"STARTTLS\r\nRSET\r\nMAIL FROM:<evil@example.org>\r\n")
    heard, ended = raw.rest()
    house.check(ended and heard.count(b"\r\n") <= 1, f"T2 SMTP: dropped, nothing run ({heard[:60]!r})")
    raw = Raw(house.running.port(143))
    raw.until(rb"OK")
    raw.send(b"a STARTTLS\r\nb LOGIN " + ANN.encode() + b" secret\r\n")
    heard, ended = raw.rest()
    house.check(ended and b"b OK" not in heard, f"T2 IMAP: dropped, nothing run ({heard[:60]!r})")


def t6(house):
    """Before log-in a session costs little, whatever it says."""
    for name, flood in (
        ("nested parentheses", b"a LIST " + b"(" * MIB), ("an endless line", b"a LOGIN " + b"x" * (8 * MIB)),
        ("atoms", b"a " + b"x " * (MIB // 2)), ("a huge literal", b"a LOGIN {1073741824}\r\n"), ("a huge literal that does not wait", b"a LOGIN {1073741824+}\r\n" + b"x" * MIB),
        ("small literals", b"a LOGIN " + b"{1+}\r\nx " * 50_000),
    ):
        before = house.memory()
        many = [Raw(house.running.port(143)) for _ in range(20)]
        for raw in many:
            raw.until(rb"OK")
            raw.socket.settimeout(1)
            raw.send(flood)
        grown = (house.memory() - before) / len(many)
        words = many[0].until(rb"BYE|BAD|NO", 3)
        for raw in many:
            raw.close()
        house.check(grown <= 128 * 1024 and re.search(rb"BYE|BAD|NO", words), f"T6 {name}: {grown / 1024:.0f} KiB a session, {words[:50]!r}")
    house.undisturbed("T6")


def t7(house):
    """Literals after log-in: bounded outside of APPEND, and odd sizes refused."""
    for name, command in (
        ("10^5 literals", b"a SEARCH " + b"TEXT {1+}\r\nx " * 100_000 + b"\r\n"), ("4 GiB", b"a APPEND INBOX {4294967295}\r\n"), ("2^64", b"a APPEND INBOX {18446744073709551616}\r\n"),
        ("a negative size", b"a APPEND INBOX {-1}\r\n"), ("no size", b"a APPEND INBOX {}\r\n"), ("200 MiB that does not wait", b"a APPEND INBOX {209715200+}\r\n" + b"x" * MIB),
    ):
        raw = Raw(house.running.port(143))
        raw.until(rb"OK")
        raw.send(f"l LOGIN {ANN} {PASSWORD}\r\n".encode()).until(rb"(?m)^l OK")
        before = house.memory()
        raw.socket.settimeout(3)
        raw.send(command)
        words = raw.until(rb"(?m)^(a (BAD|NO)|\* BYE)", 5)
        grown = house.memory() - before
        raw.close()
        house.check(re.search(rb"(?m)^(a (BAD|NO)|\* BYE)", words) and grown < 8 * MIB, f"T7 {name}: {words[:60]!r}, {grown / MIB:.1f} MiB")
    house.undisturbed("T7")


def t8(house):
    """Broken SASL data fails its own session alone."""
    bad = [b"AUTH PLAIN ====\r\n", b"AUTH PLAIN " + b"A" * MIB + b"\r\n", b"AUTH PLAIN\r\n*\r\n", b"AUTH LOGIN !!!!\r\n", b"AUTH PLAIN AA==\r\n", b"AUTH NONE\r\n"]
    for command in bad * 5:
        raw = Raw(house.running.port(587))
        raw.until(rb"220 ")
        raw.send(b"EHLO test\r\n").until(rb"(?m)^250 ")
        raw.socket.settimeout(3)
        raw.send(command)
        words = raw.until(rb"(?m)^(5\d\d|4\d\d) ", 5)
        raw.close()
        if not re.search(rb"(?m)^[54]\d\d ", words):
            house.check(False, f"T8 {command[:20]!r}: {words[:60]!r}")
    with smtplib.SMTP("127.0.0.1", house.running.port(587)) as smtp:
        smtp.login(ANN, PASSWORD)
    house.check(True, "T8: log-in works after 30 broken exchanges")


def t9_t10_t11(house):
    """Odd octets, deep and wide MIME, huge headers: taken or refused, never a trap, in bounded time and memory."""
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(30_000))
    wide = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 500_000 + b"--b--\r\n"
    cases = {
        "T9 NUL and 8-bit": b"Subject: t9\r\nX: \xff\xfe(\\\r\n\r\n" + bytes(range(1, 256)).replace(b"\r", b"").replace(b"\n", b"") * 10 + b"\r\n",
        "T9 a comment that ends in a backslash": b"Subject: t9b\r\nFrom: a (x\\\r\nTo: \"\\\r\n\r\nbody\r\n",
        "T10 30,000 deep": b"Subject: t10\r\n" + deep, "T10 500,000 parts": b"Subject: t10b\r\n" + wide,
        "T11 300,000 addresses": b"Subject: t11\r\nTo: " + b"a@b.example,\r\n " * 300_000 + b"c@d\r\n\r\nbody\r\n",
        "T11 100,000 RFC 2231 parts": b"Subject: t11b\r\nContent-Type: text/plain" + b"".join(b";\r\n name*%d=x" % n for n in range(100_000)) + b"\r\n\r\nbody\r\n",
        "T11 a header of 20 MiB": b"Subject: t11c\r\n" + b"X: y\r\n" * (20 * MIB // 6) + b"\r\nbody\r\n",
    }
    for name, message in cases.items():
        imap = house.imap()
        before, start = house.memory(), time.perf_counter()
        try:
            verdict = imap.append("INBOX", None, None, message)[0]
        except imaplib.IMAP4.error as error:
            verdict = str(error)[:60]
        seconds, grown = time.perf_counter() - start, house.memory() - before
        same = ""
        if verdict == "OK":
            imap.select("INBOX", readonly=True)
            number = imap.untagged_responses.get("EXISTS", [b"0"])[-1].decode()
            _, data = imap.fetch(number, "(BODYSTRUCTURE ENVELOPE BODY.PEEK[])")
            body = next((part[1] for part in data if isinstance(part, tuple) and b"BODY[]" in part[0]), None)
            same = "byte for byte" if body == message else "CHANGED"
        house.check(seconds < LIMIT and grown < 160 * MIB and same != "CHANGED", f"{name}: {verdict} {same} in {seconds * 1000:.0f} ms, {grown / MIB:.0f} MiB")
        imap.logout()
        house.undisturbed(name)


def eas(house, body, user=ANN, device="HOSTILE1", command="Sync", headers=()):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", house.running.port(443), context=context, timeout=20)
    connection.request("POST", f"/Microsoft-Server-ActiveSync?Cmd={command}&User={user}&DeviceId={device}&DeviceType=Test", body, {
        "Authorization": "Basic " + base64.b64encode(f"{user}:{PASSWORD}".encode()).decode(), "MS-ASProtocolVersion": "14.1",
        "Content-Type": "application/vnd.ms-sync.wbxml", **dict(headers)})
    answer = connection.getresponse()
    answer.body = answer.read()
    connection.close()
    return answer


def t14(house):
    """WBXML tricks: 400 or a status, no trap."""
    head = b"\x03\x01\x6a\x00"
    for name, body in {
        "depth 10^6": head + b"\x45" * MIB, "opaque of 4 GiB": head + b"\x45\xc3\x8f\xff\xff\xff\x7f", "an endless mb_u_int32": head + b"\x45\xc3" + b"\xff" * 1000,
        "a string table": b"\x03\x01\x6a\x05abcd\0\x45\x01", "STR_T": head + b"\x45\x83\x00\x01", "LITERAL": head + b"\x04\x00", "EXT": head + b"\x45\x40x\0\x01",
        "PI": head + b"\x43\x01\x01", "an unknown page": head + b"\x00\xee\x45\x01", "no end": head + b"\x45\x5c", "nothing but a header": head, "text without NUL": head + b"\x45\x4b\x03abc",
        "garbage": bytes(range(256)) * 50,
    }.items():
        answer = eas(house, body)
        house.check(answer.status in (200, 400) and len(answer.body) < 4096, f"T14 {name}: HTTP {answer.status}, {len(answer.body)} bytes")
    house.undisturbed("T14")


def t17(house):
    """Two readings of one request are refused, and the connection ends."""
    target = b"POST /Microsoft-Server-ActiveSync HTTP/1.1\r\nHost: x\r\n"
    for name, request in {
        "CL and TE": target + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "two CL": target + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        "folded TE": target + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", "TE twice": target + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "LF alone": b"GET / HTTP/1.1\nHost: x\n\n", "a bad chunk": target + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "a negative length": target + b"Content-Length: -1\r\n\r\n",
        "space before the colon": target + b"Content-Length : 4\r\n\r\nabcd", "an endless trailer": target + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 100_000,
        "an endless header": b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 100_000, "an endless line": b"GET /" + b"x" * MIB,
    }.items():
        raw = Raw(house.running.port(443), tls=True)
        raw.socket.settimeout(3)
        raw.send(request)
        heard, ended = raw.rest(5)
        status = re.match(rb"HTTP/1.1 (\d+)", heard)
        raw.close()
        house.check(ended and (status is None or status[1] in (b"400", b"401", b"404", b"411", b"413", b"414", b"431", b"501")) and heard.count(b"HTTP/1.1") <= 1,
                    f"T17 {name}: {heard[:30]!r}, {'closed' if ended else 'still open'}")
    house.undisturbed("T17")


def t24(house):
    """Names with controls are refused or come back as they were; LIST always parses."""
    imap = house.imap()
    for name in ('"a\rb"', '"a\nb"', '"a\0b"', '"%"', '"*"', '"../x"', '"&AAA"', '"&*-"', '"a//b"', '"/"', '""', '"x\x7f"', '"' + "n" * 5000 + '"'):
        with contextlib.suppress(imaplib.IMAP4.error, imaplib.IMAP4.abort, OSError):
            imap.create(name)
        with contextlib.suppress(imaplib.IMAP4.error, imaplib.IMAP4.abort, OSError):
            imap.logout()
        imap = house.imap()
    verdict, lines = imap.list()
    plain = all(re.fullmatch(rb'\([^)]*\) "/" ("(?:[^"\\\x00-\x1f]|\\.)*"|[^ "\x00-\x1f]+)', line) for line in lines)
    house.check(verdict == "OK" and plain, f"T24: LIST parses, {len(lines)} lines")
    imap.logout()


def t33(house):
    """A device's state belongs to one user, and its name is checked."""
    for device in ("A" * 33, "A" * 5000, "..%2F..", "%00", "a%0d%0ab", ""):
        answer = eas(house, b"\x03\x01\x6a\x00\x00\x07\x56\x52\x030\0\x01\x01", device=device, command="FolderSync")
        house.check(answer.status in (200, 400, 401, 403), f"T33 device {device[:12]!r}: HTTP {answer.status}")
    first = eas(house, b"\x03\x01\x6a\x00\x00\x07\x56\x52\x030\0\x01\x01", device="SHARED", command="FolderSync")
    found = re.search(rb"\x52\x03([^\0]+)\0", first.body)
    key = found[1] if found else b"1"
    answer = eas(house, b"\x03\x01\x6a\x00\x00\x07\x56\x52\x03" + key + b"\0\x01\x01", user=BOB, device="SHARED", command="FolderSync")
    house.check(answer.status == 200 and b"\x039\0" in answer.body and b"Inbox" not in answer.body, f"T33: another user's key of the same device: {answer.body[:40]!r}")


def main():
    tally = Tally()
    threats = (t1, t2, t6, t7, t8, t9_t10_t11, t14, t17, t24, t33)
    with demo(users=4) as running:
        house = House(running, tally)
        for threat in [each for each in threats if not sys.argv[1:] or each.__name__ in sys.argv[1:]]:
            threat(house)
        house.check(house.count("smuggled") == 0 and house.bystander.error is None, "the process goes on and serves")
        house.bystander.stopped = True
    tally.close()


if __name__ == "__main__":
    main()
