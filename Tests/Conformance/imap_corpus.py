#!/usr/bin/env python3
"""Real mail over the wire: every file of ../shared/corpus/mail goes in by APPEND and comes out byte for byte; ENVELOPE, BODYSTRUCTURE and the octets of every part
are what Dovecot says of it, but for what docs/oracle-differences.md lists with the sentence that decides it. An IMAP client of its own, 60 lines; standard library only.
"""
import hashlib
import json
import re
import socket

from demo import PASSWORD, ROOT, Tally, demo, needs_shared

CORPUS = needs_shared("corpus", "mail").parent
FIELDS = ["date", "subject", "from", "sender", "reply-to", "to", "cc", "bcc", "in-reply-to", "message-id"]
APPENDS_AT_ONCE = 20


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")
        self.file.readline()
        self.count = 0

    def response(self):
        """One response: octets and, for literals, tuples."""
        pieces = []
        while True:
            line = self.file.readline()
            if not line.endswith(b"\r\n"):
                raise SystemExit("the line broke")
            line = line[:-2]
            found = re.search(rb"\{(\d+)\}$", line)
            if not found:
                return pieces + [line]
            pieces += [line[:found.start()], (self.file.read(int(found[1])),)]

    def send(self, text, literal=b""):
        self.count += 1
        tag = f"t{self.count}"
        self.socket.sendall(f"{tag} {text}".encode() + (b" {%d+}\r\n" % len(literal) + literal if literal else b"") + b"\r\n")
        return tag

    def answer(self, tag):
        rows = []
        while True:
            row = self.response()
            if row[0].startswith(tag.encode() + b" "):
                return row[0][len(tag) + 1:].decode(), rows
            rows.append(row)

    def ask(self, text, literal=b""):
        return self.answer(self.send(text, literal))


def parse(pieces):
    """Data in parentheses: list, str (latin-1, one character per octet), int, None; a section's name is an Atom."""
    stack, here = [], []
    for piece in pieces:
        if isinstance(piece, tuple):
            here.append(piece[0].decode("latin-1"))
            continue
        place = 0
        while place < len(piece):
            octet = piece[place:place + 1]
            if octet == b"(":
                stack.append(here)
                here.append([])
                here = here[-1]
            elif octet == b")":
                here = stack.pop()
            elif octet == b'"':
                found = re.match(rb'"((?:[^"\\]|\\.)*)"', piece[place:], re.S)
                here.append(re.sub(rb"\\(.)", rb"\1", found[1], flags=re.S).decode("latin-1"))
                place += found.end() - 1
            elif octet != b" ":
                word = re.match(rb"[^\s()\[\"]+(\[[^\]]*\])?", piece[place:])[0]
                here.append(None if word == b"NIL" else int(word) if word.isdigit() else word.decode("latin-1"))
                place += len(word) - 1
            place += 1
    return here


def data(row):
    """The items of one FETCH response by name."""
    items = parse([re.sub(rb"^\* \d+ FETCH ", b"", row[0])] + row[1:])[0]
    return dict(zip(items[::2], items[1::2]))


def comparable(part):
    """BODYSTRUCTURE without what the corpus says not to compare: letter case, order of parameters, us-ascii written or left to the default."""
    def lower(value):
        return [lower(each) for each in value] if isinstance(value, list) else value.lower() if isinstance(value, str) else value

    def pairs(value):
        return sorted(map(tuple, zip(value[::2], value[1::2]))) if isinstance(value, list) else value

    def disposition(value):
        return [value[0], pairs(value[1])] if isinstance(value, list) and len(value) == 2 else value
    if isinstance(part[0], list):
        count = next((n for n, each in enumerate(part) if not isinstance(each, list)), len(part))
        tail = lower(part[count:])
        if len(tail) > 1:
            tail[1] = pairs(tail[1])
        if len(tail) > 2:
            tail[2] = disposition(tail[2])
        return [[comparable(each) for each in part[:count]]] + tail
    low = lower(part)
    if len(low) <= 8:
        return low
    names = [each.lower() for each in (part[2] or [])[::2]]
    if low[0] == "text" and "charset" not in names:
        low[2] = (low[2] or []) + ["charset", "us-ascii"]
    low[2] = pairs(low[2])
    nested = low[:2] == ["message", "rfc822"]
    if nested and isinstance(part[8], list):
        low[8] = comparable(part[8])
    place = 11 if nested else 9 if low[0] == "text" else 8
    if len(low) > place:
        low[place] = disposition(low[place])
    return low


def digest(text):
    return None if text is None else hashlib.sha256(text.encode("latin-1")).hexdigest()


def differences(client, number, octets, oracle):
    """The fields in which a message differs from the oracle, and whether it came out byte for byte."""
    sections = ["HEADER", "TEXT", *oracle["parts"]]
    wanted = " ".join(f"BODY.PEEK[{name}]" for name in sections)
    status, rows = client.ask(f"FETCH {number} (RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY.PEEK[] {wanted})")
    if not status.startswith("OK") or len(rows) != 1:
        return ["fetch"], False
    items = data(rows[0])
    whole = items["BODY[]"].encode("latin-1") == octets and items["RFC822.SIZE"] == len(octets)
    found = [f"envelope.{name}" for name, ours, theirs in zip(FIELDS, items["ENVELOPE"], oracle["envelope"]) if ours != theirs]
    if comparable(items["BODYSTRUCTURE"]) != comparable(oracle["bodystructure"]):
        found.append("bodystructure")
    digests = {"HEADER": oracle["header"], "TEXT": oracle["text"], **oracle["parts"]}
    found += [f"part {name}" for name in sections if digests[name] and digest(items[f"BODY[{name}]"]) != digests[name][1]]
    # A partial is a piece of the whole, wherever it is cut.
    start, count = len(octets) // 3, max(len(octets) // 5, 1)
    status, rows = client.ask(f"FETCH {number} BODY.PEEK[]<{start}.{count}>")
    whole = whole and rows[0][1][0] == octets[start:start + count]
    return found, whole


def main():
    tally = Tally()
    oracles = {each["file"]: each for each in map(json.loads, (CORPUS / "oracle/dovecot.jsonl").read_text().splitlines())}
    table = (ROOT / "docs/oracle-differences.md").read_text().split("## Python")[0]
    listed = set(re.findall(r"^- `(\S+)` (.+)$", table, re.M))
    files = sorted((CORPUS / "mail").glob("*.eml"))
    mails = {f"mail/{file.name}": re.sub(rb"(?<!\r)\n", b"\r\n", file.read_bytes()) for file in files}
    with demo(users=1) as server:
        client = Client(server.port(143))
        client.ask(f"LOGIN u1@demo.test {PASSWORD}")
        client.ask("CREATE corpus")
        refused, kept = [], []
        names = list(mails)
        for first in range(0, len(names), APPENDS_AT_ONCE):
            batch = names[first:first + APPENDS_AT_ONCE]
            tags = [client.send("APPEND corpus", mails[name]) for name in batch]
            for name, tag in zip(batch, tags):
                (kept if client.answer(tag)[0].startswith("OK [APPENDUID") else refused).append(name)
        # Two have a NUL: taken as they are, so that nobody who moves mail loses it. (docs/decisions/0003)
        tally.check(not refused, f"{len(kept)} mails are taken, {len(refused)} refused")
        status, _ = client.ask("SELECT corpus")
        tally.check(status.startswith("OK"), "the mailbox opens")
        found, broken = set(), []
        for number, name in enumerate(kept, 1):
            fields, whole = differences(client, number, mails[name], oracles[name])
            found |= {(name, field) for field in fields}
            if not whole:
                broken.append(name)
        tally.check(not broken, f"every mail comes out byte for byte {broken}")
        surprising = sorted(found - listed)
        tally.check(not surprising, f"ENVELOPE, BODYSTRUCTURE and parts agree with Dovecot {surprising[:20]}")
        stale = sorted(row for row in listed - found if row[0] in kept)
        tally.check(not stale, f"every listed difference is one {stale[:20]}")
        client.ask("LOGOUT")
    tally.close()


if __name__ == "__main__":
    main()
