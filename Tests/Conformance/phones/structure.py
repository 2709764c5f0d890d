"""What the specifications say of the form of answers, held against answers of a running server. structure.txt has one statement a line, with the requirement's id:

    ID parent COMMAND ELEMENT PARENTS    ID children COMMAND ELEMENT CHILDREN    ID type COMMAND ELEMENT TYPE    ID count COMMAND ELEMENT LEAST-MOST
    ID child PARENT ELEMENT TYPE         ID most PARENT ELEMENT NUMBER           ID version VERSION ELEMENT PARENT   ID values COMMAND ELEMENT VALUES   ID root COMMAND ELEMENT -
    ID never COMMAND NAME -              ID order COMMAND NAME CHILDREN          ID has COMMAND NAME CHILD           ID inline * TYPE -
    ID opaque COMMAND NAME -             ID under COMMAND PARENT/CHILD VALUES    ID token SPACE TAG PAGE/TOKEN (EASCodecTests.everyTokenOfTheRequirements proves these)
(NAME and PARENT of these with their namespace: AirSync:Collection; `never`: a request had the element or the command was answered.)

`*` is any command, `-` none. A statement holds when the element was seen in an answer (for `version`: was exchanged in that version) and never otherwise than stated.
What several statements allow one of the same element is allowed by all of them: sections describe an element in more than one place."""
import base64
import collections
import json
import re
from pathlib import Path

from eas import wbxml

HERE = Path(__file__).resolve().parent
DATES = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|\d{8}T\d{6}Z")
TYPES = {
    "string": lambda each: not each.children, "container": lambda each: each.value is None,
    "integer": lambda each: re.fullmatch(r"-?\d+", each.text), "unsignedByte": lambda each: re.fullmatch(r"\d{1,3}", each.text) and int(each.text) < 256,
    "unsignedInt": lambda each: re.fullmatch(r"\d+", each.text), "boolean": lambda each: each.text in ("0", "1", ""),
    "double": lambda each: re.fullmatch(r"-?\d+(\.\d+)?", each.text), "datetime": lambda each: DATES.fullmatch(each.text),
    "byte_array": lambda each: isinstance(each.value, bytes) or base64.b64decode(each.text, validate=True) is not None,
    "none": lambda each: not each.children and not each.value,
    "unsignedintorempty": lambda each: re.fullmatch(r"\d*", each.text), "unsignedbyteorempty": lambda each: re.fullmatch(r"\d{0,3}", each.text),
}


def local(name):
    return name.rpartition(":")[2]


def walk(element, parent=None):
    yield element, parent
    for child in element.children:
        yield from walk(child, element)


class Seen:
    """All of one element in the answers of one command."""

    def __init__(self):
        self.parents, self.children, self.elements = collections.Counter(), set(), []


def statements(text):
    return [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]


class Corpus:
    def __init__(self, files):
        self.seen, self.versions = collections.defaultdict(Seen), collections.defaultdict(set)
        self.most = collections.defaultdict(int)
        self.roots, self.asked, self.named = set(), collections.Counter(), collections.defaultdict(list)
        for file in files:
            for line in Path(file).read_text().splitlines():
                self.add(json.loads(line))

    def add(self, row):
        for part in ("request", "answer"):
            if not row[part]:
                continue
            try:
                root = wbxml.decode(bytes.fromhex(row[part]))
            except wbxml.Malformed:
                if part == "answer":
                    raise
                continue
            for element, parent in walk(root):
                self.asked[element.name] += part == "request"
                if row["status"] == 200:
                    self.versions[row["version"], element.tag] |= {parent.tag if parent else "-", "-"}
            if part == "answer":
                self.answer(row["command"] or root.tag, root)

    def answer(self, command, root):
        self.roots.add((command, root.tag))
        for element, parent in walk(root):
            counts = collections.Counter(child.tag for child in element.children)
            for name, number in counts.items():
                for key in ((command, element.tag, name), ("*", element.tag, name)):
                    self.most[key] = max(self.most[key], number)
            for key in ((command, element.name), ("*", element.name)):
                if len(self.named[key]) < 2_000:
                    self.named[key].append(element)
            for key in ((command, element.tag), ("*", element.tag)):
                seen = self.seen[key]
                seen.parents[parent.tag if parent else "-"] += 1
                seen.children |= set(counts)
                if len(seen.elements) < 2_000:
                    seen.elements.append(element)


def judge(lines, corpus):
    """{id: "" where it holds, None where it was not witnessed, else what is wrong}"""
    allowed = collections.defaultdict(set)
    for line in lines:
        if line[1] in ("parent", "children"):
            allowed[line[1], line[2], local(line[3])] |= {local(name) for name in line[4].split(",")} - {"-"} | ({"-"} if line[1] == "parent" and line[4] == "-" else set())
        if line[1] == "child":
            allowed["parent", "*", local(line[3])].add(line[2])
    return {line[0]: one(line, corpus, allowed) for line in lines}


def one(line, corpus, allowed):
    form, first, name, last = line[1], line[2], local(line[3]), line[4]
    if form in NAMED:
        return by_name(form, first, line[3], last, corpus)
    if form == "version":
        parents = corpus.versions.get((first, name))
        return None if not parents or last != "-" and local(last) not in parents else ""
    if form == "root":
        return "" if (first, name) in corpus.roots else None
    if form in ("child", "most"):
        number = corpus.most.get(("*", first, name), 0)
        if not number:
            return None
        if form == "most":
            return "" if number <= int(last) else f"{number} of them in one {first}"
        return types(corpus.seen["*", name].elements, last)
    seen = corpus.seen.get((first, name))
    if seen is None or not seen.elements:
        return None
    if form == "parent":
        wanted = {local(each) for each in last.split(",")}
        if not wanted & set(seen.parents):
            return None
        return ""
    if form == "children":
        strange = seen.children - allowed["children", first, name]
        return f"has {sorted(strange)}" if strange else ""
    if form == "values":
        strange = {each.text for each in seen.elements} - set(last.split(","))
        return f"values {sorted(strange)}" if strange else ""
    if form == "type":
        return types(seen.elements, last)
    if form == "count":
        most = last.partition("-")[2]
        if most == "N":
            return ""
        worst = max((corpus.most.get((first, parent, name), 0) for parent in seen.parents), default=0)
        return f"{worst} of them in one parent" if worst > int(most) else ""
    raise ValueError(form)


NAMED = {"never", "order", "has", "inline", "opaque", "under"}


def by_name(form, command, name, last, corpus):
    """The forms that name an element with its namespace."""
    found = corpus.named.get((command, name), [])
    if form == "never":
        if found:
            return f"{name} in an answer"
        return "" if corpus.asked[name] or command != "*" and any(which == command for which, _ in corpus.roots) else None
    if form == "inline":
        some = [each for (which, full), elements in corpus.named.items() if which == "*" and wbxml.PAGES.types[full] == name for each in elements if each.value]
        wrong = [each for each in some if isinstance(each.value, bytes)]
        return f"{wrong[0].name} is opaque" if wrong else "" if some else None
    if form == "under":
        parent, _, child = name.partition("/")
        some = [inner for each in corpus.named.get((command, parent), []) for inner in each.children if inner.tag == child]
        strange = {each.text for each in some if not (each.text.isdigit() and int(each.text) >= 100)} - set(last.split(","))
        return f"values {sorted(strange)}" if strange else "" if some else None
    if form == "opaque":
        some = [each for each in found if each.value]
        wrong = [each for each in some if not isinstance(each.value, bytes)]
        return f"{len(wrong)} of {len(some)} as text" if wrong else "" if some else None
    some = [each for each in found if each.children]
    if form == "has":
        wrong = [each for each in some if not any(child.tag == last for child in each.children)]
        return f"{len(wrong)} of {len(some)} without {last}" if wrong else "" if some else None
    order = last.split(",")
    wrong = [each for each in some if (places := [order.index(child.tag) for child in each.children if child.tag in order]) != sorted(places)]
    return f"{len(wrong)} of {len(some)} in another order" if wrong else "" if some else None


def types(elements, kind):
    if kind == "-":
        return ""
    check = TYPES.get(kind) or TYPES[kind.lower()]
    for each in elements:
        try:
            if not check(each):
                return f"{each.name} holds {each.text[:40]!r}, no {kind}"
        except ValueError:
            return f"{each.name} holds {each.text[:40]!r}, no {kind}"
    return ""
