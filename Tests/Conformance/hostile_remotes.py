#!/usr/bin/env python3
"""Servers that answer early, talk without end, close in mid-data, greet after a minute, say yes to STARTTLS and then garbage, answer twice: what the real
daemon sends them arrives once all the same when they come to their senses, none holds more places than it may, and nobody else waits for them. (threats T3, T1)
  .venv/bin/python Tests/Conformance/hostile_remotes.py
"""
import collections
import contextlib
import os
import re
import socket
import struct
import tempfile
import threading
import time
from pathlib import Path

from demo import Tally, folder_of
from peers import Unbound, tool
from world import Martlet, free_port, message, until

CONCURRENCY = 3
LATE = 65  # seconds before the greeting of the late server: longer than any sloppy client's minute
EACH = 4  # messages for each server
WARM = 40  # messages before anything is measured
SENSIBLE = 2  # connections on which each server misbehaves
OFFENCES = 8  # and how often altogether


class Gone(Exception):
    """This server ends the connection now."""


class Remote(threading.Thread):
    """One hostile server at an address of its own. What it has said 250 to is `taken`."""

    def __init__(self, name, address, port, prank):
        super().__init__(daemon=True)
        self.name_, self.prank = name, prank
        self.taken, self.connections, self.open, self.most, self.lock = [], 0, 0, 0, threading.Lock()
        self.bare, self.offences, self.socket = 0, 0, socket.create_server((address, port), backlog=200)

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                line, _ = self.socket.accept()
                threading.Thread(target=self.serve, args=(line,), daemon=True).start()

    def serve(self, line):
        with self.lock:
            self.connections += 1
            self.open += 1
            self.most = max(self.most, self.open)
            number = self.connections
        line.settimeout(LATE + 60)
        try:
            Talk(self, line, self.prank if number <= SENSIBLE else None).run()
        except (OSError, Gone, ValueError):
            pass
        finally:
            with self.lock:
                self.open -= 1
            line.close()


class Talk:
    def __init__(self, remote, line, prank):
        self.remote, self.line, self.prank, self.buffer = remote, line, prank, b""

    def say(self, text):
        self.line.sendall(text if isinstance(text, bytes) else text.encode())

    def hear(self):
        while b"\r\n" not in self.buffer:
            part = self.line.recv(65536)
            if not part:
                raise Gone
            self.buffer += part
        command, _, self.buffer = self.buffer.partition(b"\r\n")
        return command

    def reset(self):
        """Not FIN but RST."""
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone

    def endless(self, piece):
        for _ in range(2_000):
            self.say(piece)
        raise Gone

    def at(self, moment, command=b""):
        """True where the prank has answered in our place."""
        # One connection may be used for long: it comes to its senses too.
        if self.prank is None or self.remote.offences >= OFFENCES or not self.prank(self, moment, command):
            return False
        self.remote.offences += 1
        return True

    def run(self):
        if not self.at("greeting"):
            self.say(f"220 {self.remote.name_} ESMTP\r\n")
        while True:
            command = self.hear()
            verb = command[:4].upper().decode("latin-1")
            if self.at(verb, command):
                continue
            if verb == "EHLO":
                self.say("250-hostile\r\n250 PIPELINING\r\n")
            elif verb == "DATA":
                self.say("354 go on\r\n")
                self.data()
            elif verb == "QUIT":
                self.say("221 bye\r\n")
                raise Gone
            else:
                self.say("250 2.0.0 ok\r\n")

    def data(self):
        text = b""
        while True:
            line = self.hear()
            if line == b".":
                break
            text += line + b"\r\n"
            if self.at("body", text):
                return
        self.remote.bare += len(re.findall(rb"(?<!\r)\n|\r(?!\n)", text))
        if not self.at(".", text):
            self.remote.taken.append(text)
            self.say("250 2.0.0 taken\r\n")


def early(talk, moment, command):
    if moment == "greeting":
        talk.say("220 early\r\n250-early\r\n250 PIPELINING\r\n250 sender ok\r\n250 recipient ok\r\n354 go\r\n250 2.0.0 taken\r\n")
        return True


def early_after_hello(talk, moment, command):
    if moment == "EHLO":
        talk.say("250 early\r\n250 sender ok\r\n250 recipient ok\r\n354 go\r\n250 2.0.0 taken\r\n")
        return True


def endless_line(talk, moment, command):
    if moment == "greeting":
        talk.endless(b"220-" + b"x" * 65_536)


def endless_lines(talk, moment, command):
    if moment == "EHLO":
        talk.endless(b"250-more\r\n" * 8_000)


def closes_mid_data(talk, moment, command):
    if moment == "body":
        raise Gone


def resets_mid_data(talk, moment, command):
    if moment == "body":
        talk.reset()


def deaf_at_the_dot(talk, moment, command):
    if moment == ".":
        talk.reset()


def late(talk, moment, command):
    if moment == "greeting":
        time.sleep(LATE)


def tls_garbage(talk, moment, command):
    if moment == "EHLO":
        talk.say("250-tls\r\n250 STARTTLS\r\n")
        return True
    if moment == "STAR":
        talk.say("220 go ahead\r\n")
        talk.say(os.urandom(4_000))
        return True


def tls_injects(talk, moment, command):
    if moment == "EHLO":
        talk.say("250-tls\r\n250 STARTTLS\r\n")
        return True
    if moment == "STAR":
        talk.say("220 go ahead\r\n250-injected\r\n250 PIPELINING\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken\r\n")
        return True


def tls_silence(talk, moment, command):
    if moment == "EHLO":
        talk.say("250-tls\r\n250 STARTTLS\r\n")
        return True
    if moment == "STAR":
        talk.say("220 go ahead\r\n")
        time.sleep(5)
        raise Gone


def always_yes(talk, moment, command):
    if moment == "DATA":
        talk.say("250 yes\r\n")
        return True


def no_smtp(talk, moment, command):
    if moment == "greeting":
        talk.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        return True


def octets(talk, moment, command):
    if moment == "MAIL":
        talk.say(b"250 \x00\xff\xfe\x1b[2J\r\n\x00\r\n")
        return True


def twice(talk, moment, command):
    """Takes the message and says so twice: the second answer belongs to nobody."""
    if moment == ".":
        talk.remote.taken.append(command)
        talk.say("250 2.0.0 taken\r\n250 2.0.0 taken\r\n250 ok\r\n250 ok\r\n354 go\r\n250 2.0.0 taken\r\n")
        return True


def shuts_down(talk, moment, command):
    if moment == "RCPT":
        talk.say("421 4.3.2 shutting down\r\n")
        raise Gone


def drips(talk, moment, command):
    if moment == "EHLO":
        for octet in b"250-slowly and":
            talk.say(bytes([octet]))
            time.sleep(0.7)
        raise Gone


PRANKS = [early, early_after_hello, endless_line, endless_lines, closes_mid_data, resets_mid_data, deaf_at_the_dot, late, tls_garbage, tls_injects, tls_silence,
          always_yes, no_smtp, octets, twice, shuts_down, drips]


def memory(process):
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


def processor(process):
    """Seconds of processors so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def subjects(remote):
    return collections.Counter(re.search(rb"^Subject: (\S+)", text, re.M)[1].decode() for text in remote.taken)


def main():
    if not tool("unbound"):
        print("skipped: unbound is not here")
        return
    tally, folder = Tally(), Path(tempfile.mkdtemp(prefix="martlet-hostile."))
    addresses = [f"127.0.3.{number + 1}" for number in range(len(PRANKS) + 1)]
    port = free_port("127.0.0.2", *addresses)
    names = Unbound(folder)
    names.choose_port()
    names.add("ready.test", "TXT", "yes")
    server = Martlet(folder, "one.test", "127.0.0.2", port, names, outbound=f'retry = ["1s", "2s"]\nconcurrency = {CONCURRENCY}')
    remotes = []
    for prank, address in zip([*PRANKS, None], addresses):
        name = (prank.__name__ if prank else "sane").replace("_", "-") + ".test"
        names.add(name, "MX", f"10 mx.{name}.")
        names.add(f"mx.{name}", "A", address)
        remotes.append(Remote(name, address, port, prank))
    sane = remotes[-1]
    with folder_of(tally, folder, [server.stop, names.stop, *(remote.socket.close for remote in remotes)]):
        names.start()
        for remote in remotes:
            remote.start()
        server.start()
        # What a daemon takes once (caches, tables of the libraries) is no stranger's doing.
        for number in range(WARM):
            server.send(message("ann@one.test", "x@sane.test", f"warm-{number}"), "ann@one.test", "x@sane.test")
        until(lambda: len(sane.taken) == WARM, 30)
        before = memory(server.process)
        wanted = {}
        for remote in remotes[:-1]:
            for number in range(EACH):
                subject = f"{remote.name_}-{number}"
                wanted[subject] = remote
                server.send(message("ann@one.test", f"x@{remote.name_}", subject, body="line\r\n" * 50), "ann@one.test", f"x@{remote.name_}")
        started = time.monotonic()
        server.send(message("ann@one.test", "x@sane.test", "last"), "ann@one.test", "x@sane.test")
        tally.check(until(lambda: len(sane.taken) == WARM + 1, 20), f"a sane server has its mail after {time.monotonic() - started:.1f} s, {len(wanted)} messages for hostile ones before it")
        peak, end, used = 0, time.monotonic() + LATE + 120, None
        while time.monotonic() < end and not all(len(remote.taken) >= EACH for remote in remotes[:-1]):
            peak = max(peak, memory(server.process))
            if used is None and time.monotonic() - started > LATE - 20:
                # All but the late one have had theirs: waiting for it costs nothing.
                used = processor(server.process)
                time.sleep(10)
                used = processor(server.process) - used
            time.sleep(0.5)
        time.sleep(3)  # what would come twice comes now
        for remote in remotes[:-1]:
            found = subjects(remote)
            right = {f"{remote.name_}-{number}": 1 for number in range(EACH)}
            tally.check(found == right, f"{remote.name_}: each of {EACH} messages once, after {remote.connections} connections" + ("" if found == right else f": {found}"))
        most = {remote.name_: remote.most for remote in remotes}
        tally.check(max(most.values()) <= CONCURRENCY, f"never more than {CONCURRENCY} connections to one of them: at most {max(most.values())}")
        tally.check(used is not None and used < 1, f"ten seconds of waiting for the late one take {used} s of a processor")
        tally.check(sum(remote.bare for remote in remotes) == 0, "no CR or LF stood alone on the wire (T1)")
        tally.check(until(lambda: server.martlet("queue", "list", "--quiet") == "", 20), "the queue is empty")
        tally.check(server.mails("ann") == [], "and nothing came back to the sender")
        tally.check(peak - before < 65_536, f"its memory grew by {(peak - before) / 1024:.0f} MiB at most")
        tally.check(server.process.poll() is None, "the daemon lives")
        text = (folder / "one.test/log").read_bytes()
        tally.check(b"\x1b[2J" not in text and b"\x00" not in text, "no octet of theirs is in the log as it came (T41)")
    tally.close()


if __name__ == "__main__":
    main()
