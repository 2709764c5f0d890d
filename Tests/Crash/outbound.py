"""Rounds of SIGKILL in the delivering process: what was acknowledged reaches the next server, and what reaches it twice is counted. (threat C6)

A sink takes mail and counts it by its token; clients submit as fast as they can; the process is killed after 1 to 500 ms and started again on the same
store. At the end the queue runs empty: every acknowledged message must have come to the sink.
"""
import argparse
import base64
import os
import random
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from demo import free_base, program

PASSWORD = "open sesame"


class Sink(socketserver.ThreadingTCPServer):
    """A server that takes everything; its answer to the end of a message is what counts."""
    allow_reuse_address = daemon_threads = True
    request_queue_size = 200

    def __init__(self):
        super().__init__(("127.0.0.1", 0), SinkTalk)
        self.seen, self.lock = {}, threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def take(self, data):
        for token in re.findall(rb"token-(\d+-\d+-\d+)", data)[:1]:
            with self.lock:
                self.seen[token.decode()] = self.seen.get(token.decode(), 0) + 1

    def doubles(self):
        with self.lock:
            return sum(count - 1 for count in self.seen.values())


class SinkTalk(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            self.talk()
        except (ConnectionError, OSError):
            pass

    def talk(self):
        self.wfile.write(b"220 sink ESMTP\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                self.wfile.write(b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
            elif verb == b"DATA":
                self.wfile.write(b"354 go\r\n")
                data = b""
                while not data.endswith(b"\r\n.\r\n"):
                    piece = self.rfile.readline()
                    if not piece:
                        return
                    data += piece
                self.server.take(data)
                self.wfile.write(b"250 taken\r\n")
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


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
smarthost = "127.0.0.1:{sink.server_address[1]}"
retry = ["1s"]
concurrency = {concurrency}
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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--outbound", action="store_true")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--concurrency", type=int, default=20)
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    folder = tempfile.mkdtemp(prefix="martlet-crash-outbound.")
    sink = Sink()
    house = House(folder, sink, arguments.concurrency)
    acknowledged, worst, before = [], 0, 0
    for round_ in range(1, arguments.rounds + 1):
        house.start()
        senders = [Sender(house.port, round_, number, acknowledged) for number in range(4)]
        for sender in senders:
            sender.start()
        time.sleep(chance.uniform(0.001, 0.5) + 0.2)
        house.stop(signal.SIGKILL)
        for sender in senders:
            sender.join(10)
        now = sink.doubles()
        worst, before = max(worst, now - before), now
    house.start()
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and set(acknowledged) - set(sink.seen):
        time.sleep(0.2)
    while time.monotonic() < deadline and house.run("queue", "list", "--quiet").strip():
        time.sleep(0.2)
    lost = sorted(set(acknowledged) - set(sink.seen))
    doubles = sink.doubles()
    left = house.run("queue", "list", "--quiet").split()
    house.stop(signal.SIGTERM)
    sound = house.run("store", "check", "--everything")
    print(f"crash outbound: {arguments.rounds} kills, seed {arguments.seed}, concurrency {arguments.concurrency}: {len(acknowledged)} acknowledged, "
          f"{len(sink.seen)} arrived, {len(lost)} lost, {doubles} doubled (at most {max(worst, doubles - before)} seen after one kill), {len(left)} left; {sound.strip()}")
    if lost or left or doubles > arguments.rounds:
        print(f"kept in {folder}: {lost[:20]}")
        raise SystemExit(1)
    if not arguments.keep:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
