"""ILIAS: "Download all submissions" of an exercise unit, and the multi-feedback of a plugin.

Each submission is a folder `<last name>_<first name>_<login>_<number>` in `<unit>/Abgaben`, below
`Team <number>` in team work, or in `Multi_Feedback_<unit>` beside the tables of the plugin. ILIAS
writes names in ASCII, so the login says who it is; the number belongs to the account. Letters that
ILIAS cannot write become `_`, and a login may have one: all ends that could be the login are
compared with the roster, the longest first. The name of a late file begins with a remark.

Source: `getDirectoryNameFromUserData` and `copySubmissionFilesToDir` in `components/ILIAS/Exercise/
Submission/SubmissionManager.php` of github.com/ILIAS-eLearning/ILIAS, and
`ilExIndividualMultiFeedbackDownloadHandler` of github.com/ilifau/ExerciseStatusFile.
"""

from __future__ import annotations

import re
from dataclasses import replace

from .claims import Claim, Reading
from .nodes import Node

NAME = "ilias"
OWNER = re.compile(r"^(?P<who>[^/]*_[^/]*)_(?P<login>[^_/]+)_(?P<number>\d{3,})$")
_PARENT = re.compile(r"^(?:abgaben|submissions|multi_feedback.*|team[ _]\d+)$", re.I)
MULTI_FEEDBACK = re.compile(r"^multi_feedback", re.I)
"""How the zip and the folder of the plugin begin."""
_TABLES = {
    "status.csv": "the table of marks that ILIAS writes.",
    "status.xlsx": "the table of marks that ILIAS writes.",
    "status.xls": "the table of marks that ILIAS writes.",
    "checksums.json": "a file that ILIAS writes.",
    "readme.md": "a file that ILIAS writes.",
}
LATE = re.compile(r"^(?:late submission|versp(?:ä|ae|a)tete abgabe) - ", re.I)
"""What ILIAS writes before the name of a late file."""


def read(folder: Node) -> Reading:
    """Return the owners that ILIAS's names give."""
    folders = [child for child in folder.children if child.is_folder]
    named = [child for child in folders if OWNER.match(child.name)]
    if not named or not (_PARENT.match(folder.name) or (len(named) == len(folders) > 1)):
        return Reading()
    reading = Reading(notes=tables(folder) if MULTI_FEEDBACK.match(folder.name) else {})
    for at, child in enumerate(folder.children):
        if not (child.is_folder and (match := OWNER.match(child.name))):
            continue
        if not any(child.walk()):
            reading.notes[at] = "an empty folder, nothing was handed in."
        else:
            late = any(LATE.match(node.name) for node in child.walk())
            reading.claims[at] = replace(_claim(match), late=late)
    return reading


def tables(folder: Node) -> dict[int, str]:
    """Return the files of the plugin in a folder, with what each of them is."""
    return {
        at: _TABLES[child.name.casefold()]
        for at, child in enumerate(folder.children)
        if child.name.casefold() in _TABLES
    }


def holds_multi_feedback(folder: Node) -> bool:
    """Return whether a folder is the top of the plugin's zip, with its tables."""
    return any(child.is_folder and MULTI_FEEDBACK.match(child.name) for child in folder.children)


def _claim(match: re.Match[str]) -> Claim:
    parts = [*match["who"].split("_"), match["login"]]
    own = f"{match['login']}_{match['number']}"
    if len(parts) == 3:
        last, first, login = parts
        return Claim(NAME, own, f"{first} {last}".strip(), login, whole=login)
    logins = ("_".join(parts[at:]) for at in range(2, len(parts)))
    return Claim(
        NAME, own, " ".join(filter(None, parts[:-1])), own, also=tuple(filter(None, logins))
    )
