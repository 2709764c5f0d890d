#!/usr/bin/env python3
"""Every request that real devices were seen to send (../shared/eas/clients), played against a running server: on a device that knows its folders, with symbols
replaced by what the server gave. The code of HTTP must be the one described, the answer strict WBXML with the Status described, and never a 5xx.

recorded.py [--only ID] [--json FILE] [--verbose]: requests of calendar, contacts, tasks and notes are passed over until these classes are served (issue E)."""
import base64
import copy
import http.client
import imaplib
import importlib.util
import json
import re
import socket
import ssl
import sys
from email.message import EmailMessage

from demo import SHARED, Tally, demo, needs_shared, phone_room

phone_room()
CLIENTS = needs_shared("eas", "clients")
spec = importlib.util.spec_from_file_location("clients_check", CLIENTS / "check.py")
check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check)
from eas import wbxml  # noqa: E402

USER = "lena@example.org"
# One request sends it in ISO-8859-1.
SECRET = "Häfen"
# What is expected and stands in no form that a program can read: the statuses that may come, and why.
STATUSES = {}
# Roles of the standard mailbox by the number that the requests use; the others hold other classes than mail or are not there.
MAIL = {"3": "3", "4": "4", "5": "2", "6": "5", "12": "Projects"}
TYPES = {"3": "3", "4": "4", "5": "2", "6": "5"}
GROUPWARE = {"1", "2", "8", "9", "13", "14"}
WAITS = 1.5
NOT_SERVED = {"MeetingResponse"}
# After such a request the mailbox is made as it was.
CHANGES = re.compile(r"<Commands|<Move>|<MoveItems|<FolderCreate|<FolderDelete|<FolderUpdate|<EmptyFolderContents|<SendMail|<SmartReply|<SmartForward")


def message(number):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Otto Ruiz <otto.ruiz@example.net>", f"Lena Brandt <{USER}>", f"mail {number}"
    mail["Date"], mail["Message-ID"] = f"Tue, 3 Mar 2026 09:{number:02}:00 +0100", f"<plan-{number}@example.net>"
    mail.set_content(f"Text of mail {number}.\n")
    if number == 17:
        mail.add_alternative("<html><body><p>See the harbour plan.</p></body></html>", subtype="html")
        mail.add_attachment(b"%PDF-1.4 harbour", maintype="application", subtype="pdf", filename="harbour.pdf")
    raw = mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    head = raw[:raw.index(b"MIME-Version")] if b"MIME-Version" in raw else raw[:raw.index(b"Content-Type")]
    if number == 18:
        raw = head + (b"MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=b; micalg=sha-256; protocol=\"application/pkcs7-signature\"\r\n\r\n"
                      b"--b\r\nContent-Type: text/plain\r\n\r\nSigned.\r\n--b\r\nContent-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIB\r\n--b--\r\n")
    if number == 19:
        raw = head + (b"MIME-Version: 1.0\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\n"
                      b"BEGIN:VEVENT\r\nUID:boat-2026@example.net\r\nDTSTAMP:20260301T080000Z\r\nDTSTART:20260310T090000Z\r\nDTEND:20260310T100000Z\r\nSUMMARY:Boat\r\n"
                      b"ORGANIZER:mailto:otto.ruiz@example.net\r\nATTENDEE:mailto:lena@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    if number == 20:
        raw = head + b"\r\nBell \x07 and null-like \x01 characters.\r\n"
    return raw


def furnish(running):
    running.martlet("domain", "add", "example.org").check_returncode()
    running.martlet("user", "add", USER, "--password-stdin", input=SECRET + "\n").check_returncode()
    imap = imaplib.IMAP4("127.0.0.1", running.port(143))
    imap.authenticate("PLAIN", lambda _: f"\0{USER}\0{SECRET}".encode())
    imap.create("Projects")
    for number in range(1, 41):
        imap.append("INBOX", None, None, message(number))
    imap.append("Drafts", "(\\Draft)", None, message(41))
    running.martlet("store", "backup", running.folder.parent / "backup").check_returncode()
    return imap


class Device:
    """One device as the server knows it: folders by role, and a chain of keys for each folder."""

    def __init__(self, base, identifier, kind, version, imap):
        self.base, self.identifier, self.kind, self.version, self.imap = base, identifier, kind, version, imap
        self.tree, self.folders, self.items = None, {}, {}

    def post(self, command, root, version=None, timeout=20):
        query = f"Cmd={command}&User=lena&DeviceId={self.identifier}&DeviceType={self.kind}"
        return exchange(self.base, "POST", "/Microsoft-Server-ActiveSync", query,
                        {"MS-ASProtocolVersion": version or self.version, "Content-Type": "application/vnd.ms-sync.wbxml"}, wbxml.encode(root) if root else b"", timeout)

    def folder_sync(self, key="0"):
        element = wbxml.element
        answer = self.post("FolderSync", element("FolderHierarchy:FolderSync", element("FolderHierarchy:SyncKey", key)))
        root = wbxml.decode(answer.body)
        for each in root.walk():
            if each.name == "FolderHierarchy:Add":
                server, kind, name = (each.get(tag) for tag in ("ServerId", "Type", "DisplayName"))
                for number, wanted in TYPES.items():
                    if kind == wanted:
                        self.folders[number] = server
                if name == "Projects":
                    self.folders["12"] = server
        return root.get("SyncKey")

    def hierarchy(self, count):
        """The key of so many changes."""
        key = self.folder_sync()
        for number in range(1, min(count, 3)):
            self.imap.create(f"More-{self.identifier[-4:]}-{number}")
            key = self.folder_sync(key)
        return key

    def sync(self, folder, key):
        element = wbxml.element
        parts = [element("AirSync:SyncKey", key), element("AirSync:CollectionId", folder)]
        if float(self.version) < 12.1:
            parts.insert(0, element("AirSync:Class", "Email"))
        if key != "0":
            parts += [element("AirSync:GetChanges"), element("AirSync:WindowSize", "100")]
        answer = self.post("Sync", element("AirSync:Sync", element("AirSync:Collections", element("AirSync:Collection", *parts))))
        if not answer.body:
            return key
        for each in (root := wbxml.decode(answer.body)).walk():
            if each.name == "AirSync:Add" and (subject := each.get("ApplicationData/Email:Subject")):
                self.items[subject] = each.get("ServerId")
        return root.get("Collections/Collection/SyncKey")

    def keys(self, folder, count):
        """The first keys of a folder, made by Sync 0, the items, and changes of a mark."""
        keys = []
        key = "0"
        for number in range(count):
            if number >= 2:
                self.imap.select("INBOX" if folder == self.folders["5"] else "Projects")
                self.imap.store("1", "FLAGS" if number % 2 else "+FLAGS", "(\\Seen)" if number % 2 == 0 else "()")
            following = self.sync(folder, key)
            if following == key:
                break
            key = following
            keys.append(key)
        return keys


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body


def exchange(base, method, path, query, headers, body, timeout):
    """None: the server holds it."""
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection("127.0.0.1", base + 443, timeout=timeout, context=context)
    given = dict(headers)
    if "Authorization" not in given:
        given["Authorization"] = "Basic " + base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
    elif given["Authorization"] == "(none)":
        del given["Authorization"]
    try:
        connection.request(method, path + ("?" + query if query else ""), body=body, headers=given)
        reply = connection.getresponse()
        return Answer(reply.status, reply.headers, reply.read())
    except socket.timeout:
        return None
    finally:
        connection.close()


class Unknown(Exception):
    """Something that the request names is not there yet."""


def symbols(root):
    """How many keys of which folder, and of the hierarchy, a request needs."""
    needed, hierarchy = {}, 0
    for each in root.walk():
        if each.tag == "SyncKey" and (found := re.fullmatch(r"s(\w+)\.(\d+)", each.text)):
            needed[found[1]] = max(needed.get(found[1], 0), int(found[2]))
        if each.tag == "SyncKey" and (found := re.fullmatch(r"h\.(\d+)", each.text)):
            hierarchy = max(hierarchy, int(found[1]))
    return needed, hierarchy


def groupware(root):
    """A folder or item of another class than mail is asked for."""
    for each in root.walk():
        text = each.text
        if each.tag in ("CollectionId", "ServerId", "FolderId", "Id", "SrcFldId", "DstFldId", "SrcMsgId", "ItemId", "ParentId") and text.partition(":")[0] in GROUPWARE:
            return True
        if found := re.fullmatch(r"s(\w+)\.\d+", text):
            if found[1] in GROUPWARE:
                return True
        if each.tag == "Class" and text in ("Calendar", "Contacts", "Tasks", "Notes"):
            return True
    return False


def replaced(root, device, needed, hierarchy):
    """The request with the server's names for folders, items, keys and references."""
    if "5" in device.folders and "mail 17" not in device.items:
        device.keys(device.folders["5"], 2)
    chains = {folder: device.keys(device.folders[folder], min(count, 6)) for folder, count in needed.items() if folder in device.folders and count < 20}
    key = device.hierarchy(hierarchy) if 0 < hierarchy < 4 else "{9}999"

    def item(text):
        folder, _, number = text.partition(":")
        return device.items.get("mail 41" if folder == "3" else f"mail {number}", "99999999")

    def value(each):
        text = each.text
        if found := re.fullmatch(r"s(\w+)\.(\d+)", text):
            chain = chains.get(found[1], [])
            return chain[int(found[2]) - 1] if int(found[2]) <= len(chain) else chain[-1] if chain and int(found[2]) < 20 else "{ffff}77"
        if re.fullmatch(r"h\.\d+", text):
            return key
        if each.tag in ("CollectionId", "FolderId", "Id", "SrcFldId", "DstFldId", "ParentId", "ServerId") and text in device.folders:
            return device.folders[text]
        if re.fullmatch(r"\d+:\d+", text):
            return item(text)
        if found := re.fullmatch(r"att:(\d+:\d+):\d+", text):
            return attachment(device, item(found[1]))
        if found := re.fullmatch(r"long:(\d+:\d+)", text):
            return long_id(device, found[1].partition(":")[2])
        return None
    root = copy.deepcopy(root)
    for each in root.walk():
        if isinstance(each.value, str) and (new := value(each)) is not None:
            each.value = new
    return root


def attachment(device, server):
    element = wbxml.element
    root = element("ItemOperations:ItemOperations", element("ItemOperations:Fetch", element("ItemOperations:Store", "Mailbox"), element("AirSync:CollectionId", device.folders["5"]),
                   element("AirSync:ServerId", server)))
    answer = device.post("ItemOperations", root, version="14.1")
    for each in wbxml.decode(answer.body).walk():
        if each.tag == "FileReference":
            return each.text
    raise Unknown("no attachment")


def long_id(device, number):
    element = wbxml.element
    root = element("Search:Search", element("Search:Store", element("Search:Name", "Mailbox"), element("Search:Query", element("Search:And", element("AirSync:Class", "Email"),
                   element("AirSync:CollectionId", device.folders["5"]), element("Search:FreeText", f"mail {number}"))), element("Search:Options", element("Search:Range", "0-99"))))
    answer = device.post("Search", root, version="14.1")
    if answer.status != 200 or not answer.body:
        raise Unknown("no Search")
    for each in wbxml.decode(answer.body).walk():
        if each.tag == "Result" and each.get("Properties/Email:Subject") == f"mail {number}":
            return each.get("LongId")
    raise Unknown("not found by Search")


def statuses(root):
    return [each.text for each in root.walk() if each.tag == "Status"]


def expected_statuses(row):
    """The numbers that the description names; None where it names none or leaves a choice."""
    text = " ".join([row["answer"]["text"], *row["answer"]["must"]])
    if row["id"] in STATUSES:
        return STATUSES[row["id"]]
    if re.search(r"\b(or|else|ignored|if|unless|when)\b", text):
        return None
    found = set(re.findall(r"Status (\d+)", text))
    return found or None


def judge(row, answer):
    """What is wrong with an answer; '' for nothing."""
    may_wait = row["command"] in ("Ping",) or row["xml"] and re.search(r"<(HeartbeatInterval|Wait)[ >]", row["xml"])
    if answer is None:
        return "" if may_wait else "no answer"
    wanted = row["answer"]["http"]
    if answer.status >= 400 and re.search(rf"\b{answer.status}\b", row["answer"]["text"]):
        return ""
    # A wrong document is a Status from 14.0 on, and the code of HTTP before: either is an orderly refusal. (MS-ASCMD 2.2.2)
    orderly = wanted >= 400 and answer.status == 200 and answer.body and any(int(each) >= 2 for each in statuses(wbxml.decode(answer.body)) if each.isdigit())
    if answer.status != wanted and not orderly:
        return f"HTTP {answer.status}, described as {wanted}"
    if answer.status != 200 or not answer.body or "wbxml" not in (answer.headers.get("Content-Type") or ""):
        return ""
    root = wbxml.decode(answer.body)
    if (expected := expected_statuses(row)) and not orderly and not expected & set(statuses(root)):
        return f"Status {sorted(set(statuses(root)))}, described as {sorted(expected)}"
    return ""


def unpacked(query):
    """The octets of a base64 query; None for a plain one."""
    if not query or "=" in query.rstrip("=").replace("%3D", ""):
        return None
    text = re.sub("%2[BbFf]|%3[Dd]", lambda found: chr(int(found[0][1:], 16)), query).replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None


def kinds(query):
    if (raw := unpacked(query)) and len(raw) > 5 and len(raw) > 5 + raw[4]:
        name, rest = raw[5:5 + raw[4]], raw[5 + raw[4]:]
        kind = rest[1 + rest[0]:] if rest else b""
        identifier = name.decode("ascii", "replace") if name.isascii() and all(32 < each < 127 for each in name) else name.hex().upper()
        return identifier, kind[1:1 + kind[0]].decode("ascii", "replace") if kind else "Recorded"
    found = dict(part.partition("=")[::2] for part in (query or "").split("&"))
    return found.get("DeviceId") or "REC" + str(abs(hash(query)) % 10**9), found.get("DeviceType") or "Recorded"


def play(row, devices, base, imap):
    version = row["version"] if row["version"] != "-" else "14.1"
    body = (row["body"] or "").replace("\r\n", "\n").replace("\n", "\r\n").encode() if row.get("body") else b""
    query = row["query"]
    if row["xml"]:
        tree = check.tree(row["xml"])
        if groupware(tree):
            raise Unknown("calendar, contacts, tasks or notes")
        identifier, kind = kinds(query)
        device = devices.setdefault((identifier, version), Device(base, identifier, kind, version, imap))
        if not device.folders:
            device.folder_sync()
        needed, hierarchy = symbols(tree)
        body = bytes.fromhex(row["wbxml"]) if row["wire"] == "malformed" else wbxml.encode(replaced(tree, device, needed, hierarchy))
        if row["wire"] == "other" and not needed and not hierarchy and not re.search(r">\d+:\d+<|<(CollectionId|ServerId|FolderId|Id)[ >]", row["xml"]):
            body = bytes.fromhex(row["wbxml"])
    elif row["wbxml"]:
        body = bytes.fromhex(row["wbxml"])
    if query and (found := re.search(r"AttachmentName=att%3A(\d+)%3A(\d+)%3A\d+", query)):
        device = Device(base, *kinds(query), version, imap)
        device.folder_sync()
        device.keys(device.folders["5"], 2)
        query = query.replace(found[0], "AttachmentName=" + attachment(device, device.items[f"mail {found[2]}"]))
    if query and (found := re.search(r"ItemId=5:17&CollectionId=5", query)):
        device = Device(base, *kinds(query), version, imap)
        device.folder_sync()
        device.keys(device.folders["5"], 2)
        query = query.replace(found[0], f"ItemId={device.items['mail 17']}&CollectionId={device.folders['5']}")
    if (raw := unpacked(query)) and b"\x03\x045:17" in raw:
        device = Device(base, *kinds(query), version, imap)
        device.folder_sync()
        device.keys(device.folders["5"], 2)
        for tag, old, new in ((1, b"5", device.folders["5"]), (3, b"5:17", device.items["mail 17"])):
            raw = raw.replace(bytes([tag, len(old)]) + old, bytes([tag, len(new)]) + new.encode())
        query = base64.b64encode(raw).decode()
    return exchange(base, row["method"], row["path"], query, row["headers"] or {}, body, WAITS)


def main():
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
    rows = [json.loads(line) for line in (CLIENTS / "requests.jsonl").read_text(encoding="utf-8").splitlines()]
    tally, passed_over, results = Tally(), {}, []
    with demo(users=2) as running:
        imap, devices = furnish(running), {}
        for row in rows:
            if only and only not in row["id"]:
                continue
            try:
                if row["command"] in NOT_SERVED:
                    raise Unknown("meetings")
                answer = play(row, devices, running.base, imap)
                wrong = judge(row, answer)
                if CHANGES.search(row["xml"] or "") or row["command"] in ("SmartReply", "SmartForward"):
                    running.martlet("store", "restore", running.folder.parent / "backup").check_returncode()
                    devices = {}
            except Unknown as reason:
                passed_over.setdefault(str(reason), []).append(row["id"])
                continue
            except (wbxml.Malformed, OSError, http.client.HTTPException) as failure:
                wrong = f"{type(failure).__name__}: {failure}"
            results.append({"id": row["id"], "client": row["client"], "version": row["version"], "command": row["command"], "wrong": wrong})
            if wrong or "--verbose" in sys.argv:
                print(f"{'FAILED ' if wrong else 'ok     '} {row['id']} ({row['command']} {row['version']}): {wrong}\n        {row['answer']['text']}", flush=True)
            tally.passed, tally.failed = tally.passed + (not wrong), tally.failed + bool(wrong)
    for reason, ids in passed_over.items():
        print(f"passed over, {reason}: {len(ids)}")
    if "--json" in sys.argv:
        with open(sys.argv[sys.argv.index("--json") + 1], "w") as file:
            json.dump({"results": results, "passed_over": passed_over}, file, indent=1)
    tally.close()


if __name__ == "__main__":
    assert SHARED
    main()
