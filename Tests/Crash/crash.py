"""Rounds of SIGKILL under concurrent SMTP, APPEND, STORE, MOVE, EXPUNGE and ActiveSync; black box, over real sockets. (threat C1)

Each round: clients work on a running demo; after 1 to 500 ms the process is killed; it starts again on the same directory; every acknowledged change must be
visible by IMAP and on the phone, nothing twice, nothing half; the store must be sound. The server that was just verified takes the next round's load.
"""
import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

import phone
from demo import Demo, free_base, program
from ledger import Ledger, Message, generator
from workers import WORKERS, log_in, look

FOLDERS = {"u1": ["INBOX"], "u2": ["INBOX"], "u3": ["INBOX"], "u5": ["INBOX", "Sent"], "u6": ["Append", "Marks"], "u7": ["A", "B"], "u8": ["Bin"]}
ALWAYS_WHOLE = {"u7", "u8"}  # messages move here, so the newest are not enough
MARKED, MOVED = 30, 20
EVERY_FULL = 25  # rounds after which everything is looked at again, and the store checked in depth


class Crash:
    def __init__(self, arguments):
        self.seed, self.keep, self.rounds = arguments.seed, arguments.keep, arguments.rounds
        self.folder = Path(tempfile.mkdtemp(prefix="martlet-crash."))
        self.demo = Demo(self.folder / "demo", free_base(), users=8)
        self.ledger, self.handset = Ledger(), None
        self.highest, self.validity = {}, {}
        self.wrong_rounds, self.slowest, self.problems = 0, 0.0, []

    def main(self):
        self.demo.start()
        self.furnish()
        try:
            for round_ in range(1, self.rounds + 1):
                self.round(round_)
        finally:
            self.demo.stop()
            if self.problems or self.keep:
                print(f"crash: everything is kept in {self.folder}")
            else:
                shutil.rmtree(self.folder, ignore_errors=True)

    def furnish(self):
        """Folders and messages that are there from the beginning."""
        for user, folder, count in (("u6", "Append", 0), ("u6", "Marks", MARKED), ("u7", "A", MOVED), ("u7", "B", 0), ("u8", "Bin", 0)):
            imap = log_in(self.demo.base, user)
            imap.create(folder)
            for number in range(count):
                message = Message(f"c-0-{folder}-{number}", 500)
                kind, words = imap.append(folder, None, None, message.octets)
                assert kind == "OK", words
                self.ledger.expect(user, message.token, {folder}, {frozenset()})
            imap.logout()
        if phone.is_there():
            self.handset = phone.Handset(self.demo, "u5")
        else:
            print("crash: ../shared/bench is not here: no phone under the load")

    # ------------------------------------------------------------- a round

    def round(self, number):
        workers = [make(name, self.demo, self.ledger, self.seed, number) for name, make in WORKERS.items()]
        if self.handset:
            workers.append(phone.Thumb(self.handset, self.demo, self.ledger, self.seed, number))
        for worker in workers:
            worker.prepare()
            worker.start()
        pause = generator(self.seed, number).uniform(0.001, 0.5)
        before = self.ledger.acknowledged
        for worker in workers:
            worker.start_gun.set()
        time.sleep(pause)
        self.kill()
        for worker in workers:
            worker.enough.set()
            worker.join(30)
        problems = [problem for worker in workers for problem in worker.problems]
        problems += [f"{worker.name} hangs" for worker in workers if worker.is_alive()]
        began = time.monotonic()
        self.demo.start()
        ready = time.monotonic() - began
        self.slowest = max(self.slowest, ready)
        try:
            problems += self.verify(whole=number % EVERY_FULL == 0 or number == self.rounds)
        except Exception:  # a round that cannot be verified has failed; the next may tell more
            problems.append(traceback.format_exc())
        print(f"round {number}: killed after {pause * 1000:.0f} ms, {self.ledger.acknowledged - before} acknowledged, ready in {ready:.2f} s"
              + ("" if not problems else f", {len(problems)} WRONG"), flush=True)
        for problem in problems[:20]:
            print(f"  {problem}", flush=True)
        self.wrong_rounds += bool(problems)
        self.problems += problems

    def kill(self):
        self.demo.process.send_signal(signal.SIGKILL)
        self.demo.process.wait()

    # ------------------------------------------------------------ verifying

    def verify(self, whole):
        depth = "--everything" if whole else "--quick"
        check = subprocess.run([program(), "store", "check", depth, "--config", self.demo.folder / "martlet.toml"], capture_output=True, text=True, timeout=120)
        if check.returncode != 0:
            yield f"store check ends with {check.returncode}: {check.stdout[:2000]}{check.stderr[:500]}"
        for user, folders in FOLDERS.items():
            imap = log_in(self.demo.base, user)
            found, everything = {}, whole or user in ALWAYS_WHOLE
            for folder in folders:
                all_of_it = everything or folder == "Marks"
                after = 0 if all_of_it else self.highest.get((user, folder), 0)
                messages, highest, validity = look(imap, folder, after, bodies=not all_of_it or whole)
                self.highest[user, folder] = max(highest, self.highest.get((user, folder), 0))
                if self.validity.setdefault((user, folder), validity) != validity:
                    yield f"{user}: UIDVALIDITY of {folder} was {self.validity[user, folder]}, is {validity}"
                for token, copies in messages.items():
                    found[folder, token] = copies
            yield from self.ledger.settle(user, found, set(folders), everything)
            imap.logout()
        yield from self.ledger.settle_groups()
        self.ledger.forget_absent()
        if self.handset:
            yield from self.handset.catch_up()
            imap = log_in(self.demo.base, self.handset.user)
            yield from self.handset.compare({token: copies[0][0] for token, copies in look(imap, "INBOX", 0, bodies=False)[0].items()})
            imap.logout()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    parser.add_argument("--keep", action="store_true", help="keep the directory of the demo")
    arguments = parser.parse_args()
    print(f"crash: {arguments.rounds} rounds, seed {arguments.seed}, {program()}")
    random.seed(arguments.seed)
    began = time.monotonic()
    crash = Crash(arguments)
    crash.main()
    print(", ".join(f"{kind} {count}" for kind, count in crash.ledger.kinds.most_common()))
    print(f"{crash.ledger.acknowledged} changes acknowledged in {arguments.rounds} rounds of {time.monotonic() - began:.0f} s; "
          f"slowest restart {crash.slowest:.2f} s; {len(crash.problems)} things wrong")
    print(f"{arguments.rounds - crash.wrong_rounds} passed, {crash.wrong_rounds} failed")
    sys.exit(1 if crash.problems else 0)
