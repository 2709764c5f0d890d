#!/usr/bin/env python3
"""Our verdicts and signatures beside those of dkimpy, pyspf, opendkim-testmsg and checkdmarc, on 200 messages, over a real DNS server (unbound).

Every disagreement is printed; those with an explanation in EXPLAINED are counted apart, any other fails the test.
  .venv/bin/python Tests/Conformance/mail_authentication.py
"""
import base64
import json
import random
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import checkdmarc.dmarc
import checkdmarc.spf
import dkim
import dns.resolver
import spf

from demo import program
from peers import Unbound

MESSAGES = 200
# Words of a difference (our reason, their words, or the change made to the message), and why we keep ours.
EXPLAINED = {
    "p=reject; ➞x-own": "checkdmarc's grammar has no tag with a hyphen; unknown tags are passed over (RFC 9989 §4.7)",
    "InvalidDMARCTagValue": "checkdmarc checks what owners wrote; for a receiver a wrong value is that tag's default (RFC 9989 §4.7)",
    "DMARCRecordNotFound: The domain does not exist": "checkdmarc gives up on a name without records; np= is there for such names (RFC 9989 §4.7)",
    "dkim_chunk(): Syntax error": "opendkim-testmsg stops at two From or To fields (RFC 5322 §3.6); we judge the signature, and DMARC asks about every From",
    "l= leaves a part of the body unsigned": "a signature with l= is no pass: whoever appended wrote what the reader sees (RFC 6376 §8.2)",
    "rsa-sha1": "SHA-1 proves nothing (RFC 8301 §3.1)",
    "signed in the future": "a time an hour ahead is not believed",
    "a key of 768 bits": "RSA below 1024 bits proves nothing (RFC 8301 §3.2)",
}

BODIES = [
    "Hello.\n", "", "\n", "\n\n\n", "Trailing blanks  \t \nand lines\n\n\n\n", "tabs\tand   spaces \n  at\tthe start\n", "no line end", "Grüße aus Köln €\n",
    "x" * 990 + "\n", ".\n..\n.leading dots\n", "--b\nContent-Type: text/plain\n\npart\n--b--\n", " \n \t\n", "\n\nempty lines first\n", "a\n" * 500,
]
HEADERS = [
    "From: Ann <ann@{d}>\nTo: bob@example.net\nSubject: plain\nDate: Sat, 28 Nov 2026 03:00:00 +0000\nMessage-ID: <1@{d}>\n",
    "From: \"Ann, of {d}\" <ann@{d}>\nTo: bob@example.net,\n\tcarol@example.net\nSubject: folded\n  subject   with   spaces  \nDate: Sat, 28 Nov 2026 03:00:00 +0000\n",
    "From: ann@{d}\nReceived: from a by b; x\nReceived: from c by d; y\nSUBJECT:upper\nX-Empty:\nTo: bob@example.net\nDate: Sat, 28 Nov 2026 03:00:00 +0000\n",
    "Subject: =?utf-8?q?gr=C3=BC=C3=9Fe?=\nFrom: ann@{d}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\nTo: bob@example.net\nComments: one\nComments: two\nDate: Sat, 28 Nov 2026 03:00:00 +0000\n",
]
CHANGES = {
    "none": lambda m: m, "body": lambda m: m + b"added\r\n", "blank line at the end": lambda m: m + b"\r\n",
    "subject": lambda m: replace_field(m, b"subject", b"Subject: something else\r\n"), "another From": lambda m: b"From: eve@example.org\r\n" + m,
    "another To on top": lambda m: b"To: eve@example.org\r\n" + m, "a trace field": lambda m: b"Received: from x by y; z\r\n" + m,
    "case of a name": lambda m: m.replace(b"\r\nTo:", b"\r\ntO:", 1), "spaces in a field": lambda m: m.replace(b"\r\nTo: ", b"\r\nTo:   \t", 1),
    "spaces in the body": lambda m: m.replace(b"spaces \r\n", b"spaces\r\n", 1),
}
SPF_RECORDS = [
    "v=spf1 ip4:192.0.2.0/28 -all", "v=spf1 a mx ~all", "v=spf1 include:pass.{d} -all", "v=spf1 redirect=pass.{d}", "v=spf1 exists:%{ir}.list.{d} -all",
    "v=spf1 ?all", "v=spf1 +all", "v=spf1 -all", "v=spf1 ip6:2001:db8::/32 -all", "v=spf1 mx/24 -all", "v=spf1 a:host.{d} -all", "v=spf1 ptr:{d} -all",
    "v=spf1 a:nothing.{d} include:missing.{d} -all", "v=spf1 ip4:192.0.2.300 -all", "v=spf1 a:a.{d} a:b.{d} a:c.{d} -all", "v=spf1 include:loop.{d} -all",
    "v=spf1 %{d}.x -all", "v=spf1 exists:%{l}.%{o}.list.{d} -all", "v=spf1 ip4:192.0.2.1 ip4:198.51.100.0/24 ~all", "not spf at all", "v=spf1 a:host.{d}//64 -all",
]
# Zones of authors: what stands at _dmarc of each name. example.test, which signs, is one of them.
DMARC_ZONES = {
    "example.test": ["v=DMARC1; p=reject"], "strict.test": ["v=DMARC1;p=quarantine;adkim=s;aspf=s"], "sub.test": ["v=DMARC1; p=reject; sp=none"],
    "np.test": ["v=DMARC1; p=none; sp=quarantine; np=reject"], "np2.test": ["v=DMARC1; np=reject; p=quarantine"], "two.test": ["v=DMARC1; p=reject", "v=DMARC1; p=none"],
    "beside.test": ["some other text", "v=DMARC1; p=reject"], "testing.test": ["v=DMARC1; p=reject; t=y"], "without.test": ["v=DMARC1; adkim=s"],
    "unknown.test": ["v=DMARC1; p=reject; x-own=1; pct=50; rua=mailto:r@unknown.test"], "wide.test": ["v = DMARC1 ; p = reject ; "], "upper.test": ["v=DMARC1; P=REJECT"],
    "suffix.test": ["v=DMARC1; p=reject; psd=y"], "own.suffix.test": ["v=DMARC1; p=none"], "top.deep.test": ["v=DMARC1; p=quarantine; psd=n"],
    "deep.test": ["v=DMARC1; p=reject"], "version.test": ["v=DMARC2; p=reject"], "small.test": ["v=dmarc1; p=reject"], "late.test": ["p=reject; v=DMARC1"],
    "spf.test": ["v=spf1 -all"], "wrong.test": ["v=DMARC1; p=refuse"], "mode.test": ["v=DMARC1; p=reject; adkim=x"], "ends.test": ["v=DMARC1; p=reject;"],
}
AUTHORS = [*DMARC_ZONES, "mail.example.test", "a.strict.test", "there.sub.test", "there.np.test", "nowhere.np.test", "nowhere.np2.test", "x.two.test", "there.testing.test",
           "other.suffix.test", "own.suffix.test", "a.own.suffix.test", "b.top.deep.test", "c.deep.test", "a.b.c.d.e.f.g.h.i.deep.test", "none.test", "x.version.test"]
CLIENTS = ["192.0.2.1", "192.0.2.77", "198.51.100.9", "2001:db8::1", "2001:db9::1"]


def replace_field(message, name, line):
    head, _, body = message.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    out, skipping = [], False
    for text in lines:
        if text[:1] in b" \t" and skipping:
            continue
        skipping = text.lower().startswith(name + b":")
        out.append(line[:-2] if skipping else text)
    return b"\r\n".join(out) + b"\r\n\r\n" + body


def quiet(*command, **more):
    return subprocess.run([str(part) for part in command], capture_output=True, timeout=60, **more)


class Zone(Unbound):
    """What we publish, and the ways in which others ask for it."""
    def start(self):
        super().start()
        self.resolver = dns.resolver.Resolver(configure=False)
        self.resolver.nameservers, self.resolver.port, self.resolver.lifetime = ["127.0.0.1"], self.port, 5

    def records(self, name, kind):
        try:
            return list(self.resolver.resolve(name, kind, search=False))
        except (dns.resolver.NoAnswer, dns.resolver.NXDOMAIN):
            return []

    def txt(self, name):
        return [b"".join(record.strings) for record in self.records(name, "TXT")]

    # The two libraries' ways to ask.
    def for_dkimpy(self, name, timeout=5):
        try:
            texts = self.txt(name.decode() if isinstance(name, bytes) else name)
        except dns.exception.DNSException:
            return None
        return texts[0] if texts else None

    def for_pyspf(self, name, kind, tcpfallback=True, timeout=30):
        try:
            found = self.records(name, kind)
        except dns.exception.DNSException as error:
            if isinstance(error, (dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong)):
                return []
            raise spf.TempError("DNS " + str(error))
        key = (name, kind)
        if kind in ("A", "AAAA"):
            return [(key, record.address) for record in found]
        if kind == "MX":
            return [(key, (record.preference, record.exchange.to_text(True))) for record in found]
        if kind == "PTR":
            return [(key, record.target.to_text(True)) for record in found]
        return [(key, record.strings) for record in found]


class Keys:
    """Selectors of example domains, with what is published and what signs."""
    def __init__(self, folder, zone):
        self.folder = Path(folder)
        self.files = {}
        for name, bits in (("rsa", 2048), ("small", 1024), ("tiny", 768), ("big", 4096), ("other", 2048)):
            path = self.folder / f"{name}.pem"
            quiet("openssl", "genrsa", "-traditional", "-out", path, bits)
            self.files[name] = path
        quiet("openssl", "genpkey", "-algorithm", "ed25519", "-out", self.folder / "ed.pem")
        self.files["ed"] = self.folder / "ed.pem"
        der = quiet("openssl", "pkey", "-in", self.files["ed"], "-outform", "DER").stdout
        self.seed = base64.b64encode(der[-32:])
        public = {name: base64.b64encode(quiet("openssl", "pkey", "-in", path, "-pubout", "-outform", "DER").stdout).decode() for name, path in self.files.items()}
        edge = base64.b64encode(base64.b64decode(public["ed"])[-32:]).decode()
        for domain in ("example.test", "mail.example.test"):
            for name in ("rsa", "small", "tiny", "big"):
                zone.add(f"{name}._domainkey.{domain}", "TXT", f"v=DKIM1; k=rsa; p={public[name]}")
            zone.add(f"ed._domainkey.{domain}", "TXT", f"v=DKIM1; k=ed25519; p={edge}")
            zone.add(f"revoked._domainkey.{domain}", "TXT", "v=DKIM1; k=rsa; p=")
            zone.add(f"wrong._domainkey.{domain}", "TXT", f"v=DKIM1; k=rsa; p={public['other']}")
            zone.add(f"plain._domainkey.{domain}", "TXT", f"p={public['rsa']}")
            zone.add(f"hashes._domainkey.{domain}", "TXT", f"v=DKIM1; h=sha256; s=email; p={public['rsa']}")
            zone.add(f"junk._domainkey.{domain}", "TXT", "this is no key")


def sign(keys, signer, selector, key, message, random_source, domain):
    """By dkimpy, by opendkim-testmsg, or by us."""
    if signer == "martlet":
        path = keys.folder / f"unsigned.{random_source.random()}"
        path.write_bytes(message)
        done = quiet(program(), "message", "sign", "--domain", domain, "--selector", selector, "--key", keys.files[key], path)
        path.unlink()
        assert done.returncode == 0, done.stderr
        return done.stdout
    if signer == "opendkim":
        done = quiet("opendkim-testmsg", "-C", "-d", domain, "-s", selector, "-k", keys.files[key], input=message)
        if done.returncode == 0:
            return done.stdout  # else it does not read such a header, and dkimpy signs
    forms = (random_source.choice([b"simple", b"relaxed"]), random_source.choice([b"simple", b"relaxed"]))
    secret, algorithm = (keys.seed, b"ed25519-sha256") if key == "ed" else (keys.files[key].read_bytes(), b"rsa-sha256")
    with_length = random_source.random() < 0.06
    return dkim.sign(message, selector.encode(), domain.encode(), secret, canonicalize=forms, signature_algorithm=algorithm, length=with_length) + message


def messages(keys, source):
    """(name, octets, client, sender): signed by somebody, changed or not. The author is the signer or anybody else."""
    plans = []
    authors = random.Random(1)
    for number in range(MESSAGES):
        domain = source.choice(["example.test", "mail.example.test"])
        author = domain if authors.random() < 0.3 else AUTHORS[number % len(AUTHORS)]
        octets = (source.choice(HEADERS).replace("ann@{d}", f"ann@{author}").replace("{d}", domain) + "\n" + source.choice(BODIES)).replace("\n", "\r\n").encode()
        # opendkim-testmsg signs with SHA-1 alone: a few of those show that we do not believe them.
        signer = "opendkim" if number % 25 == 7 else ["dkimpy", "martlet"][number % 2]
        selector, key = source.choice([
            ("rsa", "rsa"), ("rsa", "rsa"), ("small", "small"), ("big", "big"), ("ed", "ed"), ("ed", "ed"), ("revoked", "rsa"), ("wrong", "rsa"), ("plain", "rsa"),
            ("hashes", "rsa"), ("junk", "rsa"), ("missing", "rsa")])
        if signer == "opendkim" and key == "ed":
            selector, key = "rsa", "rsa"  # its test program signs with RSA alone
        octets = sign(keys, signer, selector, key, octets, source, domain)
        if number % 10 == 9:
            octets = sign(keys, "dkimpy", "ed", "ed", octets, source, domain)
        change = source.choice(["none"] * 8 + list(CHANGES))
        octets = CHANGES[change](octets)
        spf_domain = f"s{number % len(SPF_RECORDS)}.test"
        plans.append((f"{number:03} {signer} {selector} {change}", octets, source.choice(CLIENTS), f"ann.lee@{spf_domain}"))
    return plans


def ours(zone, path, client, sender):
    done = quiet(program(), "message", "verify", path, "--ip", client, "--helo", "mx.example.net", "--from", sender, "--resolver", f"127.0.0.1:{zone.port}", "--json")
    assert done.returncode in (0, 65), done.stderr
    return json.loads(done.stdout)


def dkimpy(zone, octets):
    results = []
    count = sum(1 for line in octets.split(b"\r\n\r\n")[0].split(b"\r\n") if line.lower().startswith(b"dkim-signature:"))
    for index in range(count):
        try:
            results.append(dkim.DKIM(octets, minkey=1024).verify(idx=index, dnsfunc=zone.for_dkimpy))
        except Exception as error:
            results.append(f"{type(error).__name__}: {error}")
    return results


def opendkim(zone, folder, paths):
    """In a network of its own, where unbound has port 53. Name to exit status; empty where there is no such network to be had."""
    (folder / "53.conf").write_text(zone.config(53))
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    (folder / "inside.sh").write_text(f"""
        ip link set lo up || exit 99
        mount --bind {folder}/resolv.conf /etc/resolv.conf || exit 99
        /usr/sbin/unbound -d -c {folder}/53.conf 2> {folder}/53.log &
        server=$!
        sleep 1
        for file in "$@"; do
            words=$(opendkim-testmsg < "$file" 2>&1); echo "$? $file $words"
        done
        kill $server
        """)
    done = quiet("unshare", "-rmn", "sh", folder / "inside.sh", *paths)
    if done.returncode == 99 or b"unshare" in done.stderr:
        return {}
    return {line.split(" ", 2)[1]: (line.split(" ", 2) + [""])[0::2] for line in done.stdout.decode().splitlines() if line[:1].isdigit()}


def spf_by_checkdmarc(zone, domain):
    """"none", "permerror", or "some" where the record is one; with its words."""
    try:
        record = checkdmarc.spf.query_spf_record(domain, resolver=zone.resolver, retries=0)["record"]
    except checkdmarc.spf.SPFRecordNotFound as error:
        return "none", str(error)
    try:
        parsed = checkdmarc.spf.parse_spf_record(record, domain, resolver=zone.resolver, retries=0)
        return ("permerror" if parsed.get("error") else "some"), str(parsed.get("error", ""))
    except checkdmarc.spf.SPFError as error:
        return "permerror", f"{type(error).__name__}: {error}"


def dmarc_by_checkdmarc(zone, author):
    """(where the record stands, the policy for this author), ("", "none") without one; with its words. np= needs a look-up of ours."""
    try:
        found = checkdmarc.dmarc.query_dmarc_record(author, resolver=zone.resolver, retries=0, ignore_unrelated_records=True)
        location = found["location"]
        tags = checkdmarc.dmarc.parse_dmarc_record(found["record"], location, resolver=zone.resolver, retries=0, ignore_unrelated_records=True)["tags"]
    except checkdmarc.dmarc.DMARCError as error:
        return ("", "none"), f"{type(error).__name__}: {error}"
    if location == author:
        return (location, tags["p"]["value"]), ""
    exists = any(zone.records(author, kind) for kind in ("A", "AAAA", "MX"))
    return (location, tags["sp" if exists else "np"]["value"]), ""


# Milliseconds of a processor that a hostile message may cost beyond the same without signatures (T45), by release builds and by those for debugging.
COST = {True: 20, False: 3_000}


def cost(zone, folder):
    """What a hundred signatures with huge lists under a header of 600 KB cost: (milliseconds of the processor, signatures looked at, allowed)."""
    names = ":".join(["from:x-a:x-b"] * 85)
    field = f"DKIM-Signature: v=1; a=rsa-sha256; d=example.test; s=big; h={names}; bh={'A' * 43}=; b={'QUFB' * 128}\r\n"
    bad = (field * 100 + f"X-A: {'a ' * 1_000}\r\n" * 300).encode() + b"From: a@example.test\r\n\r\n\r\n"
    least = []
    for octets in (bad.replace(b"DKIM-Signature:", b"X-No-Signature:"), bad):
        path, took = folder / "cost.eml", []
        path.write_bytes(octets)
        for _ in range(5):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            verdict = ours(zone, path, "192.0.2.1", "a@example.test")
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            took.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1_000)
        least.append(min(took))
    return least[1] - least[0], len(verdict["dkim"]), COST["release" in str(Path(program()).resolve())]


def publish(zone):
    zone.add("ready.test", "TXT", "yes")
    for number, record in enumerate(SPF_RECORDS):
        domain = f"s{number}.test"
        zone.add(domain, "TXT", record.replace("{d}", domain))
        zone.add(domain, "A", "192.0.2.1")
        zone.add(domain, "MX", f"10 mail.{domain}.")
        zone.add(f"mail.{domain}", "A", "192.0.2.70")
        zone.add(f"pass.{domain}", "TXT", "v=spf1 ip4:198.51.100.0/24 ip6:2001:db8::1 -all")
        zone.add(f"host.{domain}", "A", "192.0.2.77")
        zone.add(f"host.{domain}", "AAAA", "2001:db8::5")
        zone.add(f"1.2.0.192.list.{domain}", "A", "127.0.0.2")
        zone.add(f"ann.lee.{domain}.list.{domain}", "A", "127.0.0.2")
        zone.add(f"loop.{domain}", "TXT", f"v=spf1 include:loop.{domain} -all")
    zone.add("77.2.0.192.in-addr.arpa", "PTR", "host.s11.test.")
    for domain, records in DMARC_ZONES.items():
        for record in records:
            zone.add(f"_dmarc.{domain}", "TXT", record)
    for author in AUTHORS:
        if not author.startswith("nowhere."):
            zone.add(author, "A", "192.0.2.1")


def main():
    for tool in ("/usr/sbin/unbound", "opendkim-testmsg", "openssl"):
        if not shutil.which(tool):
            print(f"skipped: {tool} is not here (scripts/bootstrap installs it)")
            return
    folder = Path(tempfile.mkdtemp(prefix="martlet-authentication."))
    zone = Zone(folder)
    unexplained, explained, agreed = [], {}, 0
    try:
        keys = Keys(folder, zone)
        publish(zone)
        zone.start()
        spf.DNSLookup = zone.for_pyspf
        plans = messages(keys, random.Random(20261128))
        paths = []
        for number, (_, octets, _, _) in enumerate(plans):
            path = folder / f"{number:03}.eml"
            path.write_bytes(octets)
            paths.append(path)
        with ThreadPoolExecutor(4) as pool:
            verdicts = list(pool.map(lambda at: ours(zone, paths[at], plans[at][2], plans[at][3]), range(len(plans))))
        theirs = opendkim(zone, folder, paths)
        if not theirs:
            print("note: no network of its own for opendkim-testmsg; its verdicts are not compared")
        counts = {"dkimpy": 0, "opendkim": 0, "pyspf": 0, "checkdmarc's SPF": 0, "checkdmarc's DMARC": 0}

        def compare(name, who, mine, other, words):
            nonlocal agreed
            counts[who] += 1
            if mine == other:
                agreed += 1
            elif reason := next((why for mark, why in EXPLAINED.items() if mark in words), None):
                explained[reason] = explained.get(reason, 0) + 1
            else:
                unexplained.append(f"{name}: we say {mine} ({words}), {who} says {other}")

        for (name, octets, client, sender), path, verdict in zip(plans, paths, verdicts):
            mine = verdict["dkim"]
            for index, result in enumerate(dkimpy(zone, octets)):
                compare(name, "dkimpy", mine[index]["result"] == "pass", result is True, mine[index]["words"] + f" [{result}]")
            if str(path) in theirs:
                status, said = theirs[str(path)]
                any_pass = any(result["result"] == "pass" for result in mine)
                compare(name, "opendkim", any_pass, status == "0", "; ".join(result["words"] for result in mine) + f" [{said}]")
            result, said = spf.check2(i=client, s=sender, h="mx.example.net")
            found = next(entry for entry in verdict["spf"] if entry["identity"] == "smtp.mailfrom")
            compare(name, "pyspf", found["result"], result, f"{sender} {client}: {found['words']} [{said}]")
            result, said = spf_by_checkdmarc(zone, sender.split("@")[1])
            kind = found["result"] if found["result"] in ("none", "permerror") else "some"
            compare(name, "checkdmarc's SPF", kind, result, f"{sender} {client}: {found['result']} {found['words']} [{said}]")
            for found in verdict["dmarc"]:
                where = found["policy_domain"]
                result, said = dmarc_by_checkdmarc(zone, found["domain"])
                compare(name, "checkdmarc's DMARC", (where, found["published"]), result, f"{found['domain']}: {found['result']} {found['words']} [{said}]")
        spent, looked_at, allowed = cost(zone, folder)
        print(f"T45: a hundred hostile signatures: {looked_at} looked at, {spent:.1f} ms of a processor more than the same without signatures (at most {allowed})")
        if spent > allowed or looked_at != 8:
            unexplained.append(f"T45: {spent:.1f} ms, {looked_at} signatures")
    finally:
        zone.stop()
        if not unexplained:
            shutil.rmtree(folder, ignore_errors=True)
    for reason, count in sorted(explained.items()):
        print(f"differs in {count}: {reason}")
    for line in unexplained[:60]:
        print("DISAGREES", line)
    passed = sum(1 for verdict in verdicts for result in verdict["dkim"] if result["result"] == "pass")
    print(f"{len(plans)} messages, {sum(counts.values())} comparisons ({counts}), {agreed} agree, {sum(explained.values())} differ as explained, "
          f"{len(unexplained)} not; {passed} signatures passed")
    sys.exit(1 if unexplained else 0)


if __name__ == "__main__":
    main()
