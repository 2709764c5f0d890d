"""What the server has acknowledged, and what may be true beyond it. Every message bears a token; a look at the mailboxes settles what was open."""
import collections
import hashlib
import random
import threading

ABSENT = None
FLAGS = {"\\Seen", "\\Flagged", "\\Deleted", "$Crash"}


class Message:
    """A message whose octets can be checked wherever it turns up: its subject is the token, a header holds the digest of its body."""

    def __init__(self, token, size):
        line = (token + " ") * 7
        self.token = token
        self.body = ((line[:70] + "\r\n") * (1 + size // 72)).encode()
        digest = hashlib.sha256(self.body).hexdigest()
        self.octets = (f"From: crash@example.org\r\nTo: somebody@demo.test\r\nSubject: {token}\r\nX-Digest: {digest}\r\n\r\n").encode() + self.body


def is_whole(octets):
    """Whether a message that came back is what its own header says."""
    head, _, body = octets.partition(b"\r\n\r\n")
    wanted = next((line.split(b":", 1)[1].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"x-digest:")), b"")
    return hashlib.sha256(body).hexdigest().encode() == wanted


def size(generator):
    """Mostly small, some beyond the page, a few beyond what a spool keeps in memory."""
    return generator.choice([100, 100, 500, 2000, 2000, 6000, 6000, 30_000, 150_000, 400_000] if generator.random() < 0.3 else [100, 500, 2000])


class Entry:
    """A message in one account: the folders in which it may be (ABSENT: nowhere), and the flags that it may have there (None: any)."""

    def __init__(self, places, flags=None):
        self.places, self.flags = set(places), flags


class Ledger:
    """Thread-safe. Keys are (user, token)."""

    def __init__(self):
        self.lock = threading.Lock()
        self.entries = {}
        self.groups = []  # lists of (key, before, after): one commit did all of them or none
        self.acknowledged = 0
        self.kinds = collections.Counter()

    def expect(self, user, token, places, flags=None):
        with self.lock:
            self.entries[user, token] = Entry(places, flags)

    def open(self, changes):
        """A request is on its way: each (user, token, place before, place after) may be either, all of them the same."""
        with self.lock:
            group = []
            for user, token, before, after in changes:
                entry = self.entries.setdefault((user, token), Entry({before}))
                entry.places = {before, after}
                group.append(((user, token), before, after))
            self.groups.append(group)
            return group

    def count(self):
        """Called with the lock held, by the worker whose change was acknowledged."""
        self.acknowledged += 1
        self.kinds[threading.current_thread().kind] += 1

    def done(self, group):
        """It was acknowledged."""
        with self.lock:
            self.count()
            self.groups.remove(group)
            for key, _, after in group:
                self.entries[key].places = {after}

    def refused(self, group):
        """It was answered with no."""
        with self.lock:
            self.groups.remove(group)
            for key, before, _ in group:
                self.entries[key].places = {before}

    def open_flags(self, user, changes):
        """A STORE is on its way: {token: flags afterwards}."""
        with self.lock:
            group = []
            for token, after in changes.items():
                entry = self.entries[user, token]
                before = next(iter(entry.flags))
                entry.flags = {before, frozenset(after)}
                group.append(((user, token), before, frozenset(after)))
            self.groups.append(("flags", group))
            return group

    def done_flags(self, group):
        with self.lock:
            self.count()
            self.groups.remove(("flags", group))
            for key, _, after in group:
                self.entries[key].flags = {after}

    # ------------------------------------------------------- after a crash

    def settle(self, user, found, folders, whole):
        """Compares an account's folders with what may be there. `found`: {(folder, token): [(flags, octets or None), …]}; `whole`: all of their messages
        were looked at, not only the newest. Yields what is wrong."""
        seen = {}
        for (folder, token), copies in found.items():
            if len(copies) > 1:
                yield f"{user}: {token} is there {len(copies)} times in {folder}"
            for flags, octets in copies:
                if octets is not None and not is_whole(octets):
                    yield f"{user}: {token} in {folder} is not whole"
            seen.setdefault(token, []).append((folder, copies[0][0]))
        for token, places in seen.items():
            if len(places) > 1:
                yield f"{user}: {token} is in {' and '.join(folder for folder, _ in places)}"
            if (user, token) not in self.entries:
                yield f"{user}: {token} was never sent there"
        for (owner, token), entry in self.entries.items():
            if owner != user or not entry.places & (folders | {ABSENT}):
                continue
            place, flags = seen.get(token, [(ABSENT, None)])[0]
            if place is ABSENT and not whole and len(entry.places) == 1:
                continue  # settled long ago, and not among the newest
            if place not in entry.places:
                yield f"{user}: {token} should be in {' or '.join(map(str, entry.places))}, is in {place}"
            if place is not ABSENT and entry.flags is not None and frozenset(flags & FLAGS) not in entry.flags:
                yield f"{user}: {token} has flags {sorted(flags & FLAGS)}, not {' or '.join(str(sorted(each)) for each in entry.flags)}"
            entry.places = {place}
            if place is not ABSENT and entry.flags is not None:
                entry.flags = {frozenset(flags & FLAGS)}

    def settle_groups(self):
        """What was one commit must have been done as a whole or not at all. After all accounts were looked at. Yields what is wrong."""
        for group in self.groups:
            of = "flags" if group[0] == "flags" else "places"
            members = group[1] if of == "flags" else group
            states = set()
            for key, before, after in members:
                if before == after:
                    continue
                now = next(iter(getattr(self.entries[key], of)))
                states.add("after" if now == after else "before")
            if len(states) > 1:
                yield f"half of one change is there: {[key for key, _, _ in members]}"
        self.groups = []

    def forget_absent(self):
        self.entries = {key: entry for key, entry in self.entries.items() if entry.places != {ABSENT}}


def generator(seed, *names):
    return random.Random("/".join(map(str, (seed, *names))))
