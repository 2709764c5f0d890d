#!/usr/bin/env python3
"""`martlet queue`, `martlet message trace` and `martlet dns` on a real daemon whose next hops are dead or say no: what they print, the keys of --json, what
--quiet gives, exit codes; with the daemon, without it, and with one that is stuck. (threats T41, T48)
  .venv/bin/python Tests/Conformance/queue_cli.py
"""
import contextlib
import json
import os
import pty
import re
import signal
import smtplib
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from demo import Tally, folder_of, program
from peers import Unbound, tool
from world import Martlet, free_port, message, until

LIST_KEYS = {"id", "trace", "sender", "recipients", "size", "since", "state", "next", "attempts", "reason"}
SHOW_KEYS = LIST_KEYS | {"expires", "to", "history"}
RECIPIENT_KEYS = {"address", "destination", "state", "next", "attempts", "reason"}
HISTORY_KEYS = {"time", "event", "words"}
DNS_KEYS = {"name", "type", "value", "line", "reason", "optional"}
WORDS = "451 4.2.1 the \x1b[31mmailbox\x07 is busy"


class Busy(threading.Thread):
    """A server that says at RCPT what `self.words` says; when that begins with 2 it takes the message."""

    def __init__(self, address, port):
        super().__init__(daemon=True)
        self.words, self.taken = WORDS, []
        self.socket = socket.create_server((address, port))

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                line, _ = self.socket.accept()
                threading.Thread(target=self.talk, args=(line,), daemon=True).start()

    def talk(self, line):
        with contextlib.suppress(OSError, ValueError), line, line.makefile("rwb") as file:
            def say(text):
                file.write(text.encode() + b"\r\n")
                file.flush()
            say("220 busy.test")
            for command in file:
                verb = command[:4].upper()
                if verb == b"EHLO":
                    say("250 busy.test")
                elif verb == b"RCPT":
                    say(self.words)
                elif verb == b"DATA":
                    say("354 go on")
                    text = b""
                    for part in file:
                        if part == b".\r\n":
                            break
                        text += part
                    self.taken.append(text)
                    say("250 2.0.0 taken")
                elif verb == b"QUIT":
                    return say("221 bye")
                else:
                    say("250 ok")


class CLI:
    def __init__(self, server, tally):
        self.server, self.tally = server, tally

    def __call__(self, *words, code=0, user=None):
        """Standard output; no terminal. Its exit status must be `code`."""
        command = [str(program()), *map(str, words), "--config", str(self.server.config)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=150, user=user)
        if done.returncode != code:
            self.tally.check(False, f"{' '.join(map(str, words))} ends with {done.returncode}, not {code}: {done.stdout[-500:]}{done.stderr[-500:]}")
        self.error = done.stderr
        return done.stdout

    def json(self, *words, **more):
        return json.loads(self(*words, "--json", **more))

    def at_terminal(self, answer, *words):
        """(exit status, all that was shown), with `answer` typed at a terminal."""
        command = [str(program()), *map(str, words), "--config", str(self.server.config)]
        child, terminal = pty.fork()
        if child == 0:
            os.execv(command[0], command)
        os.write(terminal, answer.encode() + b"\n")
        shown = b""
        with contextlib.suppress(OSError):
            while part := os.read(terminal, 4096):
                shown += part
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode(errors="replace")


def listing(tally, cli):
    rows = cli.json("queue", "list")
    tally.check([row["recipients"] for row in rows] == [["x@busy.test", "y@busy.test"], ["x@dead.test"], ["z@dead.test"]], f"list: oldest first {[row['id'] for row in rows]}")
    tally.check(all(set(row) == LIST_KEYS for row in rows), f"list --json: its keys are {sorted(rows[0])}")
    tally.check(all(row["state"] == "deferred" and row["attempts"] == 1 and row["sender"] == "ann@one.test" for row in rows), "  each was tried once")
    tally.check("mailbox" in rows[0]["reason"] and "refused" in rows[1]["reason"].lower(), f"  with the reason: {rows[0]['reason']!r}, {rows[1]['reason']!r}")
    ids = [row["id"] for row in rows]
    tally.check(cli("queue", "list", "--quiet").split() == list(map(str, ids)), "list --quiet: ids alone, one a line")
    tally.check([row["id"] for row in cli.json("queue", "list", "--matching", "z@dead")] == ids[2:], "list --matching")
    tally.check([row["id"] for row in cli.json("queue", "list", "--limit", 1, "--after", ids[0])] == ids[1:2], "list --limit --after")
    text = cli("queue", "list")
    head, *lines = text.splitlines()
    tally.check(head.split() == ["ID", "STATE", "SENDER", "RECIPIENTS", "SIZE", "SINCE", "TRIES", "NEXT", "REASON"] and len(lines) == 3, f"list: a table\n{text}")
    tally.check("\x1b" not in text and "\x07" not in text, "list: no octet of a remote's reaches the terminal as a control character (T41)")
    return ids


def one(tally, cli, ids):
    shown = cli.json("queue", "show", ids[0])
    tally.check(set(shown) == SHOW_KEYS, f"show --json: its keys are {sorted(shown)}")
    tally.check(all(set(row) == RECIPIENT_KEYS for row in shown["to"]) and [row["address"] for row in shown["to"]] == ["x@busy.test", "y@busy.test"], "  a row for each recipient")
    tally.check(all(set(row) == HISTORY_KEYS for row in shown["history"]), "  its history")
    text = cli("queue", "show", ids[0])
    tally.check("is busy" in text and "RCPT TO:<x@busy.test>" in text and "\x1b" not in text, "show: the remote's words and the transcript, made visible")
    tally.check(cli("queue", "show", ids[0], "--quiet").strip() == str(ids[0]), "show --quiet: its id")
    cli("queue", "show", 999_999, code=66)
    tally.check("999999" in cli.error and cli.error.count("\n") == 1, f"show of nothing: 66 and one line: {cli.error.strip()!r}")
    cli("queue", "show", "abc", code=64)
    cli("queue", "nonsense", code=64)
    tally.check(True, "wrong words: 64")


def trace(tally, cli, ids):
    row = cli.json("queue", "show", ids[0])
    found = cli.json("message", "trace", row["trace"])
    tally.check(set(found) == {"trace", "history", "queued"}, f"trace --json: its keys are {sorted(found)}")
    events = [line["event"] for line in found["history"]]
    tally.check(events == ["received", "queued", "deferred", "deferred", "transcript"], f"  its events are {events}")
    words = {line["event"]: line["words"] for line in found["history"]}
    tally.check("by submission" in words["received"] and "user=ann@one.test" in words["received"] and "filed=INBOX" in words["received"] and "to=<x@busy.test>" in words["received"],
                f"  the session, and where it was filed: {words['received']}")
    tally.check("busy.test" in words["deferred"] and "is busy" in words["deferred"], f"  the attempt with the remote's words: {words['deferred']!r}")
    tally.check("EHLO mx.one.test" in words["transcript"] and "MAIL FROM" in words["transcript"], "  the transcript of the failure")
    tally.check(cli.json("message", "trace", ids[0]) == found, "trace by number of the queue: the same")
    text = cli("message", "trace", row["trace"])
    tally.check("still in the queue" in text and "\x1b" not in text and "\x07" not in text, f"trace: one page\n{text}")
    tally.check(cli("message", "trace", row["trace"], "--quiet").strip() == row["trace"], "trace --quiet: its id")
    cli("message", "trace", "unheardof", code=66)
    # A refusal by a connection, not by words: why is still told.
    words = [line["words"] for line in cli.json("message", "trace", ids[1])["history"] if line["event"] == "deferred"]
    tally.check(len(words) == 1 and "refused" in words[0].lower(), f"trace of mail for a dead server: {words}")


def incoming(tally, cli, server):
    """Mail from a stranger: its verdicts and where it was filed; and what a filter threw away."""
    def send(sender, subject):
        with smtplib.SMTP(server.address, server.port, "mx.stranger.test", timeout=30, source_address=("127.0.0.9", 0)) as line:
            line.ehlo("mx.stranger.test")
            line.mail(sender), line.rcpt("bob@one.test")
            return line.data(message(sender, "bob@one.test", subject))
    code, words = send("x@soft.test", "quarantined")
    identifier = words.decode().split()[-1]
    found = cli.json("message", "trace", identifier)
    words = {line["event"]: line["words"] for line in found["history"]}
    tally.check(code == 250 and "filed=Junk" in words["received"] and "[127.0.0.9]" in words["received"], f"a stranger's mail: who brought it, filed where: {words['received']}")
    tally.check(re.search(r"spf=fail\[soft.test\].*dmarc=fail\[soft.test\]", words["judged"]) is not None, f"  its verdicts: {words['judged']}")
    code, words = send("x@good.test", "discard")
    found = cli.json("message", "trace", words.decode().split()[-1])
    tally.check(code == 250 and [line["event"] for line in found["history"]] == ["received", "discarded"] and found["queued"] == [],
                f"mail that a filter threw away after 250: {found['history'][-1]}")


def change(tally, cli, server, busy, ids):
    tally.check(cli("queue", "hold", *ids[:2], "--quiet").split() == [str(one) for one in ids[:2]], "hold --quiet: the ids")
    states = {row["id"]: (row["state"], row["next"]) for row in cli.json("queue", "list")}
    tally.check(states[ids[0]] == ("held", None) and states[ids[1]] == ("held", None) and states[ids[2]][0] == "deferred", f"held: {states}")
    answer = cli.json("queue", "release", ids[1])
    tally.check(answer == {"ids": [ids[1]], "done": "released"}, f"release --json: {answer}")
    tally.check(until(lambda: cli.json("queue", "show", ids[1])["attempts"] == 2, 20), "  is tried at once, again in vain")
    cli("queue", "retry", ids[2])
    tally.check(until(lambda: cli.json("queue", "show", ids[2])["attempts"] == 2, 20), "retry: is tried at once, hours before its time")
    tally.check(cli.json("queue", "show", ids[0])["attempts"] == 1 and not busy.taken, "  what is held is not")
    busy.words = "250 2.1.5 ok"
    identifier = cli.json("queue", "show", ids[0])["trace"]
    cli("queue", "release", ids[0])
    tally.check(until(lambda: ids[0] not in [row["id"] for row in cli.json("queue", "list")], 20) and len(busy.taken) == 1, "released to a server that takes it: gone, once")
    found = cli.json("message", "trace", identifier)
    tally.check(found["queued"] == [] and [line["event"] for line in found["history"]][-2:] == ["delivered", "delivered"], "  its trace outlives it")
    tally.check(any(line["event"] == "changed" and "held" in line["words"] for line in found["history"]), "  and knows what the administrator did")
    for verb in ("hold", "release", "retry"):
        cli("queue", verb, ids[0], code=66)
    cli("queue", "hold", code=64)
    tally.check(True, "of a message that has gone: 66; without ids: 64")


def remove(tally, cli, ids):
    cli("queue", "remove", ids[1], code=64)
    said = cli.error
    tally.check("--yes" in said and ids[1] in [row["id"] for row in cli.json("queue", "list")], f"remove without a terminal refuses: {said.strip()!r}")
    code, shown = cli.at_terminal("n", "queue", "remove", ids[1])
    tally.check(code == 75 and "Go on?" in shown and "nothing was done" in shown, f"remove at a terminal asks; after n: {code}")
    code, shown = cli.at_terminal("y", "queue", "remove", ids[1])
    tally.check(code == 0 and [row["id"] for row in cli.json("queue", "list")] == ids[2:], f"  after y it is gone: {shown.strip()[-60:]!r}")
    cli("queue", "remove", ids[1], "--yes", code=66)


def without_daemon(tally, cli, server, ids):
    if os.geteuid() == 0:
        # The settings must be readable, the socket must not.
        for part in (server.folder.parent, server.folder, server.folder / "store"):
            part.chmod(0o755)
        cli("queue", "list", code=77, user="nobody")
        tally.check("another user" in cli.error, f"as another user: 77: {cli.error.strip()!r} (T48)")
        (server.folder / "store").chmod(0o700)
    server.process.send_signal(signal.SIGSTOP)
    started = time.monotonic()
    cli("queue", "list", code=69)
    tally.check(time.monotonic() - started < 90 and "does not answer" in cli.error, f"a stuck daemon: 69 after {time.monotonic() - started:.0f} s: {cli.error.strip()!r}")
    server.process.send_signal(signal.SIGCONT)
    server.stop(signal.SIGKILL)
    tally.check([row["id"] for row in cli.json("queue", "list")] == ids[2:], "no daemon: list reads the store itself")
    cli("queue", "hold", ids[2])
    tally.check(cli.json("queue", "show", ids[2])["state"] == "held", "  and hold writes it")
    server.start()
    tally.check(cli.json("queue", "show", ids[2])["state"] == "held", "  which the next daemon honours")
    cli("queue", "remove", ids[2], "--yes")
    tally.check(cli("queue", "list", "--quiet") == "" and cli.json("queue", "list") == [], "an empty queue: nothing, and []")


def zones(tally, cli, partial):
    rows = cli.json("dns", "records", "one.test")
    tally.check(all(set(row) == DNS_KEYS for row in rows), f"dns records --json: its keys are {sorted(rows[0])}")
    tally.check({"MX", "TXT", "TLSA", "SRV"} <= {row["type"] for row in rows}, f"  {len(rows)} lines of {sorted({row['type'] for row in rows})}")
    text = cli("dns", "records", "one.test")
    tally.check(all(row["line"] in text and row["reason"] in text for row in rows), "dns records: each line with its reason")
    found = cli.json("dns", "check", "one.test", code=65)
    by_name = {(row["name"], row["type"]): row["state"] for row in found}
    missing = [row for row in rows if row not in partial]
    tally.check({key for key in by_name} == {(row["name"], row["type"]) for row in missing}, f"dns check: what differs and nothing else: {by_name}")
    dmarc = next(row for row in found if row["name"].startswith("_dmarc"))
    tally.check(dmarc["state"] == "twice" and len(dmarc["published"]) == 2, f"  two DMARC records are told: {dmarc['published']}")
    tally.check(cli.json("dns", "check", "whole.test") == [] and "all that it should" in cli("dns", "check", "whole.test"), "dns check of a whole zone: 0 and nothing")
    tally.check(cli("dns", "check", "whole.test", "--quiet") == "", "  --quiet: not a word")
    cli("dns", "check", "stranger.test", code=67)


def publish(names, server):
    """one.test: half of its zone, and DMARC twice; whole.test: all. Returns what of one.test is right."""
    server.martlet("domain", "add", "whole.test")
    rows = json.loads(server.martlet("dns", "records", "one.test", "--json"))
    right = [row for index, row in enumerate(rows) if index % 2 == 0 and not row["name"].startswith("_dmarc")]
    lines = [row["line"] for row in right]
    for row in json.loads(server.martlet("dns", "records", "whole.test", "--json")):
        if row["line"] not in lines:
            lines.append(row["line"])
    for line in lines:
        names.lines.append(f"    local-data: '{line}'")
    names.add("_dmarc.one.test", "TXT", "v=DMARC1; p=none")
    names.add("_dmarc.one.test", "TXT", "v=DMARC1; p=reject")
    names.add("mx.one.test", "A", server.address)
    for domain, address in (("busy.test", "127.0.0.5"), ("dead.test", "127.0.0.6")):
        names.add(domain, "MX", f"10 mx.{domain}.")
        names.add(f"mx.{domain}", "A", address)
    for domain, policy in (("soft.test", "quarantine"), ("good.test", "none")):
        names.add(domain, "TXT", "v=spf1 -all")
        names.add(f"_dmarc.{domain}", "TXT", f"v=DMARC1; p={policy}")
    names.add("ready.test", "TXT", "yes")
    # Shared with the zone of one.test: what stands at the server's own name.
    return [row for row in rows if row["line"] in lines]


def milter(folder):
    """libmilter's filter of filters.py; None where python3-milter is not installed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    if subprocess.run(["/usr/bin/python3", "-c", "import Milter"], capture_output=True).returncode != 0:
        return None, port
    script = Path(__file__).resolve().parent / "milter_filter.py"
    return subprocess.Popen(["/usr/bin/python3", script, str(port)], stdin=subprocess.DEVNULL, stderr=open(folder / "milter.log", "w")), port


def main():
    if not tool("unbound"):
        print("skipped: unbound is not here")
        return
    tally, folder = Tally(), Path(tempfile.mkdtemp(prefix="martlet-queue."))
    port = free_port("127.0.0.2", "127.0.0.5", "127.0.0.6")
    names = Unbound(folder)
    names.choose_port()
    filter_process, filter_port = milter(folder)
    judging = 'mode = "enforce"' + (f'\nmilters = ["127.0.0.1:{filter_port}"]' if filter_process else "")
    server = Martlet(folder, "one.test", "127.0.0.2", port, names, outbound='retry = ["5h"]', judging=judging)
    right = publish(names, server)
    busy, cli = Busy("127.0.0.5", port), CLI(server, tally)
    ends = [lambda: server.process.send_signal(signal.SIGCONT), server.stop, names.stop, busy.socket.close]
    if filter_process:
        ends.append(filter_process.kill)
    with folder_of(tally, folder, ends):
        names.start()
        busy.start()
        server.start()
        tally.check(cli("queue", "list", "--quiet") == "", "an empty queue")
        server.send(message("ann@one.test", "x@busy.test", "busy"), "ann@one.test", "x@busy.test", "y@busy.test", "bob@one.test")
        server.send(message("ann@one.test", "x@dead.test", "dead"), "ann@one.test", "x@dead.test")
        server.send(message("ann@one.test", "z@dead.test", "dead-too"), "ann@one.test", "z@dead.test")
        until(lambda: [row["attempts"] for row in cli.json("queue", "list")] == [1, 1, 1], 20)
        # What failed for a destination waits with it: the second message for the dead server is tried when asked for.
        for row in cli.json("queue", "list"):
            if row["attempts"] == 0:
                cli("queue", "retry", row["id"])
        until(lambda: [row["attempts"] for row in cli.json("queue", "list")] == [1, 1, 1], 20)
        ids = listing(tally, cli)
        one(tally, cli, ids)
        trace(tally, cli, ids)
        if filter_process:
            incoming(tally, cli, server)
        change(tally, cli, server, busy, ids)
        remove(tally, cli, ids)
        zones(tally, cli, right)
        without_daemon(tally, cli, server, ids)
    tally.close()


if __name__ == "__main__":
    main()
