#!/usr/bin/env python3
"""SMTP over real sockets: log-in on three ports, smuggling (T1), STARTTLS injection (T2), broken log-ins (T8), relaying (T18), and real mail
that comes out of IMAP octet by octet as it went in."""
import base64
import imaplib
import itertools
import re
import smtplib
import socket
import ssl
import time
from pathlib import Path

from demo import PASSWORD, SHARED, Tally, demo

ANN, BOB, CAT = "u1@demo.test", "u2@demo.test", "u3@demo.test"
TRANSACTION = f"MAIL FROM:<eve@example.org>\r\nRCPT TO:<{ANN}>\r\nDATA\r\n".encode()
CLOSED = b"<closed>"


def trusting():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Wire:
    """A client that sends what it is told, as it is told."""

    def __init__(self, port, hello=True):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.greeting = self.replies(1)
        if hello:
            self.say(b"EHLO client.example\r\n")

    def replies(self, count, seconds=20):
        """Codes of the next `count` replies; CLOSED when the server hangs up."""
        codes, text = [], b""
        self.socket.settimeout(seconds)
        while len(codes) < count:
            try:
                data = self.socket.recv(65536)
            except (ConnectionResetError, BrokenPipeError):
                data = b""
            except TimeoutError:
                return codes + ["nothing"]
            if not data:
                return codes + [CLOSED]
            text += data
            codes = [int(line[:3]) for line in text.split(b"\r\n") if re.match(rb"\d{3}( |$)", line)]
        self.text = text
        return codes

    def send(self, octets, piece=None):
        if piece is None:
            self.socket.sendall(octets)
        else:
            for index in range(0, len(octets), piece):
                self.socket.send(octets[index:index + piece])

    def say(self, octets, count=1, piece=None):
        self.send(octets, piece)
        return self.replies(count)

    def hears_more(self, seconds=0.05):
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(65536)
        except TimeoutError:
            return b""
        except OSError:
            return CLOSED

    def close(self):
        self.socket.close()


def mailbox(running, user):
    conn = imaplib.IMAP4("127.0.0.1", running.port(143))
    conn.login(user, PASSWORD)
    conn.select("INBOX")
    return conn


def contents(running, user):
    conn = mailbox(running, user)
    answer = conn.uid("FETCH", "1:*", "(BODY.PEEK[])")[1]
    conn.logout()
    return [part[1] for part in answer if isinstance(part, tuple)]


def log_ins(running, tally):
    context = trusting()
    with smtplib.SMTP("127.0.0.1", running.port(25)) as smtp:
        smtp.ehlo()
        tally.check(smtp.has_extn("starttls") and smtp.has_extn("pipelining") and smtp.has_extn("8bitmime"), "port 25 offers STARTTLS, PIPELINING, 8BITMIME")
        smtp.starttls(context=context)
        smtp.sendmail("eve@example.org", [BOB], b"Subject: by starttls\r\n\r\nx\r\n")
    for name, make in (
        ("587 with STARTTLS", lambda: smtplib.SMTP("127.0.0.1", running.port(587))),
        ("465 with TLS", lambda: smtplib.SMTP_SSL("127.0.0.1", running.port(465), context=context)),
    ):
        with make() as smtp:
            smtp.ehlo()
            if "587" in name:
                smtp.starttls(context=context)
                smtp.ehlo()
            tally.check(smtp.mail(BOB)[0] == 530, f"{name}: MAIL before log-in is refused")
            try:
                smtp.login(BOB, "wrong")
                tally.check(False, f"{name}: a wrong password is refused")
            except smtplib.SMTPAuthenticationError as error:
                tally.check(error.smtp_code == 535, f"{name}: a wrong password is refused")
            smtp.login(BOB, PASSWORD)
            tally.check(smtp.mail(CAT)[0] == 553, f"{name}: another's sender address is refused")
            smtp.rset()
            smtp.sendmail(BOB, [CAT], f"Subject: by {name}\r\n\r\nx\r\n")
    texts = b"".join(contents(running, CAT) + contents(running, BOB))
    tally.check(texts.count(b"with ESMTPSA id") == 2 and b"with ESMTPS id" in texts, "mail of all three came, and Received tells how")


def smuggling(running, tally):
    """T1: 336 words of CR, LF, dot and NUL where the end of data would stand; one octet a segment."""
    smuggled = f"MAIL FROM:<evil@example.org>\r\nRCPT TO:<{BOB}>\r\nDATA\r\nSubject: smuggled\r\n\r\n".encode()
    wrong, accepted, refused = [], 0, 0
    for word in map(bytes, itertools.chain.from_iterable(itertools.product(b"\r\n.\0", repeat=size) for size in (2, 3, 4))):
        if word.startswith(b".\r\n"):
            continue  # the true end
        wire = Wire(running.port(25))
        wire.say(TRANSACTION, 3)
        codes = wire.say(b"Subject: a\r\n\r\nbody\r\n" + word + smuggled + b"\r\n.\r\n", 1, piece=1)
        more = wire.hears_more(0.01)
        accepted, refused = accepted + (codes == [250]), refused + (codes == [554])
        if codes not in ([250], [554]) or more:
            wrong.append((word, codes, more))
        wire.close()
    tally.check(not wrong, f"T1: one reply for each message ({accepted} taken, {refused} refused) {wrong[:3]}")
    tally.check(not any(b"smuggled" in text and b"evil@" in text.split(b"\r\n\r\n")[0] for text in contents(running, BOB)), "T1: no second message")


def injection(running, tally):
    for port in (25, 587):
        wire = Wire(running.port(port))
        codes = wire.say(b"STARTTLS\r\nRSET\r\nMAIL FROM:<a@b.c>\r\n", 9)
        tally.check(codes[-1] == CLOSED and 250 not in codes, f"T2: port {port}: commands behind STARTTLS are not run and the line is cut: {codes}")
        wire = Wire(running.port(port))
        wire.say(b"STARTTLS\r\n")
        codes = wire.say(b"NOOP\r\n", 9)
        tally.check(250 not in codes and codes[-1] == CLOSED, f"T2: port {port}: nor is what comes instead of a handshake: {codes}")
    wire = Wire(running.port(25))
    wire.say(b"STARTTLS\r\n")
    with trusting().wrap_socket(wire.socket) as secure:
        secure.sendall(b"MAIL FROM:<a@b.c>\r\n")
        tally.check(secure.recv(1000).startswith(b"503"), "T2: TLS begins with nothing remembered")


def broken_log_ins(running, tally):
    good = base64.b64encode(f"\0{ANN}\0{PASSWORD}".encode())
    other = Wire(running.port(25))
    other.say(b"AUTH LOGIN\r\n")
    wire = Wire(running.port(25))
    tally.check(wire.say(b"AUTH PLAIN =!=\r\n") == [501], "T8: bad base 64 is 501")
    tally.check(wire.say(b"AUTH LOGIN\r\n") == [334] and wire.say(b"*\r\n") == [501], "T8: a cancelled exchange is 501")
    tally.check(wire.say(b"AUTH PLAIN\r\n") == [334] and wire.say(b"A" * 100_000 + b"\r\n") == [500], "T8: a response of 100,000 octets is 500")
    tally.check(wire.say(b"AUTH PLAIN " + good + b"\r\n") == [235], "T8: the same session then logs in")
    wire = Wire(running.port(25))
    try:
        wire.send(b"AUTH PLAIN " + b"A" * 3_000_000)
    except OSError:
        pass
    tally.check(wire.replies(2)[-1] in (CLOSED, 500), "T8: an endless response ends its session")
    name, password = base64.b64encode(ANN.encode()), base64.b64encode(PASSWORD.encode())
    tally.check(other.say(name + b"\r\n") == [334] and other.say(password + b"\r\n") == [235], "T8: and nobody else's")


def relay_forms():
    """Ways to write an address elsewhere so that it looks like one of ours, and the other way round."""
    local = ["victim", "u1", "postmaster", "victim+u1", "a.b", "root"]
    away = ["far.example", "FAR.Example", "far.example.", "[192.0.2.1]", "[IPv6:2001:db8::1]", "demo.test.far.example", "far-demo.test", "demo.tes", "emo.test", "xn--dmo-dma.test"]
    ours = ["demo.test", "DEMO.test"]
    for name, domain in itertools.product(local, away):
        yield f"{name}@{domain}"
        yield f'"{name}@demo.test"@{domain}'
        yield f"{name}%demo.test@{domain}"
        yield f"@demo.test:{name}@{domain}"
        yield f"@{domain},@demo.test:{name}@{domain}"
        for own in ours:
            yield f"{name}%{domain}@{own}"
            yield f'"{name}@{domain}"@{own}'
            yield f"{domain}!{name}@{own}"
            yield f'"{domain}!{name}"@{own}'
    for name in local:
        yield from (f"{name}@d\u0435mo.test", f"{name}@demo\u3002test.far.example", f"{name}@\uff44emo.test.far.example", f"{name}@far.example@demo.test", f"{name}@far.example\\@demo.test",
                    f"{name}@", f"{name}@far.example >", f"{name}@far.example\tdemo.test", f"{name}@demo.test@far.example", f"{name}@[demo.test]")


def relaying(running, tally):
    """T18: each form to a stranger's connection, to one that pretends to be ours by its sender, and with a look-alike under SMTPUTF8."""
    forms, taken = list(dict.fromkeys(relay_forms())), []
    senders = ["MAIL FROM:<a@b.c> SMTPUTF8", f"MAIL FROM:<{ANN}> SMTPUTF8", "MAIL FROM:<> SMTPUTF8"]
    for number in range(0, len(forms), 15):
        wire = Wire(running.port(25))
        wire.say(senders[number // 15 % 3].encode() + b"\r\n")
        for form in forms[number:number + 15]:
            codes = wire.say(f"RCPT TO:<{form}>\r\n".encode())
            if codes[-1] == CLOSED or codes[0] // 100 != 5:
                taken.append((form, codes))
        wire.close()
    tally.check(len(forms) >= 500 and not taken, f"T18: 0 relayed of {len(forms)} forms {taken[:5]}")


def manners(running, tally):
    wire = Wire(running.port(25))
    group = f"MAIL FROM:<a@b.c>\r\nRCPT TO:<nobody@demo.test>\r\nRCPT TO:<x@far.example>\r\nRCPT TO:<{CAT}>\r\nDATA\r\n".encode()
    tally.check(wire.say(group, 5) == [250, 550, 550, 250, 354], "a pipelined group is answered in order")
    tally.check(wire.say(b"\r\n.\r\nRSET\r\nQUIT\r\n", 3) == [250, 250, 221], "and goes on after the message")
    wire = Wire(running.port(25))
    tally.check(wire.say(TRANSACTION + b"Subject: early\r\n\r\n.\r\n", 4)[-2:] == [503, CLOSED], "data sent before 354 is not taken")
    wire = Wire(running.port(25))
    codes = wire.say(b"BLAH\r\n" * 30, 40)
    tally.check(codes[-2:] == [421, CLOSED] and len(codes) < 30, "errors have a limit: 421")
    wire = Wire(running.port(25))
    wire.say(b"MAIL FROM:<a@b.c>\r\n")
    forms = ["x@far.example", "x%far.example@far2.example", "@demo.test:x@far.example", '"u1@demo.test"@far.example', "u1@[127.0.0.1]", "u1@demo.test.far.example"]
    tally.check(all(wire.say(f"RCPT TO:<{form}>\r\n".encode()) == [550] for form in forms), "T18: nothing is relayed")
    relaying(running, tally)
    wire = Wire(running.port(25))
    tally.check(wire.say(b"MAIL FROM:<a@b.c> SIZE=99999999\r\n") == [552], "SIZE is refused before")
    wire.say(TRANSACTION, 3)
    block = (b"x" * 76 + b"\r\n") * 1000
    for _ in range(700):
        wire.send(block)
    tally.check(wire.say(b".\r\n") == [552] and wire.say(TRANSACTION, 3) == [250, 250, 354], "and after data, and the session goes on")


def wire_form(octets):
    octets = re.sub(rb"(?<!\r)\n", b"\r\n", octets)
    return octets if octets.endswith(b"\r\n") or not octets else octets + b"\r\n"


def corpus(running, tally):
    folder = SHARED / "corpus/mail"
    if not folder.exists():
        print("skipped: corpus/mail of ../shared is not here")
        return
    conn = mailbox(running, ANN)
    conn.store("1:*", "+FLAGS.SILENT", r"(\Deleted)")
    conn.expunge()
    conn.logout()
    sent, wrong, lone = [], [], 0
    wire = Wire(running.port(25))
    for path in sorted(Path(folder).glob("*.eml")):
        mail = wire_form(path.read_bytes())
        wire.say(TRANSACTION, 3)
        codes = wire.say(re.sub(rb"(?m)^\.", b"..", mail) + b".\r\n")
        is_lone = re.search(rb"\r(?!\n)", mail) is not None
        lone += is_lone
        if codes != [554 if is_lone else 250]:
            wrong.append((path.name, codes))
        if not is_lone:
            sent.append((path.name, mail))
    tally.check(not wrong, f"{len(sent)} real mails are taken, {lone} with a lone CR are refused {wrong[:3]}")
    came = contents(running, ANN)
    differ = [name for (name, mail), text in zip(sent, came) if not text.endswith(mail) or text[:len(text) - len(mail)].count(b"\n") != 4]
    tally.check(len(came) == len(sent) and not differ, f"{len(came)} came out of IMAP octet by octet behind our trace fields {differ[:3]}")


def main():
    tally = Tally()
    with demo(users=3) as running:
        for part in (log_ins, smuggling, injection, broken_log_ins, manners, corpus):
            started = time.monotonic()
            part(running, tally)
            print(f"        ({part.__name__}: {time.monotonic() - started:.1f} s)")
    tally.close()


if __name__ == "__main__":
    main()
