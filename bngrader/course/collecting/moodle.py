"""Moodle: "Download all submissions" of an assignment.

Each submission is a folder `<full name>_<number>_assignsubmission_<plugin>`, with a `_` at the end
in older versions, or files that begin with this if "Download submissions in folders" is off.
Moodle replaces each `_` in the name of the person by a space, so the first `_<number>_` before
`assignsubmission` is its own, whatever a learner calls a file. The number is that of the person in
this assignment, and of the group in group work; with anonymous submissions the name is the word
"Participant" in the language of the site. People without a group share a folder without a number.

Where the teacher has put the grading worksheet of the assignment beside the roster, it tells when
each submission was last changed; the zip holds the time of its download.

Source: `get_student_prefix` and `load_submissionplugin_filelist` in `mod/assign/classes/
downloader.php`, and the strings `recordid` and `lastmodifiedsubmission` in
`mod/assign/lang/` of github.com/moodle/moodle and its translations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from ..tables import plain, read_table
from .claims import Claim, Reading
from .dates import date_in
from .nodes import Node

NAME = "moodle"
_OWNER = re.compile(r"^(?P<name>.*?)_(?P<id>\d+)_assignsubmission_[a-z0-9]+(?:_(?P<file>.*))?$")
_SHARED = re.compile(r"^(?P<name>.+?)_assignsubmission_[a-z0-9]+(?:_.*)?$")
_IDENTIFIER = {"identifier", "id", "identifiant", "identificador", "identificativo", "id-nummer"}
_CHANGED = {
    "last modified (submission)", "zuletzt geändert (abgabe)",
    "dernière modification (travail remis)", "última modificación (entrega)", "fecha de entrega",
    "última modificação (envio)", "última modificação (submissão)", "ultima modifica (consegna)",
    "laatst gewijzigd (inzending)",
}  # fmt: skip


def read(folder: Node) -> Reading:
    """Return the owners that Moodle's names give."""
    reading = Reading()
    for at, child in enumerate(folder.children):
        if match := _OWNER.match(child.name):
            number = match["id"]
            reading.claims[at] = Claim(
                NAME, number, match["name"], learner=number, file=match["file"] or ""
            )
        elif match := _SHARED.match(child.name):
            why = "Moodle gives no number, as for people without a group."
            reading.claims[at] = Claim(NAME, name=match["name"], why=why)
    return reading


def times_in_worksheets(paths: Iterable[Path]) -> dict[str, datetime]:
    """Return when each submission was last changed, by its number, without zone.

    Args:
        paths: tables; those that are no grading worksheet of Moodle are passed over.

    Raises:
        GraderError: a table cannot be read.
    """
    times: dict[str, datetime] = {}
    for path in paths:
        header, rows = read_table(path)
        names = [" ".join(cell.casefold().split()) for cell in header]
        who, when = _first(names, _IDENTIFIER), _first(names, _CHANGED)
        if who is None or when is None:
            continue
        for row in rows:
            number, time = re.search(r"(\d+)$", plain(row[who])), date_in(plain(row[when]))
            if number and time:
                times[number[1]] = max(time, times.get(number[1], time))
    return times


def _first(names: list[str], wanted: set[str]) -> int | None:
    return next((at for at, name in enumerate(names) if name in wanted), None)
