"""Answers against the published schemas (../shared/eas/schemas), with the deviations that old devices need. `problems(files)` yields what does not fit."""
import base64
import collections
import importlib.util
import json
import re
from pathlib import Path
from xml.sax.saxutils import escape

from demo import needs_shared
from eas import wbxml

# Version, root, what is said: the schemas describe 14.0 to 16.1.
DEVIATIONS = [
    # Up to 12.0 each Collection names its class, which devices of then need. (MS-ASCMD 2.2.3.27.5)
    ("2.5", "AirSync:Sync", "{AirSync}Class"), ("12.0", "AirSync:Sync", "{AirSync}Class"),
    ("2.5", "GetItemEstimate:GetItemEstimate", "{GetItemEstimate}Class"), ("12.0", "GetItemEstimate:GetItemEstimate", "{GetItemEstimate}Class"),
    ("12.1", "GetItemEstimate:GetItemEstimate", "{GetItemEstimate}Class"),
    # Attachments of 2.5 begin with their method, as those that devices of then were seen to take.
    ("2.5", "AirSync:Sync", "{Email}AttMethod"),
]


def load():
    """The schemas as ../shared reads them; None without the package xmlschema."""
    if importlib.util.find_spec("xmlschema") is None:
        return None
    spec = importlib.util.spec_from_file_location("validate_response", needs_shared("eas", "validate_response.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.load()


def xml(element, outer=None):
    space, _, tag = element.name.partition(":")
    inner = "".join(xml(child, space) for child in element.children)
    if not element.children:
        inner = base64.b64encode(element.value).decode() if isinstance(element.value, bytes) else escape(element.value or "")
    return f"<{tag}" + ("" if space == outer else f' xmlns="{space}"') + f">{inner}</{tag}>"


def problems(files, schema):
    """(answers looked at, {what is wrong: how often})"""
    count, found, known = 0, collections.Counter(), {}
    for file in files:
        for line in Path(file).read_text().splitlines():
            row = json.loads(line)
            if not row["answer"]:
                continue
            root = wbxml.decode(bytes.fromhex(row["answer"]))
            count += 1
            text = xml(root)
            if text not in known:
                known[text] = [str(each.reason) + f" at {each.path}" for each in schema.iter_errors(text)]
            for reason in known[text]:
                if not any(version == row["version"] and root.name == name and part in reason for version, name, part in DEVIATIONS):
                    found[f"{row['version']} {root.name}: " + re.sub(r"'[^']{60,}'", "'…'", reason)] += 1
    return count, found
