#!/usr/bin/env python3
"""A backup of yesterday is restored (threat C9): phones of each version offered and two IMAP clients go on from where they are, by changes alone; then all that is left is
the backup, and a new life begins from it without a number that was given before."""
import imaplib
import shutil
import signal
import smtplib
import threading

from demo import PASSWORD, Tally, demo, phone_room

phone_room()
from eas import requests  # noqa: E402
from eas.phone import Phone  # noqa: E402
from eas.requests import Options  # noqa: E402
from eas.wbxml import Namespace  # noqa: E402

USER, email = "u1@demo.test", Namespace("Email")
TEXT = Options(bodies=((1, 200),))


def deliver(running, *subjects):
    with smtplib.SMTP("127.0.0.1", running.port(25)) as smtp:
        for subject in subjects:
            smtp.sendmail("otto@example.net", [USER], f"From: otto@example.net\r\nTo: {USER}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x>\r\n\r\nText of {subject}.\r\n")


def client(running):
    imap = imaplib.IMAP4("127.0.0.1", running.port(143))
    imap.login(USER, PASSWORD)
    imap.select("INBOX")
    return imap


def uid(imap, subject):
    imap.noop()
    return imap.uid("SEARCH", "HEADER", "Message-ID", f"<{subject}@x>")[1][0].split()[-1].decode()


class Watcher:
    """A phone, and what it was told beyond changes."""

    def __init__(self, running, version, name="R"):
        self.phone, self.begun_anew = Phone(running.eas, USER, PASSWORD, version=version, device_id=name + version.replace(".", "")), 0
        self.phone.enroll()

    def sync(self):
        if self.phone.folder_sync().command_status() == "9":
            self.begun_anew += 1
            self.phone.folder_sync("0")
        for folder in [each.server_id for each in self.phone.folders.values() if each.kind == "Email"]:
            if self.phone.replica(folder).key == "0":
                self.phone.prime(folder)
            for _ in range(200):
                result = self.phone.sync(folder, window=20, get_changes=True, options=TEXT)
                if result.code == "3":
                    self.begun_anew += 1
                    self.phone.prime(folder)
                elif result.only is None or not result.only.more and not result.only.commands:
                    break
        return self

    def shows(self):
        """(folder name, subject, read) of all items, sorted; an item that is there twice is there twice."""
        return sorted((self.phone.folders[folder].name, item.subject, item.get("Email:Read")) for folder, replica in self.phone.replicas.items()
                      if folder in self.phone.folders for item in replica.items.values())

    def anomalies(self):
        return [each for replica in self.phone.replicas.values() for each in replica.anomalies]


def main():
    tally = Tally()
    with demo(users=2) as running:
        probe = Phone(running.eas, USER, PASSWORD)
        versions = [each for each in ("2.5", "12.1", "14.1", "16.1") if each in probe.options()[0]]
        backup = running.folder.parent / "backup"
        imap = client(running)
        imap.create('"Old name"')
        deliver(running, *(f"y{number}" for number in range(1, 41)))
        watchers = [Watcher(running, version).sync() for version in versions]
        # The backup is made while mail arrives.
        arriving = threading.Thread(target=lambda: deliver(running, *(f"during{number}" for number in range(100))))
        arriving.start()
        made = running.martlet("store", "backup", str(backup))
        arriving.join()
        tally.check(made.returncode == 0, f"backup beside arriving mail {made.stderr.strip()}")
        tally.check(running.martlet("store", "backup", str(backup)).returncode == 73, "a second backup into the same directory is refused")
        for watcher in watchers:
            watcher.sync()
        second = client(running)
        yesterday_uids = set(second.uid("SEARCH", "ALL")[1][0].split())
        first = uid(imap, "y1")
        # Today: mail comes, goes, moves, is read; folders are renamed and made.
        deliver(running, *(f"t{number}" for number in range(1, 31)))
        imap.select("INBOX")
        imap.uid("STORE", uid(imap, "y2"), "+FLAGS", "(\\Seen)")
        imap.uid("STORE", uid(imap, "y3"), "+FLAGS", "(\\Deleted)")
        imap.expunge()
        imap.uid("MOVE", uid(imap, "y4"), '"Old name"')
        imap.rename('"Old name"', '"New name"')
        imap.create('"Made today"')
        imap.uid("MOVE", uid(imap, "t5"), '"Made today"')
        watchers[-1].sync()
        inbox = next(each.server_id for each in watchers[-1].phone.folders.values() if each.type == 2)
        item = watchers[-1].phone.replicas[inbox].by_subject("y6")[0]
        watchers[-1].phone.sync(inbox, commands=[requests.change(item, email.Read("1"))], options=TEXT)
        for watcher in watchers:
            watcher.sync()
        restored = running.martlet("store", "restore", str(backup), "--json")
        tally.check(restored.returncode == 0, f"restored while the server runs {restored.stdout.strip()} {restored.stderr.strip()}")
        fresh = Watcher(running, "14.1", "FRESH")
        truth = fresh.sync().shows()
        subjects = {subject for _, subject, _ in truth}
        tally.check({f"y{number}" for number in range(1, 41)} <= subjects and not any(subject.startswith("t") for subject in subjects), "the mail of yesterday is there, that of today is not")
        tally.check([name for name, subject, _ in truth if subject == "y4"] == ["Inbox"], "what was moved is where it was")
        tally.check({read for _, subject, read in truth if subject in ("y2", "y6")} == {"0"}, "what was read is unread")
        names = {each.name for each in fresh.phone.folders.values()}
        tally.check("Old name" in names and not names & {"New name", "Made today"}, "folders have their old names")
        for version, watcher in zip(versions, watchers):
            tally.check(watcher.sync().shows() == truth, f"phone {version} shows the same")
            tally.check(watcher.begun_anew == 0 and not watcher.anomalies(), f"phone {version} came there by changes alone {watcher.begun_anew} {watcher.anomalies()[:3]}")
        second.noop()
        second.select("INBOX")
        tally.check(uid(second, "y1") == first, "what was left alone has its UID for IMAP")
        tally.check(running.martlet("store", "check", "--everything").returncode == 0, "the store is sound")

        # The disk is lost; the backup is all there is.
        validity = second.response("UIDVALIDITY")[1]
        highest = max(int(each) for each in yesterday_uids)
        running.stop(signal.SIGTERM)
        store = running.folder / "store"
        shutil.rmtree(store)
        installed = running.martlet("store", "restore", str(backup))
        tally.check(installed.returncode == 0, f"the backup becomes the store {installed.stdout.strip()} {installed.stderr.strip()}")
        running.start()
        for watcher in watchers:
            watcher.phone.close()
        third = client(running)
        deliver(running, "after")
        third.noop()
        tally.check(int(uid(third, "after")) > highest + 1_000, "no UID of the lost life is given again")
        tally.check(uid(third, "y1") == first and validity, "what is in the backup has its UIDs")
        for version, watcher in zip(versions, watchers):
            before = watcher.begun_anew
            shown = watcher.sync().shows()
            tally.check(len(shown) == len(set(shown)) and any(subject == "after" for _, subject, _ in shown), f"phone {version}: nothing twice ({watcher.begun_anew - before} folders anew)")
        tally.check(running.martlet("store", "check", "--everything").returncode == 0, "the store is sound")
    tally.close()


if __name__ == "__main__":
    main()
