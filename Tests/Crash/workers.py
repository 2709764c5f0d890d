"""Clients that work until the server is gone. Each tells the ledger what it asks for before it asks, and what was acknowledged as soon as it was."""
import contextlib
import imaplib
import re
import smtplib
import threading

from demo import PASSWORD
from ledger import ABSENT, Message, generator, size

GONE = (OSError, imaplib.IMAP4.abort, smtplib.SMTPServerDisconnected, EOFError)
imaplib._MAXLINE = 100_000_000


def log_in(base, user):
    imap = imaplib.IMAP4("127.0.0.1", base + 143, timeout=30)
    imap.login(f"{user}@demo.test", PASSWORD)
    return imap


class Worker(threading.Thread):
    """`prepare` connects and logs in; `work` runs after the starting gun until the server is gone or `enough` is set."""

    def __init__(self, name, running, ledger, seed, round_):
        super().__init__(name=name, daemon=True)
        self.base, self.ledger, self.round = running.base, ledger, round_
        self.random = generator(seed, round_, name)
        self.number, self.problems = 0, []
        self.start_gun, self.enough = threading.Event(), threading.Event()

    def token(self):
        self.number += 1
        return f"c-{self.round}-{self.name}-{self.number}"

    def message(self):
        return Message(self.token(), size(self.random))

    def run(self):
        self.start_gun.wait()
        with contextlib.suppress(*GONE):
            while not self.enough.is_set():
                self.act()

    def wrong(self, what):
        self.problems.append(f"{self.name}: {what}")
        self.enough.set()


class Sender(Worker):
    """SMTP to one to three mailboxes: all of them have it once 250 has come, none or all when it has not."""
    kind = "SMTP"
    RECIPIENTS = ["u1", "u2", "u3", "u5"]

    def prepare(self):
        self.smtp = smtplib.SMTP("127.0.0.1", self.base + 25, timeout=30)
        self.smtp.ehlo()

    def act(self):
        users = self.random.sample(self.RECIPIENTS, self.random.randint(1, 3))
        message = self.message()
        self.smtp.mail("crash@example.org")
        for user in users:
            code, words = self.smtp.rcpt(f"{user}@demo.test")
            if code != 250:
                return self.wrong(f"RCPT: {code} {words}")
        group = self.ledger.open([(user, message.token, ABSENT, "INBOX") for user in users])
        code, words = self.smtp.data(message.octets)
        if code == 250:
            self.ledger.done(group)
        else:
            self.ledger.refused(group)
            self.wrong(f"DATA: {code} {words}")


class Appender(Worker):
    """APPEND with flags; the UID that APPENDUID named must be that of the message."""
    kind, user, folder = "APPEND", "u6", "Append"

    def prepare(self):
        self.imap = log_in(self.base, self.user)
        self.uids = {}

    def act(self):
        message = self.message()
        flags = self.random.choice(["", "\\Seen", "\\Flagged $Crash"])
        self.ledger.expect(self.user, message.token, {ABSENT}, {frozenset(flags.split())})
        group = self.ledger.open([(self.user, message.token, ABSENT, self.folder)])
        kind, words = self.imap.append(self.folder, f"({flags})", None, message.octets)
        if kind != "OK":
            self.ledger.refused(group)
            return self.wrong(f"APPEND: {words}")
        self.ledger.done(group)


class Marker(Worker):
    """STORE on some of the messages of a folder: all that one command names change, or none."""
    kind, user, folder = "STORE", "u6", "Marks"

    def prepare(self):
        self.imap = log_in(self.base, self.user)
        self.imap.select(self.folder)
        self.uids = tokens(self.imap)

    def act(self):
        chosen = self.random.sample(sorted(self.uids), min(len(self.uids), self.random.randint(1, 5)))
        flag = self.random.choice(["\\Seen", "\\Flagged", "$Crash"])
        sign = self.random.choice("+-")
        with self.ledger.lock:
            known = {token: next(iter(self.ledger.entries[self.user, token].flags)) for token in chosen}
        after = {token: flags | {flag} if sign == "+" else flags - {flag} for token, flags in known.items()}
        group = self.ledger.open_flags(self.user, after)
        kind, words = self.imap.uid("STORE", ",".join(self.uids[token] for token in chosen), f"{sign}FLAGS", f"({flag})")
        if kind != "OK":
            return self.wrong(f"STORE: {words}")
        self.ledger.done_flags(group)


class Mover(Worker):
    """MOVE of three messages at once between two folders: each is in exactly one of them, always."""
    kind, user, folders = "MOVE", "u7", ("A", "B")

    def prepare(self):
        self.imap = log_in(self.base, self.user)

    def act(self):
        source, target = self.random.sample(self.folders, 2)
        self.imap.select(source)
        uids = tokens(self.imap)
        if not uids:
            return
        chosen = self.random.sample(sorted(uids), min(3, len(uids)))
        group = self.ledger.open([(self.user, token, source, target) for token in chosen])
        kind, words = self.imap.uid("MOVE", ",".join(uids[token] for token in chosen), target)
        if kind != "OK":
            self.ledger.refused(group)
            return self.wrong(f"MOVE: {words}")
        self.ledger.done(group)


class Expunger(Worker):
    """Puts messages in, marks some deleted, expunges: what was expunged is gone, the others stay."""
    kind, user, folder = "EXPUNGE", "u8", "Bin"

    def prepare(self):
        self.imap = log_in(self.base, self.user)
        self.imap.select(self.folder)

    def act(self):
        for _ in range(3):
            message = self.message()
            self.ledger.expect(self.user, message.token, {ABSENT}, {frozenset()})
            group = self.ledger.open([(self.user, message.token, ABSENT, self.folder)])
            if self.imap.append(self.folder, None, None, message.octets)[0] != "OK":
                return self.wrong("APPEND was refused")
            self.ledger.done(group)
        uids = tokens(self.imap)
        chosen = self.random.sample(sorted(uids), min(2, len(uids)))
        with self.ledger.lock:
            known = {token: next(iter(self.ledger.entries[self.user, token].flags)) for token in chosen}
            doomed = [token for token in uids if "\\Deleted" in next(iter(self.ledger.entries[self.user, token].flags))]
        group = self.ledger.open_flags(self.user, {token: flags | {"\\Deleted"} for token, flags in known.items()})
        kind, words = self.imap.uid("STORE", ",".join(uids[token] for token in chosen), "+FLAGS", "(\\Deleted)")
        if kind != "OK":
            return self.wrong(f"STORE: {words}")
        self.ledger.done_flags(group)
        group = self.ledger.open([(self.user, token, self.folder, ABSENT) for token in set(chosen) | set(doomed)])
        kind, words = self.imap.expunge()
        if kind != "OK":
            self.ledger.refused(group)
            return self.wrong(f"EXPUNGE: {words}")
        self.ledger.done(group)


WORKERS = {"smtp1": Sender, "smtp2": Sender, "smtp3": Sender, "append1": Appender, "append2": Appender, "mark": Marker, "move": Mover, "bin": Expunger}


# ------------------------------------------------------------------ looking

def tokens(imap):
    """{token: uid} of the selected folder."""
    kind, data = imap.uid("FETCH", "1:*", "(UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    found = {}
    for part in data:
        if isinstance(part, tuple):
            found[subject(part[1])] = re.search(rb"UID (\d+)", part[0])[1].decode()
    return found


def subject(octets):
    return re.search(rb"(?im)^subject: *(\S*)", octets)[1].decode()


def look(imap, folder, after, bodies):
    """({token: [(flags, octets or None), …]}, highest UID, UIDVALIDITY) of the messages above a UID."""
    kind, data = imap.select(f'"{folder}"', readonly=True)
    if kind != "OK":
        raise AssertionError(f"cannot select {folder}: {data}")
    validity = imap.response("UIDVALIDITY")[1][0]
    what = "BODY.PEEK[]" if bodies else "BODY.PEEK[HEADER.FIELDS (SUBJECT)]"
    kind, data = imap.uid("FETCH", f"{after + 1}:*", f"(UID FLAGS {what})")
    if kind != "OK":
        raise AssertionError(f"cannot fetch {folder}: {data}")
    found, highest, index = {}, after, 0
    for index, part in enumerate(data):
        if not isinstance(part, tuple):
            continue
        trailer = data[index + 1] if index + 1 < len(data) and isinstance(data[index + 1], bytes) else b""
        words = part[0] + b" " + trailer
        uid = int(re.search(rb"UID (\d+)", words)[1])
        if uid <= after:
            continue  # "n:*" always has the last message in it
        flags = set(re.search(rb"FLAGS \(([^)]*)\)", words)[1].decode().split())
        highest = max(highest, uid)
        found.setdefault(subject(part[1]), []).append((flags, part[1] if bodies else None))
    return found, highest, validity
