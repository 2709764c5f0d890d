#!/usr/bin/env python3
"""One mail on its way: swaks to an idling IMAP client and a waiting Ping within a second, marks both ways, a phone's mail delivered and kept once."""
import imaplib
import re
import subprocess
import threading
import time
from email.message import EmailMessage

from demo import PASSWORD, Tally, demo, phone_room

phone_room()
from eas.phone import Phone  # noqa: E402
from eas.requests import Options  # noqa: E402
from eas import requests  # noqa: E402

from eas.wbxml import Namespace  # noqa: E402

email = Namespace("Email")
ANN, BOB = "u1@demo.test", "u2@demo.test"
TEXT = Options(bodies=((1, 512),))


class Idler(threading.Thread):
    """An IMAP client in IDLE that remembers when it heard of EXISTS. The command is written by hand: imaplib of 3.11 has no IDLE."""

    def __init__(self, imap):
        super().__init__(daemon=True)
        self.imap, self.at = imap, None
        imap.send(b"x1 IDLE\r\n")
        assert imap.readline().startswith(b"+"), "no continuation for IDLE"

    def run(self):
        while True:
            line = self.imap.readline()
            if not line:
                return
            if b"EXISTS" in line:
                self.at = time.perf_counter()
                return


def log_in(running, user):
    imap = imaplib.IMAP4("127.0.0.1", running.port(143))
    imap.login(user, PASSWORD)
    return imap


def subjects(imap, mailbox):
    imap.select(mailbox, readonly=True)
    _, (numbers,) = imap.search(None, "ALL")
    if not numbers:
        return []
    _, data = imap.fetch(numbers.replace(b" ", b",").decode(), "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    return [re.sub(rb"(?i)^subject:\s*", b"", part[1]).strip().decode() for part in data if isinstance(part, tuple)]


def until(condition, seconds=5):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    return condition()


def arrival(running, tally):
    phone = Phone(running.eas, ANN, PASSWORD, version="14.1", device_id="JOURNEY1")
    phone.enroll()
    folder = phone.default(2).server_id
    phone.prime(folder)
    phone.sync_all(folder, options=TEXT)
    imap = log_in(running, ANN)
    imap.select("INBOX")
    idler = Idler(imap)
    idler.start()
    rung = {}

    def wait():
        rung["answer"] = phone.ping([folder], 120)
        rung["at"] = time.perf_counter()

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    time.sleep(1)
    subprocess.run(
        ["swaks", "--server", "127.0.0.1", "--port", str(running.port(25)), "--from", BOB, "--to", ANN, "--header", "Subject: first light", "--body", "hello"],
        check=True, stdout=subprocess.DEVNULL)
    sent = time.perf_counter()
    idler.join(5)
    waiting.join(5)
    tally.check(idler.at is not None and idler.at - sent < 1, "swaks to an idling IMAP client within a second")
    tally.check("at" in rung and rung["at"] - sent < 1 and rung["answer"][0] == "2", "swaks to a waiting Ping within a second")
    phone.sync_all(folder, options=TEXT)
    item = phone.replicas[folder].by_subject("first light")
    tally.check(item is not None, "the phone has the mail after its Sync")
    imap.shutdown()
    return phone, folder


def marks(running, tally, phone, folder):
    imap = log_in(running, ANN)
    imap.select("INBOX")
    _, (number,) = imap.search(None, "SUBJECT", '"first light"')
    flags = lambda: imap.fetch(number.decode(), "(FLAGS)")[1][0]
    tally.check(b"\\Seen" not in flags(), "unread at first")
    replica = phone.replicas[folder]
    item_id = next(key for key, item in replica.items.items() if item.subject == "first light")
    phone.sync(folder, commands=[requests.change(item_id, email.Read("1"))])
    imap.noop()
    tally.check(b"\\Seen" in flags(), "the phone's read mark shows in IMAP")
    imap.store(number.decode(), "+FLAGS", "\\Flagged")
    phone.sync_all(folder, options=TEXT)
    tally.check(phone.replicas[folder].items[item_id].get("Email:Flag/Status") == "2", "the IMAP flag shows on the phone")
    imap.logout()


def sending(running, tally, phone):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = ANN, BOB, "from the phone"
    message.set_content("typed with two thumbs\n")
    before = log_in(running, BOB)
    phone.send_mail(message.as_bytes(), save=True, client_id="journey-1")
    tally.check(subjects(before, "INBOX").count("from the phone") == 1, "the phone's mail is in the other user's INBOX, once, when the answer is there")
    own = log_in(running, ANN)
    tally.check(subjects(own, "Sent").count("from the phone") == 1, "and in the sender's Sent, once")
    phone.send_mail(message.as_bytes(), save=True, client_id="journey-1")
    tally.check(subjects(before, "INBOX").count("from the phone") == 1, "sent again with the same ClientId: still once")
    before.logout()
    own.logout()


def main():
    tally = Tally()
    with demo(users=3) as running:
        phone, folder = arrival(running, tally)
        marks(running, tally, phone, folder)
        sending(running, tally, phone)
    tally.close()


if __name__ == "__main__":
    main()
