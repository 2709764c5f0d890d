#!/usr/bin/env python3
"""Three phones of different versions, two IMAP clients and SMTP work on one account at random, with lost answers, repeated requests, SIGKILL and restarts in between.
At every quiet point each phone's picture of every folder equals the store as IMAP shows it, the store equals what was acknowledged, and no phone was ever told to begin anew.

replicas.py [--steps N] [--seed S] [--deaths P] [--verbose]: 800 steps where nothing is said; `make model` asks for 100,000. P: how likely a request that fails is one over which
the server dies."""
import argparse
import http.client
import imaplib
import random
import re
import signal
import smtplib
import threading
import time

from demo import PASSWORD, Tally, demo, phone_room

phone_room()
from eas import http as eas_http  # noqa: E402
from eas import requests  # noqa: E402
from eas.phone import Phone, PhoneError  # noqa: E402
from eas.requests import Options  # noqa: E402
from eas.wbxml import Namespace  # noqa: E402

USER = "u1@demo.test"
WANTED = ("14.1", "12.1", "16.1")
TEXT = Options(bodies=((1, 200),))
email = Namespace("Email")
TYPES = {"INBOX": "2", "Drafts": "3", "Trash": "4", "Sent": "5"}
QUIET_EVERY = 60


class Broken(Exception):
    """The server and the model disagree."""


class Nothing:
    """The answer about a folder that is not there."""
    code, only = "12", None


class Client:
    """An IMAP client that logs in again when the server went away."""

    def __init__(self, port):
        self.port, self.imap = port, None

    def __getattr__(self, name):
        def run(*arguments):
            for attempt in range(3):
                try:
                    if self.imap is None:
                        self.imap = imaplib.IMAP4("127.0.0.1", self.port)
                        self.imap.login(USER, PASSWORD)
                    return getattr(self.imap, name)(*arguments)
                except (imaplib.IMAP4.abort, OSError):
                    self.imap = None
                    if attempt == 2:
                        raise
        return run


class Lab:
    def __init__(self, running, seed, deaths, verbose):
        self.running, self.random, self.deaths, self.verbose = running, random.Random(seed), deaths, verbose
        self.clients = [Client(running.port(143)), Client(running.port(143))]
        probe = Phone(running.eas, USER, PASSWORD)
        offered, _ = probe.options()
        probe.close()
        versions = [each if each in offered else offered[-1] for each in WANTED]
        self.phones = [Phone(running.eas, USER, PASSWORD, version=each, device_id=f"MODEL{number}") for number, each in enumerate(versions)]
        # What was acknowledged: subject -> [folder, seen, flagged].
        self.mails, self.serial, self.steps, self.kills, self.resyncs = {}, 0, 0, 0, []
        self.folders = {"INBOX", "Trash", "Drafts", "Sent"}
        # What was done to a folder by name, for reports.
        self.doings = {}
        for phone in self.phones:
            phone.enroll()

    def note(self, *words):
        if self.verbose:
            print(self.steps, *words, flush=True)

    # What phones know

    def id_of(self, phone, name):
        if name in TYPES:
            return next((each.server_id for each in phone.folders.values() if str(each.type) == TYPES[name]), None)
        found = phone.named(name)
        return found.server_id if found else None

    def folder_sync(self, phone):
        answer = phone.folder_sync()
        status = answer.command_status()
        if status == "9":
            self.resyncs.append((self.steps, phone.who.version, "FolderSync 9"))
            phone.folder_sync("0")
        elif status != "1":
            raise Broken(f"FolderSync: {answer}")
        for gone in set(phone.replicas) - set(phone.folders):
            del phone.replicas[gone]

    def sync(self, phone, folder, commands=(), **more):
        """One Sync with all that may go wrong on the way; the answer that arrived in the end."""
        replica = phone.replica(folder)
        if replica.key == "0":
            try:
                self.patiently(lambda: phone.prime(folder))
            except PhoneError:
                # Somebody deleted it meanwhile.
                self.folder_sync(phone)
                if folder in phone.folders:
                    raise
                return Nothing()
        asked = dict(commands=commands, window=self.random.choice((3, 25, 100)), get_changes=True, options=TEXT, **more)
        # Once: a device that asks the same three times is taken to choke on an item, which is then kept from it (see devices.py).
        for _ in range(self.random.choice((0, 0, 1))):
            self.lose(phone, lambda: phone.sync(folder, apply=False, **asked))
        result = self.patiently(lambda: phone.sync(folder, **asked))
        code = result.code
        if code == "3":
            self.resyncs.append((self.steps, phone.who.version, f"Sync 3 in {folder}"))
        elif code in ("8", "12"):
            self.folder_sync(phone)
        elif code != "1":
            raise Broken(f"Sync: {result.http}")
        return result

    def lose(self, phone, request):
        """The request arrives; its answer is lost, or the server dies over it."""
        if self.random.random() > self.deaths:
            return self.patiently(request)
        def ask():
            try:
                request()
            except (OSError, http.client.HTTPException, eas_http.HttpError):
                pass
        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(self.random.random() * 0.012)
        self.restart(signal.SIGKILL)
        asking.join(30)
        phone.connection.close()

    def patiently(self, request):
        for attempt in range(5):
            try:
                return request()
            except (OSError, http.client.HTTPException, eas_http.HttpError):
                if attempt == 4:
                    raise
                time.sleep(0.05)

    def restart(self, how):
        self.note("restart", how)
        self.running.stop(how)
        self.running.start()
        self.kills += 1
        for phone in self.phones:
            phone.connection.close()

    # Steps

    def new_subject(self):
        self.serial += 1
        return f"m{self.serial}"

    def message(self, subject):
        return f"From: Otto <otto@example.net>\r\nTo: {USER}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@model.test>\r\n\r\nText of {subject}.\r\n".encode()

    def deliver(self):
        subject = self.new_subject()
        with smtplib.SMTP("127.0.0.1", self.running.port(25)) as smtp:
            smtp.sendmail("otto@example.net", [USER], self.message(subject))
        self.mails[subject] = ["INBOX", False, False]

    def append(self):
        subject, folder = self.new_subject(), self.random.choice(sorted(self.folders))
        flags = self.random.choice(("", "\\Seen", "\\Flagged", "\\Seen \\Flagged"))
        status, _ = self.random.choice(self.clients).append(folder, f"({flags})", None, self.message(subject))
        if status == "OK":
            self.mails[subject] = [folder, "\\Seen" in flags, "\\Flagged" in flags]

    def pick(self, folder=None):
        found = [subject for subject, state in self.mails.items() if folder in (None, state[0])]
        return self.random.choice(found) if found else None

    def uid(self, client, subject):
        client.select(self.mails[subject][0])
        _, data = client.uid("SEARCH", "HEADER", "Message-ID", f"<{subject}@model.test>")
        return data[0].split()[-1].decode() if data and data[0] else None

    def imap_flags(self):
        if not (subject := self.pick()):
            return
        client = self.random.choice(self.clients)
        index, flag = self.random.choice(((1, "\\Seen"), (2, "\\Flagged")))
        on = self.random.random() < 0.5
        if uid := self.uid(client, subject):
            client.uid("STORE", uid, "+FLAGS" if on else "-FLAGS", f"({flag})")
            self.mails[subject][index] = on

    def imap_move(self):
        if not (subject := self.pick()):
            return
        client, target = self.random.choice(self.clients), self.random.choice(sorted(self.folders))
        if target != self.mails[subject][0] and (uid := self.uid(client, subject)) and client.uid("MOVE", uid, target)[0] == "OK":
            self.mails[subject][0] = target

    def imap_expunge(self):
        if not (subject := self.pick()):
            return
        client = self.random.choice(self.clients)
        if uid := self.uid(client, subject):
            client.uid("STORE", uid, "+FLAGS", "(\\Deleted)")
            client.uid("EXPUNGE", uid)
            del self.mails[subject]

    def imap_folder(self):
        client = self.random.choice(self.clients)
        own = sorted(self.folders - set(TYPES))
        what = self.random.choice(("create", "rename", "delete"))
        if what == "create" and len(own) < 4:
            name = f"F{self.new_subject()}"
            if client.create(name)[0] == "OK":
                self.folders.add(name)
                self.doings[name] = [f"{self.steps} made by IMAP"]
        elif own and what == "rename":
            old, new = self.random.choice(own), f"F{self.new_subject()}"
            if client.rename(old, new)[0] == "OK":
                self.folders = self.folders - {old} | {new}
                self.doings[new] = [*self.doings.get(old, []), f"{self.steps} renamed from {old}"]
                for state in self.mails.values():
                    if state[0] == old:
                        state[0] = new
        elif own and what == "delete" and self.random.random() < 0.3:
            name = self.random.choice(own)
            client.select("INBOX")
            if client.delete(name)[0] == "OK":
                self.folders.discard(name)
                self.mails = {subject: state for subject, state in self.mails.items() if state[0] != name}

    def known(self, phone):
        """A folder and an item of it that the phone believes in, and where the item really is: (folder id, ServerId, subject) or None."""
        folders = [each for each in phone.replicas if phone.replicas[each].items and each in phone.folders]
        if not folders:
            return None
        folder = self.random.choice(folders)
        server = self.random.choice(sorted(phone.replicas[folder].items))
        return folder, server, phone.replicas[folder].items[server].subject

    def is_there(self, phone, folder, subject):
        return subject in self.mails and self.id_of_name(phone, self.mails[subject][0]) == folder

    def id_of_name(self, phone, name):
        """The id of a folder by its present name, though the phone may know it by an older one: ids outlive names."""
        return self.ids.get(name)

    def learn_ids(self):
        """Ids by present name, from a phone that has just asked."""
        phone = self.phones[0]
        self.folder_sync(phone)
        self.ids = {name: self.id_of(phone, name) for name in self.folders}

    def phone_change(self, phone):
        if not (found := self.known(phone)):
            return
        folder, server, subject = found
        self.learn_ids()
        there = self.is_there(phone, folder, subject)
        if phone.version >= 12 and self.random.random() < 0.4:
            on = self.random.random() < 0.6
            flag = email.Flag(email.Status("2"), email.FlagType("for Follow Up")) if on else email.Flag()
            command, index = requests.change(server, flag), 2
        else:
            on = self.random.random() < 0.5
            command, index = requests.change(server, email.Read("1" if on else "0")), 1
        result = self.sync(phone, folder, [command])
        if there and result.code == "1":
            self.mails[subject][index] = on

    def phone_delete(self, phone):
        if not (found := self.known(phone)):
            return
        folder, server, subject = found
        self.learn_ids()
        there = self.is_there(phone, folder, subject)
        moves = self.random.random() < 0.7
        result = self.sync(phone, folder, [requests.delete(server)], deletes_as_moves=moves)
        if there and result.code == "1":
            if moves and self.mails[subject][0] != "Trash":
                self.mails[subject][0] = "Trash"
            else:
                del self.mails[subject]

    def phone_move(self, phone):
        if not (found := self.known(phone)):
            return
        folder, server, subject = found
        self.learn_ids()
        target = self.random.choice([name for name in sorted(self.folders) if self.ids.get(name)])
        if self.ids[target] == folder:
            return
        there = self.is_there(phone, folder, subject)
        for _ in range(self.random.choice((0, 0, 1))):
            self.lose(phone, lambda: phone.move_items((server, folder, self.ids[target])))
        answer = self.patiently(lambda: phone.move_items((server, folder, self.ids[target])))
        if there:
            if answer.get(server, ("", ""))[0] != "3":
                raise Broken(f"MoveItems of {subject}: {answer}")
            self.mails[subject][0] = target

    def phone_send(self, phone):
        subject = self.new_subject()
        key, mime = f"c{subject}", self.message(subject)
        for _ in range(self.random.choice((0, 0, 1, 2))):
            self.lose(phone, lambda: phone.send_mail(mime, client_id=key))
        answer = self.patiently(lambda: phone.send_mail(mime, client_id=key))
        if answer.status != 200 or answer.command_status() not in (None, "118"):
            raise Broken(f"SendMail: {answer}")
        self.mails[subject] = ["INBOX", False, False]

    def phone_folder(self, phone):
        own = [each for each in phone.folders.values() if each.type == 12]
        if self.random.random() < 0.5 and len(own) < 4:
            name = f"P{self.new_subject()}"
            answer, made = phone.folder_create(name)
            if made:
                self.folders.add(name)
                self.doings[name] = [f"{self.steps} made by phone {phone.who.version}"]
            elif answer.command_status() == "9":
                self.resyncs.append((self.steps, phone.who.version, "FolderCreate 9"))
        else:
            self.folder_sync(phone)

    def phone_look(self, phone):
        if self.random.random() < 0.2:
            return self.folder_sync(phone)
        folder = self.random.choice(sorted(each for each in phone.folders if phone.folders[each].kind == "Email"))
        self.sync(phone, folder)

    def step(self):
        self.steps += 1
        phone = self.random.choice(self.phones)
        choices = (
            (8, self.deliver), (6, self.append), (14, self.imap_flags), (8, self.imap_move), (5, self.imap_expunge), (3, self.imap_folder),
            (14, lambda: self.phone_change(phone)), (6, lambda: self.phone_delete(phone)), (7, lambda: self.phone_move(phone)), (3, lambda: self.phone_send(phone)),
            (2, lambda: self.phone_folder(phone)), (24, lambda: self.phone_look(phone)))
        do = self.random.choices([each for _, each in choices], [weight for weight, _ in choices])[0]
        self.note(getattr(do, "__name__", "phone"), phone.who.version)
        do()
        if self.random.random() < self.deaths / 10:
            self.restart(self.random.choice((signal.SIGTERM, signal.SIGKILL)))

    # Quiet points

    def store(self):
        """What IMAP shows: subject -> [folder, seen, flagged]."""
        found, client = {}, self.clients[0]
        for name in sorted(self.folders):
            status, count = client.select(name, True)
            if status != "OK":
                raise Broken(f"the folder {name} is gone: {count}; {self.doings.get(name)}")
            data = client.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1] if int(count[0]) else []
            for part in data:
                if isinstance(part, tuple):
                    head, subject = part[0], re.sub(rb"(?is)^subject:\s*", b"", part[1]).strip().decode()
                    if subject in found:
                        raise Broken(f"{subject} is in {found[subject][0]} and in {name}")
                    found[subject] = [name, b"\\Seen" in head, b"\\Flagged" in head]
        return found

    def settle(self, phone):
        for _ in range(6):
            self.folder_sync(phone)
            calm = True
            for folder in [each for each in phone.folders if phone.folders[each].kind == "Email"]:
                for _ in range(400):
                    result = self.sync(phone, folder)
                    if result.code == "3":
                        calm = False
                        continue
                    if result.code in ("8", "12"):
                        calm = False
                        break
                    if result.only is not None and result.only.commands:
                        calm = False
                    if result.only is None or not result.only.more and not result.only.commands:
                        break
            if calm:
                return
        raise Broken(f"{phone.who.version} does not come to rest")

    def compare(self):
        store = self.store()
        own = {subject: state for subject, state in store.items() if re.fullmatch(r"m\d+", subject)}
        if own != self.mails:
            raise Broken("the store is not what was acknowledged: " + str(differences(own, self.mails)))
        self.learn_ids()
        for phone in self.phones:
            self.settle(phone)
            seen = {}
            for name, folder in self.ids.items():
                for item in (phone.replicas[folder].items.values() if folder in phone.replicas else ()):
                    flagged = (item.get("Email:Flag/Email:Status") or item.get("Email:Flag/Status")) == "2"
                    seen[item.subject] = [name, item.get("Email:Read") == "1", flagged]
            truth = store if phone.version >= 12 else {subject: [*state[:2], False] for subject, state in store.items()}
            if seen != truth:
                raise Broken(f"phone {phone.who.version} differs from the store: {differences(seen, truth)}")
            anomalies = [each for replica in phone.replicas.values() for each in replica.anomalies]
            if anomalies:
                raise Broken(f"phone {phone.who.version}: {anomalies[:5]}")


def differences(one, other):
    return {key: (one.get(key), other.get(key)) for key in sorted(set(one) | set(other)) if one.get(key) != other.get(key)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=800)
    parser.add_argument("--seed", type=int, default=20261128)
    parser.add_argument("--deaths", type=float, default=0.02)
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    tally, began = Tally(), time.monotonic()
    with demo(users=2) as running:
        lab = Lab(running, args.seed, args.deaths, args.verbose)
        quiet = 0
        try:
            for name in ("INBOX", "Drafts", "Sent", "Trash"):
                lab.clients[0].select(name)
                lab.clients[0].uid("STORE", "1:*", "+FLAGS", "(\\Deleted)")
                lab.clients[0].expunge()
            lab.compare()
            while lab.steps < args.steps:
                lab.step()
                if lab.steps % QUIET_EVERY == 0 or lab.steps == args.steps:
                    lab.compare()
                    quiet += 1
                    if args.steps > 5_000 and lab.steps % 1_200 == 0:
                        rate = lab.steps / (time.monotonic() - began)
                        print(f"{lab.steps:,} of {args.steps:,} steps, {rate:.0f}/s, {lab.kills} restarts, {len(lab.resyncs)} resyncs, {len(lab.mails)} mails", flush=True)
            tally.check(True, f"{lab.steps:,} steps (seed {args.seed}), {quiet} quiet points, {lab.kills} kills and restarts: all replicas equal the store")
        except Broken as broken:
            tally.check(False, f"step {lab.steps} of seed {args.seed}: {broken}")
        tally.check(not lab.resyncs, f"no phone was told to begin anew {lab.resyncs[:5] or ''}")
        versions = ", ".join(phone.who.version for phone in lab.phones)
        print(f"versions {versions}; {lab.steps / (time.monotonic() - began):.0f} steps a second")
    tally.close()


if __name__ == "__main__":
    main()
