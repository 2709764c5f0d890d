"""A phone under the crash load: it marks mail read and sends mail; after each crash it goes on with the last key it was given. Needs ../shared/bench."""
import sys

from demo import PASSWORD, SHARED
from ledger import ABSENT, Message, size
from workers import Worker


def is_there():
    return (SHARED / "bench/eas/phone.py").exists()


class Handset:
    """The phone itself: what it holds outlives the server."""

    def __init__(self, running, user):
        sys.path.insert(0, str(SHARED / "bench"))
        from eas.phone import Phone
        from eas.replica import INBOX
        from eas.requests import Options
        self.user, self.options = user, Options(bodies=((1, 200),))
        self.phone = Phone(f"https://127.0.0.1:{running.port(443)}/Microsoft-Server-ActiveSync", f"{user}@demo.test", PASSWORD, version="14.1")
        self.phone.enroll()
        self.inbox = self.phone.default(INBOX).server_id
        self.phone.sync_all(self.inbox, options=self.options)
        self.read = {}  # token: what was acknowledged; in doubt: both
        self.unanswered = ()  # commands of a request that has had no answer: a phone sends them again, with the same key

    @property
    def replica(self):
        return self.phone.replicas[self.inbox]

    def catch_up(self):
        """Goes on with its key; yields what is wrong."""
        self.phone.connection.close()
        before = self.replica.key
        try:
            if self.unanswered:
                self.sync(self.unanswered)
            self.phone.sync_all(self.inbox, options=self.options)
        except Exception as error:  # whatever it is, the phone could not go on with the key that it was given
            yield f"{self.user}: the phone cannot go on with key {before}: {error}"
            self.phone.sync_all(self.inbox, options=self.options)
        for what in self.replica.anomalies:
            yield f"{self.user}: the phone was told {what}"
        self.replica.anomalies = []

    def sync(self, commands):
        self.unanswered = commands
        result = self.phone.sync(self.inbox, window=20, get_changes=True, options=self.options, commands=commands)
        self.unanswered = ()
        return result

    def compare(self, flags):
        """`flags`: {token: flags} of the folder as IMAP shows it."""
        mine = {}
        for item in self.replica.items.values():
            if item.subject in mine:
                yield f"{self.user}: {item.subject} is on the phone twice"
            mine[item.subject] = item.get("Email:Read") == "1"
        for token in flags.keys() - mine.keys():
            yield f"{self.user}: {token} is not on the phone"
        for token in mine.keys() - flags.keys():
            yield f"{self.user}: {token} is on the phone, not on the server"
        for token in mine.keys() & flags.keys():
            seen = "\\Seen" in flags[token]
            if mine[token] != seen:
                yield f"{self.user}: {token} is read {mine[token]} on the phone, {seen} on the server"
            if token in self.read and seen not in self.read[token]:
                yield f"{self.user}: {token} was marked read {self.read[token]} by the phone, and is {seen}"
            self.read[token] = {seen}


class Thumb(Worker):
    """Works the handset."""
    kind = "ActiveSync"

    def __init__(self, handset, *more):
        super().__init__("phone", *more)
        self.handset = handset

    def prepare(self):
        self.handset.phone.connection.close()

    def act(self):
        if self.random.random() < 0.25:
            self.send()
        else:
            self.mark()

    def mark(self):
        from eas import requests
        from eas.wbxml import Namespace
        email, handset = Namespace("Email"), self.handset
        commands, wanted = (), {}
        if handset.replica.items:
            server_id, item = self.random.choice(sorted(handset.replica.items.items()))
            value = item.get("Email:Read") != "1"
            wanted[item.subject] = value
            handset.read[item.subject] = {value, not value}
            commands = [requests.change(server_id, email.Read("1" if value else "0"))]
        result = handset.sync(commands)
        if result.code != "1":
            return self.wrong(f"Sync: {result.http}")
        for token, value in wanted.items():
            handset.read[token] = {value}
        with self.ledger.lock:
            self.ledger.count()

    def send(self):
        message = Message(self.token(), size(self.random))
        octets = message.octets.replace(b"somebody@demo.test", b"u1@demo.test").replace(b"crash@example.org", b"u5@demo.test")
        group = self.ledger.open([("u1", message.token, ABSENT, "INBOX"), ("u5", message.token, ABSENT, "Sent")])
        answer = self.handset.phone.send_mail(octets, save=True, client_id=message.token[-40:])
        if answer.status == 200 and not answer.body:
            self.ledger.done(group)
        else:
            self.ledger.refused(group)
            self.wrong(f"SendMail: {answer}")
