"""Blackboard Learn: "Assignment File Download" of the grade centre.

All files are in one folder, `<assignment>_<user name>_attempt_<date>[_<file>]`; the word "attempt"
is in the language of the site. Beside them is a
text `<assignment>_<user name>_attempt_<date>.txt` for each attempt, whose first line is
`Name: <name> (<user name>)`. Both assignment and user name may contain `_`: then only this text
tells where one ends. Learners write what follows its first lines, so no more of it is used.
The date has no zone.

Source: the format read by `psef/blackboard` of CodeGrade, and by BBGradebookOrganiser
(docs.vangef.net); bb-file-cleanup (github.com/kwurst/bb-file-cleanup) describes the names.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime

from .claims import Claim, Reading
from .nodes import Node, UnreadableError

NAME = "blackboard"
_OWNER = re.compile(
    r"^(?P<who>.+?)_[^\W\d_]+_(?P<date>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(?P<rest>\.txt|_.+)$"
)
_DOWNLOAD = re.compile(
    r"^gradebook_.+?_(?P<assignment>.+)_\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d(?:\.zip)?$"
)
COMPANION = "the text that Blackboard writes for an attempt; the owner was read from it."
MAX_TEXT_BYTES = 2**20


def read(folder: Node) -> Reading:
    """Return the owners that Blackboard's names and texts give."""
    reading = Reading()
    found = [(at, child, _OWNER.match(child.name)) for at, child in enumerate(folder.children)]
    texts: dict[tuple[str, str], tuple[str, str]] = {}
    attached = {(m["who"], m["date"]) for _, _, m in found if m and m["rest"] != ".txt"}
    for _, child, match in found:
        if match and match["rest"] == ".txt" and (line := _first_line(child, match["who"])):
            texts[match["who"], match["date"]] = line
    # One download is of one assignment, and a user has one name in all its texts.
    names = {user: name for name, user in texts.values()}
    starts = {who[: -len(user)] for (who, _), (_, user) in texts.items()}
    start = starts.pop() if len(starts) == 1 else ""
    for at, _child, match in found:
        if not match:
            continue
        key = match["who"], match["date"]
        if match["rest"] == ".txt" and key in attached:
            reading.notes[at] = COMPANION
            continue
        name, user = texts.get(key) or ("", _user(match["who"], folder.name))
        if not user and all(m["who"].startswith(start) for _, _, m in found if m):
            user = match["who"].removeprefix(start) if start else ""
        name = name or names.get(user, "")
        why = "" if user else (
            "assignment and user name both may contain `_`, and there is no text of Blackboard."
        )  # fmt: skip
        sent = None
        with suppress(ValueError):
            sent = datetime.strptime(match["date"], "%Y-%m-%d-%H-%M-%S")
        reading.claims[at] = Claim(
            NAME, user, name or match["who"], user, sent=sent, why=why, file=match["rest"][1:]
        )
    return reading


def _first_line(child: Node, who: str) -> tuple[str, str] | None:
    """Return name and user name of the text of an attempt, if they fit the name of its file."""
    try:
        text = child.read(MAX_TEXT_BYTES).decode("utf-8-sig", "replace")
    except UnreadableError:
        return None
    match = re.match(r"[^:\n]+: *(?P<name>.*) \((?P<user>[^()\n]+)\)", text)
    return (match["name"], match["user"]) if match and who.endswith(f"_{match['user']}") else None


def _user(who: str, download: str) -> str:
    """Return the user name in `<assignment>_<user name>`, "" if it can be read in two ways."""
    match = _DOWNLOAD.match(download)
    if match and who.startswith(f"{match['assignment']}_"):
        return who.removeprefix(f"{match['assignment']}_")
    return who.partition("_")[2] if who.count("_") == 1 else ""
