"""Names that people give: `ada.zip`, a folder `ada`, `ada_2.zip`, `ada_17_moments.zip`.

What is known to follow a name is taken off: the number of an attempt, `late`, and the file of a
unit. A number between two `_` is taken as an id: two files of one name with different ids are
refused. A number after a word for people, as in `student_1`, belongs to the name. Names of units,
`week 1` and `homework` name no person: such a folder is looked into.
"""

from __future__ import annotations

import re

from bnlab.kit.course import units

from .claims import Claim, Reading, without_suffix
from .nodes import Node

NAME = "folder"
_PEOPLE = frozenset({
    "student", "students", "learner", "user", "group", "team", "participant", "person", "account",
    "student_in", "teilnehmer", "teilnehmer_in", "gruppe", "studierende", "alumno", "grupo",
    "estudiante", "etudiant", "étudiant", "groupe", "s", "u", "g",
})  # fmt: skip
_THINGS = frozenset({
    "submission", "submissions", "abgabe", "abgaben", "file", "files", "homework", "hw", "task",
    "assignment", "exercise", "exercises", "lab", "sheet", "week", "woche", "semaine", "semana",
    "unit", "chapter", "download", "downloads", "untitled", "archive", "archiv", "bnlab", "tmp",
    "batch-norm-lab", "handout", "attempt", "version", "new folder", "temp", "zip", "zips",
})  # fmt: skip
_END = re.compile(r"^(?P<name>.+?)_(?:attempt|try|version|v)?[ _-]?(?P<number>\d+)$", re.I)
_LATE = re.compile(r"_late(?=_|$)", re.I)
_MIDDLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_(?P<file>.+)$")
_AFTER = re.compile(rf"^(?P<unit>(?:\d\d_)?(?:{'|'.join(units())}))[ _-]+(?P<name>\D.*)$", re.I)
WHY = "the name does not say whose it is."


def read(folder: Node) -> Reading:
    """Return the owners that the names of folders, archives and loose files give."""
    return Reading({at: owner(child) for at, child in enumerate(folder.children)})


def names_no_person(name: str) -> bool:
    """Return whether a folder is called after a thing: `moments`, `02_moments`, `week 1`."""
    word = re.sub(r"[ _-]*\d+$", "", name.casefold())
    slugs = {unit.slug for unit in units().values()}
    return word in _THINGS or word in units() or name.casefold() in slugs


def owner(child: Node) -> Claim:
    """Return the owner by the name of a file or folder."""
    if child.is_folder:
        middle = _MIDDLE.match(child.name)
        return _claim(middle["name"], id=middle["id"]) if middle else _claim(child.name)
    whole = without_suffix(child.name)
    loose = re.search(r"\.(py|ipynb)$", child.name, re.I)
    name = _without_unit(whole, loose=bool(loose))
    if loose and not name and (turned := _AFTER.match(whole)):
        # `moments_ada.py` has the two parts the other way round: whose it is must be asked.
        return Claim(NAME, name=turned["name"], file=f"{turned['unit']}{loose[0]}", why=WHY)
    file = child.name[len(name) :].lstrip("_- ") if name != whole else ""
    late, name = bool(_LATE.search(name)), _LATE.sub("", name)
    middle = _MIDDLE.match(f"{name}_x" if file else name)
    if middle and middle["name"].casefold() not in _PEOPLE:
        return _claim(middle["name"], id=middle["id"], late=late, file=file)
    end = _END.match(name)
    if end and end["name"].casefold() not in _PEOPLE:
        return _claim(end["name"], attempt=int(end["number"]), late=late, file=file)
    return _claim(name, late=late, file=file)


def _without_unit(name: str, loose: bool = False) -> str:
    """Return a name without the file name of a unit at its end: `ada_moments-2` is of `ada`."""
    for unit in units().values():
        for file in (unit.slug, unit.name):
            # People can be called Layer, but no file `mary-layer.py`.
            made = rf"[ -](?={file}-\d{{8}}-\d{{6}}{f'|{file}$' if loose else ''})"
            match = re.match(rf"^(?P<name>.*?)(?:^|_|{made}){file}(?:[-_ ].*)?$", name, re.I)
            if match:
                return match["name"]
    return name


def _claim(
    name: str, id: str = "", attempt: int | None = None, late: bool = False, file: str = ""
) -> Claim:
    name = name.strip(" _")
    if not name or names_no_person(name) or name.casefold() in _PEOPLE:
        return Claim(NAME, file=file, why=WHY)
    number = f"{name}_{id}" if id else ""
    return Claim(NAME, number, name, name, attempt=attempt, late=late, file=file)
