#!/usr/bin/env python3
"""Devices under control on a real server: policies, wipes, rules for new devices, app passwords, departing users, and the command line that steers them.
(threats T33, T34, T35)
  .venv/bin/python Tests/Conformance/devices.py
"""
import base64
import contextlib
import imaplib
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from demo import PASSWORD, SHARED, Tally, demo, phone_room, program

phone_room()
from eas import requests  # noqa: E402
from eas.phone import VERSIONS, Phone  # noqa: E402
from eas.replica import INBOX  # noqa: E402

POLICY = """
[eas]
access_rules = ["type:Stranger = quarantine", "type:Enemy = block"]
full_wipe = true

[eas.policy]
device_password_enabled = true
min_device_password_length = 6
allow_camera = false
approved_application_list = ["qUqP5cyxm6YcTAhz05Hph5gvu9M="]
"""
LIST_KEYS = {"user", "device", "type", "state", "version", "agent", "name", "first", "last", "id", "ceiling", "exempt", "provisioned", "wipe"}
tally = Tally()
phones = []
check = tally.check


def run(server, *words, code=0, stdin=""):
    done = subprocess.run([program(), *words, "--config", server.folder / "served.toml"], capture_output=True, text=True, timeout=60, input=stdin)
    check(done.returncode == code, f"martlet {' '.join(words)}: {done.returncode} {done.stderr.strip()[:200]}")
    return done.stdout


def told(server, *words):
    text = run(server, *words, "--json")
    return json.loads(text) if text else None


def restart(server, more=None):
    """The demo's store under the settings of the demo and `more`: the demo itself writes its settings at each start."""
    for each in phones:
        each.close()
    server.stop()
    file = server.folder / "served.toml"
    if more is not None:
        # The demo's own words about devices give way.
        file.write_text(re.sub(r"(?m)^\[eas.*\]\n(?:[^\[\n].*\n|\n)*", "", (server.folder / "martlet.toml").read_text()) + more)
    server.process = subprocess.Popen([program(), "serve", "--config", file], stdin=subprocess.DEVNULL, stdout=server.log, stderr=server.log)
    (server.folder / "martlet.pid").write_text(str(server.process.pid))
    for _ in range(600):
        with contextlib.suppress(OSError):
            if urllib.request.urlopen(f"http://127.0.0.1:{server.port(90)}/readyz", timeout=2).status == 200:
                return
        time.sleep(0.05)
    raise SystemExit("martlet is not ready after 30 s")


def phone(server, user="u1@demo.test", password=PASSWORD, **more):
    phones.append(Phone(server.eas, user, password, version="14.1", **more))
    return phones[-1]


def status(answer):
    return answer.command_status() if answer.status == 200 else f"HTTP {answer.status}"


def folders(phone):
    return status(phone.folder_sync("0"))


def policies(server):
    """MS-ASPROV_R209 MS-ASPROV_R601 MS-ASPROV_R234 MS-ASPROV_R199 MS-ASPROV_R509 MS-ASPROV_R537 MS-ASPROV_R657"""
    one, two = phone(server), phone(server)
    check(one.provision() is None and folders(one) == "1", "without a policy: Policy Status 2, and no key is asked for")
    restart(server, POLICY)
    check(folders(one) == "142", "a policy appears: every device provisions again")
    data = one.provision()
    document = data.find("EASProvisionDoc")
    found = {each.tag: each for each in document.children}
    check(set(found) == {"DevicePasswordEnabled", "MinDevicePasswordLength", "AllowCamera", "ApprovedApplicationList"}, "only what is set is sent")
    check(found["ApprovedApplicationList"].get("Hash") == "qUqP5cyxm6YcTAhz05Hph5gvu9M=", "lists are lists")
    check(folders(one) == "1", "the final key opens")
    two.who.policy_key = one.who.policy_key
    check(folders(two) == "142", "another device's key opens nothing")
    two.provision()
    one.who.policy_key, two.who.policy_key = two.who.policy_key, one.who.policy_key
    check(folders(one) == "144" and folders(two) == "144", "nor where both have one")
    one.who.policy_key, two.who.policy_key = two.who.policy_key, one.who.policy_key
    restart(server)
    check(folders(one) == "1", "keys live through a restart")
    bare = phone(server, device_type="WindowsOutlook15")
    check(folders(bare) == "142", "a device that cannot provision is kept out")
    run(server, "device", "exempt", "u1@demo.test", bare.who.device_id)
    check(folders(bare) == "1", "until it is exempt")
    return one


def bench(server):
    """The checks about provisioning that others have written, where a policy is in force. MS-ASCMD_R4954"""
    with tempfile.TemporaryDirectory() as folder:
        targets, result = server.targets(Path(folder) / "targets.json", "u4@demo.test"), Path(folder) / "result.json"
        for version in VERSIONS:
            subprocess.run([sys.executable, SHARED / "bench/easbench.py", "check", "-t", "martlet", "--targets", targets, "--version", version,
                            "--only", "provision.", "--json", result], timeout=120, stdout=subprocess.DEVNULL)
            for each in json.loads(result.read_text())["results"]:
                if each["check"].startswith("provision.") and each["verdict"] != "skipped":
                    check(each["verdict"] == "ok", f"{version} {each['check']}: {each.get('why', '')}")


def old_wipe(server):
    """Before 14.0 a wipe is asked for by a code of HTTP, and told to a phone that asks for its policy as ever."""
    one = Phone(server.eas, "u4@demo.test", PASSWORD, version="2.5")
    phones.append(one)
    one.provision()
    check(folders(one) == "1", "2.5, with its policy as text")
    run(server, "device", "wipe", "u4@demo.test", one.who.device_id, "--full", "--yes")
    check(folders(one) == "HTTP 449", "449")
    check(one.command("Provision", requests.provision_ask(2.5)).root.find("RemoteWipe") is not None, "told")
    check(status(one.command("Provision", requests.wipe_acknowledge(1))) == "1" and folders(one) == "HTTP 403", "done")


def access(server):
    stranger, enemy = phone(server, "u2@demo.test", device_type="Stranger"), phone(server, "u2@demo.test", device_type="Enemy")
    check(folders(stranger) == "HTTP 403" and folders(enemy) == "HTTP 403", "rules: quarantined and blocked devices get 403")
    check(stranger.provision() is not None, "in quarantine it may say what it is")
    imap = imaplib.IMAP4_SSL("127.0.0.1", server.port(993), ssl_context=ssl._create_unverified_context())
    imap.login("u2@demo.test", PASSWORD)
    count = int(imap.select("INBOX", readonly=True)[1][0])
    subjects = imap.fetch(f"{count - 1}:{count}", "(BODY[HEADER.FIELDS (SUBJECT)])")[1]
    check(sum(b"A new device" in part[1] for part in subjects if isinstance(part, tuple)) == 2, "one message for each tells the user")
    imap.logout()
    rows = {row["device"]: row for row in told(server, "device", "list", "u2@demo.test")}
    check(rows[stranger.who.device_id]["state"] == "quarantined" and rows[enemy.who.device_id]["state"] == "blocked", "device list says so")
    check(set(rows[enemy.who.device_id]) == LIST_KEYS, "the keys of device list --json")
    shown = told(server, "device", "show", "u2@demo.test", stranger.who.device_id)
    check(shown["model"] == "easbench" and shown["skipped"] == [], "device show tells the model")
    run(server, "device", "rename", "u2@demo.test", stranger.who.device_id, "--to", "Ann's phone")
    run(server, "device", "allow", "u2@demo.test", "Ann's phone")
    check(folders(stranger) == "1", "allowed by its name, it is let in")
    run(server, "device", "quarantine", "u2@demo.test", "Ann's phone")
    check(folders(stranger) == "HTTP 403", "and kept out again")
    run(server, "device", "allow", "u2@demo.test", "nobody", code=66)
    run(server, "device", "list", "nobody@demo.test", code=67)
    check(run(server, "device", "list", "u2@demo.test", "--quiet").split() == sorted(rows), "--quiet gives ids only")


def resync(server, one):
    inbox = one.default(INBOX).server_id
    one.sync_all(inbox)
    run(server, "device", "resync", "u1@demo.test", one.who.device_id)
    check(status(one.folder_sync()) == "9", "resync: the list of folders begins anew")
    check(one.sync(inbox).code == "3", "and so does each folder")
    check(folders(one) == "1", "and the device finds its way")


def wipes(server, one):
    """MS-ASPROV_R758 MS-ASPROV_R322 MS-ASPROV_R666 MS-ASPROV_R1041 MS-ASPROV_R1042"""
    device = one.who.device_id
    run(server, "device", "wipe", "u1@demo.test", device, code=64)
    run(server, "device", "wipe", "u1@demo.test", device, "--yes", code=77)
    check(folders(one) == "1", "an account wipe is never made a full one")
    run(server, "device", "wipe", "u1@demo.test", device, "--full", "--yes")
    check(folders(one) == "140", "a device to be wiped gets 140")
    run(server, "device", "allow", "u1@demo.test", device, code=77)
    run(server, "device", "wipe", "u1@demo.test", device, "--cancel")
    check(folders(one) == "1", "the order can be taken back")
    run(server, "device", "wipe", "u1@demo.test", device, "--full", "--yes")
    forged = one.command("Provision", requests.wipe_acknowledge(1))
    check(status(forged) == "2", "what was not told is not acknowledged")
    other = phone(server)
    other.provision()
    check(status(other.command("Provision", requests.wipe_acknowledge(1))) == "2" and folders(other) == "1", "nor by another device")
    answer = one.command("Provision", requests.provision_ask(14.1))
    check(status(answer) == "1" and answer.root.find("RemoteWipe") is not None, "it is told")
    failed = one.command("Provision", requests.wipe_acknowledge(2))
    check(status(failed) == "2" and failed.root.find("RemoteWipe") is not None and folders(one) == "140", "it may fail, and is told again")
    one.command("Provision", requests.provision_ask(14.1))
    check(status(one.command("Provision", requests.wipe_acknowledge(1))) == "1", "it is done")
    check(folders(one) == "HTTP 403", "a wiped device must be let in anew")
    events = [row["event"] for row in told(server, "device", "history", "u1@demo.test", device)]
    check(events == ["wipe.done", "wipe.told", "wipe.failed", "wipe.told", "wipe.asked", "wipe.cancelled", "wipe.asked", "resync"], f"history: {events}")
    run(server, "device", "remove", "u1@demo.test", device, "--yes")
    check(folders(one) == "142", "removed, it is a new device")
    check(len(told(server, "device", "history", "u1@demo.test", device)) == 9, "history outlives the device")


def app_passwords(server):
    password = told(server, "app-password", "create", "u3@demo.test", "--name", "phone")["password"]
    mine, thief = phone(server, "u3@demo.test", password), phone(server, "u3@demo.test", password)
    check(folders(mine) == "142" and folders(thief) == "HTTP 401", "an app password belongs to the first device that uses it")
    imap = imaplib.IMAP4_SSL("127.0.0.1", server.port(993), ssl_context=ssl._create_unverified_context())
    try:
        imap.login("u3@demo.test", password)
        check(False, "a phone's app password opens IMAP")
    except imaplib.IMAP4.error:
        check(True, "and is none for IMAP")
    imap.logout()
    check([row["device"] for row in told(server, "app-password", "list", "u3@demo.test")] == [mine.who.device_id], "app-password list names it")
    mine.provision()
    run(server, "user", "depart", "u3@demo.test", code=64)
    left = told(server, "user", "depart", "u3@demo.test", "--full", "--yes")
    check(left["wiped"] == [mine.who.device_id] and left["blocked"] == [], "a departing user's devices are to be wiped")
    check(mine.raw("OPTIONS").status == 403 and folders(mine) == "140", "the device's own password fetches the wipe, and nothing else")
    forger = phone(server, "u3@demo.test", PASSWORD, device_id=mine.who.device_id)
    check(folders(forger) == "HTTP 403", "another password fetches nothing")
    check(folders(phone(server, "u3@demo.test", PASSWORD)) == "HTTP 403", "nor another device")
    mine.command("Provision", requests.provision_ask(14.1))
    check(status(mine.command("Provision", requests.wipe_acknowledge(1))) == "1" and folders(mine) == "HTTP 401", "then its password is worthless")


def ceilings(server):
    """A device above its ceiling is told what there is, and goes on below it."""
    one = phone(server, "u4@demo.test")
    one.provision()
    run(server, "device", "ceiling", "u4@demo.test", one.who.device_id, "--version", "12.1")
    answer = one.folder_sync("0")
    check(status(answer) == "138" and answer.headers.get("x-ms-rp") == "2.5,12.0,12.1", "a device above its ceiling is sent to ask again")
    one.who.version = "12.1"
    check(folders(one) == "1", "with the key that it has it goes on below, without provisioning again")
    run(server, "device", "ceiling", "u4@demo.test", one.who.device_id, "--version", "17", code=65)
    run(server, "device", "ceiling", "u4@demo.test", one.who.device_id, "--version", "none")
    one.who.version = "16.1"
    check(folders(one) == "1", "and above again once it is lifted")
    return one


def account_wipe(server):
    """MS-ASPROV_R6901 MS-ASPROV_R6903 MS-ASPROV_R66605 MS-ASPROV_R66609 MS-ASPROV_R66610 MS-ASPROV_R66611"""
    one = Phone(server.eas, "u4@demo.test", PASSWORD, version="16.1")
    phones.append(one)
    one.provision()
    device = one.who.device_id
    check(folders(one) == "1", "16.1")
    run(server, "device", "wipe", "u4@demo.test", device, "--yes")
    check(folders(one) == "140", "an account wipe is asked for")
    told = one.command("Provision", requests.provision_ask(16.1))
    directive = told.root.find("AccountOnlyRemoteWipe")
    check(status(told) == "1" and directive is not None and not directive.children and told.root.find("RemoteWipe") is None, "it is told, and nothing more")
    check(status(one.command("Provision", requests.wipe_acknowledge(1))) == "1" and folders(one) == "140", "a full wipe was not asked for: the order is repeated")
    failed = one.command("Provision", requests.wipe_acknowledge(2, account_only=True))
    check(status(failed) == "2" and failed.root.find("AccountOnlyRemoteWipe") is not None, "it may fail")
    done = one.command("Provision", requests.wipe_acknowledge(1, account_only=True))
    check(status(done) == "1" and done.root.find("AccountOnlyRemoteWipe") is not None and folders(one) == "HTTP 403", "it is done")


def recording(server):
    one = phone(server, "u2@demo.test", device_type="iPhone")
    one.provision()
    device = one.who.device_id
    where = told(server, "device", "record", "u2@demo.test", device)
    one.folder_sync("0")
    one.sync_all(one.default(INBOX).server_id)
    one.folder_sync("12345")
    run(server, "device", "record", "u2@demo.test", device, "--stop")
    one.folder_sync()
    lines = [json.loads(line) for line in Path(where["file"]).read_text().splitlines()]
    check(len(lines) >= 4 and lines[0]["command"] == "FolderSync" and lines[-1]["command"] == "FolderSync", f"{len(lines)} exchanges are recorded, no more")
    text = Path(where["file"]).read_bytes() + b"".join(base64.b64decode(line["answer"] or "") for line in lines)
    check(not any(word in text for word in (b"A new device", b"u2@demo.test", b"postmaster", PASSWORD.encode())), "without what people wrote")
    check(Path(where["file"]).stat().st_mode & 0o77 == 0, "for nobody else to read")
    rows = json.loads(subprocess.run([program(), "device", "replay", where["file"], "--json"], capture_output=True, text=True, timeout=60).stdout)
    check(len(rows) == len(lines) and rows[0]["now"] == rows[0]["then"] == "200 1" and rows[-1]["now"] == rows[-1]["then"] == "200 9", f"replayed: {rows}")
    nowhere = str(server.folder / "nowhere")
    refused = subprocess.run([program(), "device", "replay", where["file"]], capture_output=True, text=True, timeout=60, env={**os.environ, "TMPDIR": nowhere})
    check(refused.returncode == 73 and nowhere in refused.stderr, f"a store is made to be thrown away where the system says, nowhere else: {refused.stderr.strip()}")


def main():
    with demo(users=4) as server:
        one = policies(server)
        bench(server)
        access(server)
        resync(server, one)
        wipes(server, one)
        ceilings(server)
        account_wipe(server)
        old_wipe(server)
        recording(server)
        app_passwords(server)
    tally.close()


if __name__ == "__main__":
    main()
