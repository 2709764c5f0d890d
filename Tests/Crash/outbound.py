"""Rounds of SIGKILL in the delivering process: what was acknowledged reaches the next server, and what reaches it twice is counted. (threat C6)

A sink takes mail and counts it by its token; clients submit as fast as they can; the process is killed after 1 to 500 ms and started again on the same
store. At the end the queue runs empty: every acknowledged message must have come to the sink, and after no kill more than one may have come again.
"""
import argparse
import asyncio
import base64
import collections
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from demo import free_base, program

PASSWORD = "open sesame"


class Sink:
    """A server that takes everything, on one thread of its own. What counts is which life of the sender an accepted message came from: a connection
    belongs to the life in which it was opened. `slow`: seconds before each answer. `cuts`: of so many messages one is cut off in the middle."""

    def __init__(self, slow=0.0, cuts=0):
        self.slow, self.cuts, self.life, self.ended = slow, cuts, 0, 0
        self.seen, self.lock = {}, threading.Lock()
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        threading.Thread(target=self.serve, args=(started,), daemon=True).start()
        started.wait()

    def serve(self, started):
        asyncio.set_event_loop(self.loop)

        async def listen():
            self.server = await asyncio.start_server(self.talk, "127.0.0.1", 0, backlog=200, limit=1 << 20)
            self.port = self.server.sockets[0].getsockname()[1]
        self.loop.run_until_complete(listen())
        started.set()
        self.loop.run_forever()

    async def talk(self, reader, writer):
        life = self.life
        try:
            await self.answer(writer, b"220 sink ESMTP")
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"EHLO":
                    await self.answer(writer, b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME")
                elif verb == b"DATA":
                    await self.answer(writer, b"354 go")
                    data = await reader.readuntil(b"\r\n.\r\n")
                    self.ended += 1
                    if self.cuts and self.ended % self.cuts == 0:
                        return
                    self.take(data, life)
                    await self.answer(writer, b"250 taken")
                elif verb == b"QUIT":
                    return await self.answer(writer, b"221 bye")
                else:
                    await self.answer(writer, b"250 ok")
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def answer(self, writer, text):
        if self.slow:
            await asyncio.sleep(self.slow)
        writer.write(text + b"\r\n")
        await writer.drain()

    def take(self, data, life):
        if found := re.search(rb"token-(\d+-\d+-\d+)", data):
            with self.lock:
                self.seen.setdefault(found[1].decode(), []).append(life)

    def doubles(self):
        """How many messages came again after each life: what its end left in doubt. Those that one life sent twice stand under -1."""
        counts = collections.Counter()
        with self.lock:
            for lives in self.seen.values():
                for earlier, later in zip(lives, lives[1:]):
                    counts[earlier if earlier != later else -1] += 1
        return counts


class House:
    def __init__(self, folder, sink, concurrency):
        self.folder, self.port, self.process = Path(folder), free_base() + 587, None
        self.config = self.folder / "martlet.toml"
        self.config.write_text(f"""
hostname = "mx.demo.test"
[store]
path = "{self.folder / 'store'}"
[listen]
submission = ["127.0.0.1:{self.port}"]
[login]
plaintext_from = ["127.0.0.0/8"]
password_cost = 10
[outbound]
smarthost = "127.0.0.1:{sink.port}"
retry = ["1s"]
{f"concurrency = {concurrency}" if concurrency else ""}
""")
        (self.folder / "store").mkdir(mode=0o700)
        self.run("domain", "add", "demo.test")
        self.run("user", "add", "ann@demo.test", "--password-stdin", text=PASSWORD + "\n")

    def run(self, *words, text=""):
        done = subprocess.run([program(), *words, "--config", self.config], input=text, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise SystemExit(f"martlet {' '.join(words)}: {done.stderr}")
        return done.stdout

    def start(self):
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen([program(), "serve", "--config", self.config], stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SystemExit((self.folder / "log").read_text(errors="replace")[-2000:])
            try:
                socket.create_connection(("127.0.0.1", self.port), 2).close()
                return
            except OSError:
                time.sleep(0.02)
        raise SystemExit("martlet is not ready after 60 s")

    def stop(self, how):
        self.process.send_signal(how)
        self.process.wait(30)


class Sender(threading.Thread):
    """Submits one message after the other until the line breaks; remembers what was acknowledged."""

    def __init__(self, port, round_, number, acknowledged):
        super().__init__(daemon=True)
        self.port, self.round, self.number, self.acknowledged = port, round_, number, acknowledged

    def run(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 10) as line:
                stream = line.makefile("rwb")
                self.answer(stream)
                login = base64.b64encode(f"\0ann@demo.test\0{PASSWORD}".encode()).decode()
                for command in ("EHLO client", f"AUTH PLAIN {login}"):
                    self.say(stream, command)
                for count in range(100_000):
                    token = f"{self.round}-{self.number}-{count}"
                    self.say(stream, "MAIL FROM:<ann@demo.test>")
                    self.say(stream, f"RCPT TO:<x{count % 7}@far{self.number}.example>")
                    self.say(stream, "DATA")
                    self.say(stream, f"From: ann@demo.test\r\nSubject: token-{token}\r\n\r\n{'x' * 500}\r\n.")
                    self.acknowledged.append(token)
        except (OSError, EOFError):
            pass

    @staticmethod
    def answer(stream):
        while True:
            line = stream.readline()
            if not line:
                raise EOFError
            if line[3:4] != b"-":
                if line[:1] not in b"23":
                    raise SystemExit(line.decode())
                return

    def say(self, stream, text):
        stream.write(text.encode() + b"\r\n")
        stream.flush()
        self.answer(stream)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outbound", action="store_true")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--concurrency", type=int, default=0, help="other than the default")
    parser.add_argument("--senders", type=int, default=4)
    parser.add_argument("--slow", type=float, default=0, metavar="MS", help="the next server answers so much later: then one message for each connection is in doubt")
    parser.add_argument("--cut", type=int, default=0, metavar="N", help="the next server cuts every Nth message off at its end")
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


def main():
    arguments = parse()
    chance = random.Random(arguments.seed)
    folder = tempfile.mkdtemp(prefix="martlet-crash-outbound.")
    sink = Sink(arguments.slow / 1000, arguments.cut)
    house = House(folder, sink, arguments.concurrency)
    # A server that answers late gives everybody's place in the queue away, but for one on each connection. (docs/decisions/0113)
    bound = (arguments.concurrency or 20) if arguments.slow >= 10 else 1
    acknowledged, began = [], time.monotonic()
    for round_ in range(1, arguments.rounds + 1):
        sink.life = round_
        house.start()
        senders = [Sender(house.port, round_, number, acknowledged) for number in range(arguments.senders)]
        for sender in senders:
            sender.start()
        time.sleep(chance.uniform(0.001, 0.5) + 0.2)
        house.stop(signal.SIGKILL)
        for sender in senders:
            sender.join(10)
        if round_ % 50 == 0:
            print(f"{time.strftime('%H:%M:%S')} {round_} kills, {len(acknowledged)} acknowledged, {len(sink.seen)} arrived, after kills twice: "
                  f"{sum(sink.doubles().values())}, most {max(sink.doubles().values(), default=0)}", flush=True)
    sink.life = arguments.rounds + 1
    house.start()
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and set(acknowledged) - set(sink.seen):
        time.sleep(0.2)
    while time.monotonic() < deadline and house.run("queue", "list", "--quiet").strip():
        time.sleep(0.2)
    lost = sorted(set(acknowledged) - set(sink.seen))
    doubles = sink.doubles()
    left = house.run("queue", "list", "--quiet").split()
    house.stop(signal.SIGTERM)
    sound = house.run("store", "check", "--everything")
    print(f"crash outbound: {arguments.rounds} kills, seed {arguments.seed}, concurrency {arguments.concurrency or 'default'}: {len(acknowledged)} acknowledged, "
          f"{len(sink.seen)} arrived, {len(lost)} lost, {sum(doubles.values())} doubled (at most {max(doubles.values(), default=0)} after one kill, {bound} allowed), "
          f"{len(left)} left; {time.monotonic() - began:.0f} s; {sound.strip()}")
    if lost or left or doubles[-1] or max(doubles.values(), default=0) > bound:
        print(f"kept in {folder}: lost {lost[:20]}, sent twice without a kill {doubles[-1]}, after each kill {dict(doubles)}")
        raise SystemExit(1)
    if not arguments.keep:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
