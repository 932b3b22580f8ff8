"""Sakai: "Download All" of an assignment.

Each submission is a folder `<assignment>/<Last, First>(<user name>)`, with `; ` between the members
of a group. What the learner sent is in a folder that is called "Submission attachment(s)" in the
language of the site; beside it are texts of Sakai and `timestamp.txt`, the time of handing in. With
"Flat" there are files `<Last, First>(<user name>)_Submission attachment(s)_<file>` instead. With
anonymous grading a folder is called `<id of the submission> <word>`.

Source: `zipSubmissions` in `assignment/impl/src/java/org/sakaiproject/assignment/impl/
AssignmentServiceImpl.java` of github.com/sakaiproject/sakai. Older versions write the time as
`20261120132210123`, in UTC.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime

from .claims import Claim, Reading
from .nodes import Node, UnreadableError

NAME = "sakai"
_MEMBER = r"(?P<name>[^();]+?,[^();]*)\((?P<id>[^()]+)\)"
_FOLDER = re.compile(rf"^{_MEMBER}(?:; {_MEMBER.replace('?P<name>', '').replace('?P<id>', '')})*$")
_FLAT = re.compile(r"^(?P<who>[^()]+,[^()]*\([^()]+\)(?:; [^()]+\([^()]+\))*)_(?P<rest>.+)$")
_ANONYMOUS = re.compile(r"^(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) \D+$")
_ATTACHED = "Submission attachment(s)"
_TABLE = re.compile(r"^grades\.(?:csv|xlsx?)$")
_OWN = re.compile(r"^(?:timestamp|comments|feedbackText|.*_?submissionText)\.(?:txt|html)$")
_FEEDBACK = re.compile(r"feedback|rückmeldung|retroali|coment[aá]rio|commentaire", re.I)
TABLE, COMPANION = "the table of marks that Sakai writes.", "a text that Sakai writes."


def read(folder: Node) -> Reading:
    """Return the owners that Sakai's names give."""
    reading = Reading()
    for at, child in enumerate(folder.children):
        if child.is_folder:
            claim = _owner(child.name) if _is_ours(child) else None
            if claim:
                reading.claims[at] = Claim(
                    NAME, claim.id, claim.name, claim.learner, claim.people, _sent(child),
                    inside=_attached(child),
                )  # fmt: skip
        elif match := _FLAT.match(child.name):
            sent, _, file = match["rest"].partition(f"{_ATTACHED}_")
            if not sent and file and (claim := _owner(match["who"])):
                reading.claims[at] = Claim(
                    NAME, claim.id, claim.name, claim.learner, claim.people, file=file
                )
            elif _OWN.match(match["rest"]):
                reading.notes[at] = COMPANION
    if not reading.claims:
        return Reading()
    reading.notes |= {
        at: TABLE for at, child in enumerate(folder.children) if _TABLE.match(child.name)
    }
    return reading


def _owner(name: str) -> Claim | None:
    """Return the owner of a folder, a group's members in `people`."""
    if match := _ANONYMOUS.match(name):
        return Claim(NAME, match["id"], name, match["id"])
    if not _FOLDER.match(name):
        return None
    people = [
        Claim(NAME, match["id"], match["name"].strip(), match["id"])
        for match in re.finditer(_MEMBER, name)
    ]
    return people[0] if len(people) == 1 else Claim(NAME, people=tuple(people))


def _is_ours(folder: Node) -> bool:
    """Return whether a folder has what Sakai writes into each."""
    names = {child.name for child in folder.children}
    return _ATTACHED in names or any(map(_OWN.match, names))


def _attached(folder: Node) -> str:
    """Return the name of the folder that holds what the learner sent, "" if it is not clear."""
    names = [
        child.name
        for child in folder.children
        if child.is_folder and not _FEEDBACK.search(child.name)
    ]
    return _ATTACHED if _ATTACHED in names else names[0] if len(names) == 1 else ""


def _sent(folder: Node) -> datetime | None:
    """Return the time in `timestamp.txt`."""
    node = next((child for child in folder.children if child.name == "timestamp.txt"), None)
    with suppress(UnreadableError, ValueError):
        text = node.read(1024).decode("ascii").strip() if node else ""
        if re.fullmatch(r"\d{14,17}", text):
            return datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return datetime.fromisoformat(text).astimezone(UTC) if "T" in text else None
    return None
