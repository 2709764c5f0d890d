"""A running demo for the conformance scripts: real process, real ports, its own folder. Standard library only."""
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("MARTLET_SHARED", ROOT.parent / "shared"))
PASSWORD = "secret"


def program():
    """$MARTLET_PROGRAM, else the release build if there is one, else the debug build."""
    if given := os.environ.get("MARTLET_PROGRAM"):
        return Path(given)
    for build in ("release", "debug"):
        path = ROOT / ".build" / build / "martlet"
        if path.exists():
            return path
    raise SystemExit("no martlet in .build: run make first")


def needs_shared(*parts):
    path = SHARED.joinpath(*parts)
    if not path.exists():
        print(f"skipped: {'/'.join(parts)} of ../shared is not here")
        raise SystemExit(0)
    return path


def free_base():
    """A port base whose ports are free now."""
    for _ in range(100):
        base = random.randrange(21, 60) * 1000
        try:
            for port in (25, 587, 465, 143, 993, 443, 90):
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", base + port))
            return base
        except OSError:
            continue
    raise SystemExit("no free ports")


class Demo:
    def __init__(self, folder, base, users=20, wrapper=(), options=()):
        self.folder, self.base, self.users, self.wrapper, self.options = Path(folder), base, users, list(wrapper), list(options)
        self.process = None

    def start(self):
        self.log = open(self.folder.with_suffix(".log"), "ab")
        self.process = subprocess.Popen(
            [*self.wrapper, str(program()), "demo", "--dir", str(self.folder), "--port-base", str(self.base), "--password", PASSWORD, "--users", str(self.users), *self.options],
            stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SystemExit(f"martlet ended with {self.process.returncode}:\n" + self.folder.with_suffix(".log").read_text(errors="replace")[-2000:])
            with contextlib.suppress(OSError):
                if urllib.request.urlopen(f"http://127.0.0.1:{self.base + 90}/readyz", timeout=2).status == 200:
                    return self
            time.sleep(0.05)
        raise SystemExit("martlet is not ready after 60 s")

    def port(self, standard):
        return self.base + standard

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            os.kill(int((self.folder / "martlet.pid").read_text()), how)  # not the wrapper, if there is one
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise SystemExit("martlet did not stop within 20 s of SIGTERM")
            if how == signal.SIGTERM and self.process.returncode != 0:
                raise SystemExit(f"martlet was asked to stop and ended with {self.process.returncode}")
        elif self.process and self.process.returncode != 0 and how == signal.SIGTERM:
            raise SystemExit(f"martlet ended by itself with {self.process.returncode}")

    @property
    def eas(self):
        return f"https://127.0.0.1:{self.port(443)}/Microsoft-Server-ActiveSync"

    def martlet(self, *words, **options):
        """What the command says and how it ends."""
        return subprocess.run([str(program()), *words, "--config", self.folder / "martlet.toml"], capture_output=True, text=True, **options)

    def targets(self, path, user):
        """Writes the file by which the programs of ../shared/bench find this server."""
        path.write_text(json.dumps({"martlet": {
            "eas": self.eas, "imap": f"127.0.0.1:{self.port(143)}", "smtp": f"127.0.0.1:{self.port(25)}", "user": user, "password": PASSWORD,
            "users": "u{}@demo.test", "nusers": self.users, "domain": "demo.test", "pidfile": str(self.folder / "martlet.pid")}}))
        return path


@contextlib.contextmanager
def demo(users=20, wrapper=(), options=()):
    folder = Path(tempfile.mkdtemp(prefix="martlet-test."))
    running = Demo(folder / "demo", free_base(), users, wrapper, options)
    try:
        yield running.start()
    finally:
        running.stop()
        if not os.environ.get("MARTLET_KEEP"):
            shutil.rmtree(folder, ignore_errors=True)


def phone_room():
    """The EAS client of ../shared/bench, importable."""
    sys.path.insert(0, str(needs_shared("bench")))


class Tally:
    """Counts what held; the last line is 'N passed, N failed'."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, fine, what):
        print(("ok      " if fine else "FAILED  ") + what, flush=True)
        if fine:
            self.passed += 1
        else:
            self.failed += 1

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed")
        raise SystemExit(1 if self.failed else 0)


@contextlib.contextmanager
def folder_of(tally, folder, ends):
    """Around a test in a folder of its own: an exception counts and shows the ends of the servers' logs; each of `ends`, a list that may grow
    meanwhile, is called; the folder stays when something failed or MARTLET_KEEP is set."""
    try:
        yield
    except (Exception, SystemExit):
        tally.check(False, traceback.format_exc())
        for log in sorted(folder.glob("**/*.test/log")):
            print(f"--- the end of {log.parent.name}'s log", *log.read_text(errors="replace").splitlines()[-8:], sep="\n")
    finally:
        for end in ends:
            with contextlib.suppress(Exception):
                end()
        if tally.failed or os.environ.get("MARTLET_KEEP"):
            print(f"everything is kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
