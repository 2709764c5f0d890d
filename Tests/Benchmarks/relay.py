"""Acceptance by SMTP and relaying through the queue to smtp-sink: Martlet beside Postfix, with Postfix's own smtp-source as the sender. Used by scripts/bench."""
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from peers import PostfixInstance

SINK, POSTFIX = 26925, 26926


class Sink:
    """Debian's smtp-sink, counting what it takes."""

    def __init__(self, backlog=1_000):
        self.backlog = backlog

    def __enter__(self):
        self.count = 0
        self.process = subprocess.Popen(["smtp-sink", "-c", "-m", "100000", "-u", "nobody", f"127.0.0.1:{SINK}", str(self.backlog)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        threading.Thread(target=self.read, daemon=True).start()
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", SINK), 1):
                return self
            time.sleep(0.05)
        raise SystemExit("smtp-sink does not come up")

    def read(self):
        rest = b""
        while part := os.read(self.process.stdout.fileno(), 4096):
            rest = (rest + part)[-64:]
            if numbers := re.findall(rb"(\d+)\s", rest):
                self.count = int(numbers[-1])

    def wait(self, count, seconds):
        end = time.monotonic() + seconds
        while self.count < count and time.monotonic() < end:
            time.sleep(0.005)
        return self.count >= count

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


@contextlib.contextmanager
def postfix(more=""):
    """One that takes mail from this machine for anybody and hands all of it to the sink; its queue is synced as Debian ships it. MORE: settings."""
    folder = Path(tempfile.mkdtemp(prefix="martlet-relay."))
    folder.chmod(0o755)
    instance = PostfixInstance(folder, f"127.0.0.1:{POSTFIX}", f"""inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = anchor.test
mydestination =
alias_maps =
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{SINK}
smtpd_client_connection_count_limit = 0
message_size_limit = 52428800
default_process_limit = 120
{more}""")
    instance.start()
    try:
        yield POSTFIX
    finally:
        instance.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def martlet(program, work, base, routes=(), more=()):
    """A demo whose address out@demo.test leads to the sink: each message goes through the queue. `more`: other addresses and where they lead."""
    folder = work / "demo"
    furnish = [program, "demo", "--dir", folder, "--port-base", str(base), "--password", "secret", "--users", "2"]
    log = open(work / "martlet.log", "w")

    def start(command):
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        for _ in range(300):
            if process.poll() is not None:
                raise SystemExit(f"martlet ended: see {log.name}")
            if subprocess.run(["curl", "-sf", f"http://127.0.0.1:{base + 90}/readyz"], capture_output=True).returncode == 0:
                return process
            time.sleep(0.1)
        raise SystemExit("martlet does not come up")

    def stop(process):
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    process = start(furnish)
    for address, target in (("out@demo.test", "x@sink.test"), *more):
        subprocess.run([program, "address", "add", address, "--to", target, "--config", folder / "martlet.toml"], check=True, stdout=subprocess.DEVNULL)
    stop(process)
    config = folder / "martlet.toml"
    text = re.sub(r"(?ms)^\[(outbound|judging)\].*?(?=^\[|\Z)", "", config.read_text())
    config.write_text(text + f'\n[outbound]\nsmarthost = "127.0.0.1:{SINK}"\nroutes = {json.dumps(list(routes))}\n\n[judging]\nmode = "off"\n')
    # The demo writes its settings anew at each start.
    process = start([program, "serve", "--config", config])
    try:
        yield base + 25, process.pid
    finally:
        stop(process)


def source(port, recipient, sessions, count, size, sender=""):
    """Seconds until all of them are accepted. Mail of the null sender is signed by neither; what bears a sender Martlet signs for the domain that forwards."""
    began = time.monotonic()
    subprocess.run(["smtp-source", "-d", "-s", str(sessions), "-m", str(count), "-l", str(size), "-f", sender, "-t", recipient, f"127.0.0.1:{port}"],
                   check=True, stdout=subprocess.DEVNULL, timeout=600)
    return time.monotonic() - began


def measure(port, recipient, quick):
    """{what: per second}"""
    figures = {}
    for size, count, sender in ((4_096, 2_000, ""), (102_400, 400, ""), (4_096, 2_000, "bench@anchor.test")):
        for sessions in (20,) if sender else (1, 20, 100):
            number = count // (10 if quick else 1) // (4 if sessions == 1 else 1)
            with Sink() as sink:
                began = time.monotonic()
                accepted = source(port, recipient, sessions, number, size, sender)
                whole = sink.wait(number, 300)
                relayed = time.monotonic() - began
            label = f"{size // 1024} KB, {sessions} sender{'s' if sessions > 1 else ''}" + (", signed (RSA and Ed25519)" if sender else "")
            figures[f"accepted: {label}"] = number / accepted
            figures[f"relayed to smtp-sink: {label}"] = number / relayed if whole else 0
    return figures


def table(program, work, base, quick):
    with postfix() as port:
        theirs = measure(port, "x@sink.test", quick)
    with martlet(program, work, base) as (port, _):
        ours = measure(port, "out@demo.test", quick)
    rows = [["what", "unit", "Postfix", "Martlet", "Martlet is", "goal"]]
    for what, figure in theirs.items():
        goal = "5 x" if what.startswith("accepted") else "3 x"
        rows.append([what, "messages/s", f"{figure:,.0f}", f"{ours[what]:,.0f}", f"{ours[what] / figure:.2f} x" if figure else "", goal])
    return rows
