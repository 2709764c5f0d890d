#!/usr/bin/env python3
"""Autodiscover from outside, as phones and Outlook ask it: what it answers, what it refuses, and what MS-ASCMD says of the form of its answers (phones/autodiscover.txt)."""
import base64
import http.client
import json
import ssl
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from demo import PASSWORD, Tally, demo, phone_room

phone_room()
sys.path.insert(0, str(Path(__file__).resolve().parent / "phones"))
import structure  # noqa: E402

SCHEMA = "http://schemas.microsoft.com/exchange/autodiscover/"
MOBILE, OUTLOOK = SCHEMA + "mobilesync/responseschema/2006", SCHEMA + "outlook/responseschema/2006a"
USER = "u1@demo.test"


class Tree:
    """An XML element in the form in which structure.py takes those of WBXML."""

    def __init__(self, node):
        self.tag = node.tag.rpartition("}")[2]
        self.name, self.children = "Autodiscover:" + self.tag, [Tree(child) for child in node]
        self.value = None if self.children else node.text

    @property
    def text(self):
        return self.value or ""


def ask(running, method, path, body=b"", user=USER, password=PASSWORD):
    connection = http.client.HTTPSConnection("127.0.0.1", running.port(443), timeout=10, context=ssl._create_unverified_context())
    headers = {"Content-Type": "text/xml; charset=utf-8"}
    if user:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    connection.request(method, path, body=body, headers=headers)
    reply = connection.getresponse()
    return reply.status, dict(reply.headers), reply.read()


def request(address, wanted=MOBILE, kind="mobilesync/requestschema/2006"):
    return (f'<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="{SCHEMA}{kind}"><Request><EMailAddress>{address}</EMailAddress>'
            f"<AcceptableResponseSchema>{wanted}</AcceptableResponseSchema></Request></Autodiscover>").encode()


def found(body, name):
    return [node.text for node in ElementTree.fromstring(body).iter() if node.tag.rpartition("}")[2] == name]


def main():
    tally = Tally()
    with demo(users=2) as running:
        answers = []

        def post(body, path="/autodiscover/autodiscover.xml", **who):
            status, headers, answer = ask(running, "POST", path, body, **who)
            if status == 200:
                answers.append(answer)
            return status, headers, answer

        for path in ("/autodiscover/autodiscover.xml", "/Autodiscover/Autodiscover.xml", "/AutoDiscover/AutoDiscover.XML"):
            status, _, body = post(request(USER), path)
            url = found(body, "Url")[0] if status == 200 else ""
            tally.check(status == 200 and url.endswith("/Microsoft-Server-ActiveSync"), f"{path} names the server")
            tally.check(status == 200 and found(body, "Type") == ["MobileSync"] and found(body, "EMailAddress") == [USER], f"{path}: MobileSync, the user's own address")
        status, headers, _ = post(request(USER), user=None)
        tally.check(status == 401 and "WWW-Authenticate" in headers, "401 without credentials")
        tally.check(post(request(USER), password="wrong")[0] == 401, "401 with a wrong password")
        for address in ("x@elsewhere.test", "nobody@demo.test"):
            tally.check(found(post(request(address))[2], "ErrorCode") == ["500"], f"{address}: error 500")
        tally.check(found(post(request("u2@demo.test"))[2], "ErrorCode") == ["500"], "another user's address is told to nobody")
        tally.check(found(post(b"<broken")[2], "ErrorCode") == ["600"], "no XML: error 600")
        tally.check(found(post(request(USER, "urn:other"))[2], "ErrorCode") == ["601"], "a schema that nobody knows: error 601")
        _, _, body = post(request(USER, OUTLOOK, "outlook/requestschema/2006"))
        answers.pop()
        tally.check(set(found(body, "Type")) == {"IMAP", "SMTP"} and set(found(body, "LoginName")) == {USER}, "the Outlook schema names IMAP and SMTP")
        for name, evil in {
            "a DOCTYPE": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Autodiscover/>', "entities in entities": b'<!DOCTYPE a [<!ENTITY b "xxxxxxxxxx"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>',
            "a file": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "deep nesting": b"<a>" * 10_000, "a megabyte": b"<a>" + b"x" * 1_000_000,
            "another charset": b'<?xml version="1.0" encoding="UTF-7"?><a/>', "nothing": b"", "octets": bytes(range(256)),
        }.items():
            status, _, body = post(evil)
            refused = status in (400, 413) or status == 200 and found(body, "ErrorCode") == ["600"]
            tally.check(refused and b"root:" not in body, f"{name} is refused ({status})")
        status, _, body = ask(running, "GET", f"/autodiscover/autodiscover.json?Email={USER}&Protocol=ActiveSync", user=None)
        tally.check(status == 200 and json.loads(body)["Url"].endswith("/Microsoft-Server-ActiveSync"), "JSON names the server without credentials")
        status, _, body = ask(running, "GET", f"/autodiscover/autodiscover.json?Email={USER}&Protocol=Gopher", user=None)
        tally.check(status in (200, 400, 404) and b"Url" not in body, "JSON of a protocol that nobody knows has no address")

        corpus = structure.Corpus([])
        for answer in answers:
            corpus.answer("Autodiscover", Tree(ElementTree.fromstring(answer)))
        lines = structure.statements((Path(__file__).resolve().parent / "phones/autodiscover.txt").read_text())
        wrong = {name: why for name, why in structure.judge(lines, corpus).items() if why != ""}
        tally.check(not wrong, f"{len(lines)} statements about the form of the answers hold {wrong or ''}")
    tally.close()


if __name__ == "__main__":
    main()
