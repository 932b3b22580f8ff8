"""Names that people give: `ada.zip`, a folder `ada`, `ada_2.zip`, `ada_17_moments.zip`.

What is known to follow a name is taken off: the number of an attempt, `late`, and the file of a
unit. A number between two `_` is taken as an id: two files of one name with different ids are
refused. A number after a word for people, as in `student_1`, belongs to the name, and so does one
of three digits or with a zero in front, as in `bn26_1021` and `course_01`. Names of units, `week 1`
and `homework` name no person: such a folder is looked into. What may be the attempts of one learner
or the work of several people is asked about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from bnlab.kit.course import units

from .claims import COPY, Claim, Reading, bare, without_suffix
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
    "batch-norm-lab", "handout", "attempt", "version", "new folder", "temp", "zip", "zips", "bulk",
    "submitted files", "working files", "student work", "section", "students", "learners",
    "submitted", "collected",
})  # fmt: skip
_END = re.compile(r"^(?P<name>.+?)_(?:attempt|try|version|v)?[ _-]?(?P<number>\d+)$", re.I)
_SAID = re.compile(r"_(?:attempt|try|version|v)[ _-]?\d+$", re.I)
"""A number that is said to be that of an attempt."""
_VERSIONS = frozenset({
    "final", "old", "new", "try", "copy", "backup", "all", "revision", "v", "ver", "fixed", "draft",
    "last", "latest", "corrected", "resubmission", "neu", "alt", "korrigiert", "endversion",
})  # fmt: skip
"""Words in the names of folders that one learner makes."""
_OF_A_NAME = re.compile(r"_(0\d*|\d{3,})$")
"""Numbers that count people, not attempts."""
MAX_ATTEMPTS = 5
"""Files in one folder whose names differ in a number only; more may be of several people."""
MANY = (
    "{} names differ only in a number; they may be the attempts of one learner, or the work of "
    "several people."
)
_COUNTED = re.compile(r"^(?:revision|version|attempt|versuch|intento|tentative) (\d+)\b(.*)$", re.I)
"""Folders in the folder of a learner: of Schoology `Revision 2 - Late`, of Teams `Version 2`."""
_DASHED = re.compile(r"^(?P<name>.+?) - (?P<id>\S*[\d@]\S*)$")
"""Folders of Schoology and CoCalc: `Lovelace, Ada - s486002`, `Ada Lovelace - ada@example.org`."""
_DATED = re.compile(r"(?: - |_)20\d\d[-_]?\d\d[-_]?\d\d$")
_TIMED = re.compile(
    r"(?: - |[_-])(?P<date>20\d\d[-_]?\d\d[-_]?\d\d)[T _-]+(?P<time>\d\d[-_:.h]?\d\d)"
    r"(?:[-_:.m]?\d\d(?:[._]\d{1,6})?s?)?Z?$"
)
"""Day and time behind a name, as programs that fetch files from a form write them."""
_LATE = re.compile(r"_late(?=_|$)", re.I)
_MIDDLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_(?P<file>.+)$")
_AFTER = re.compile(
    rf"^(?P<unit>(?:\d\d_)?(?:{'|'.join(units())}))(?:[ -]?\d{{1,2}}(?=[ _-]))?[ _-]+"
    r"(?P<name>\D.*)$",
    re.I,
)
WHY = "the name does not say whose it is."


def read(folder: Node) -> Reading:
    """Return the owners that the names of folders, archives and loose files give."""
    return Reading(dict(enumerate(owners(folder.children))))


def owners(children: Iterable[Node]) -> list[Claim]:
    """Return the owners of what lies side by side."""
    rows = [(owner(child), is_numbered(child)) for child in children]
    numbered = Counter(_base(claim) for claim, counts in rows if counts and claim.learner)
    single = {_base(claim) for claim, counts in rows if claim.learner and not counts}
    return [
        replace(claim, learner="", why=MANY.format(numbered[base]), also=(claim.learner,))
        if (base := _base(claim)) in numbered and _may_be_people(base, numbered, single)
        else claim
        for claim, _ in rows
    ]


def _may_be_people(
    base: tuple[str, str], numbered: Counter[tuple[str, str]], single: set[tuple[str, str]]
) -> bool:
    """Return whether names that differ in a number may be those of people: `red_1` to `red_4`.

    Few learners hand in three times; where half of them seem to, the numbers are of people.
    """
    several = [each for each, count in numbered.items() if count > 2]
    return numbered[base] > MAX_ATTEMPTS or (
        not single and base in several and 2 * len(several) >= len(numbered)
    )


def is_numbered(child: Node) -> bool:
    """Return whether a name ends in a number that may be that of an attempt or of a copy."""
    if child.is_folder:
        return False
    claim = owner(child)
    copy = bool(COPY.search(bare(child.name)))
    return (copy or claim.attempt is not None) and not _SAID.search(bare(child.name))


def _base(claim: Claim) -> tuple[str, str]:
    return claim.learner.casefold(), claim.file


def counted(folder: str) -> tuple[int, bool] | None:
    """Return the number of an attempt that a platform gives to a folder, and whether it is late.

    >>> counted("Revision 2 - Late")
    (2, True)
    """
    match = _COUNTED.match(folder)
    return (int(match[1]), "late" in match[2].casefold()) if match else None


def people_in(paths: Iterable[str]) -> list[str]:
    """Return the names of several people that folders have, [] if they name at most one.

    >>> people_in(["week 1/ada/moments/moments.py", "week 1/bo/moments.zip"])
    ['ada', 'bo']
    """
    named = []
    for path in paths:
        named.append([part for part in path.split("/")[:-1] if not _is_thing(part)])
    while named and all(named) and len({parts[0].casefold() for parts in named}) == 1:
        named = [parts[1:] for parts in named]
    found = {parts[0].casefold(): parts[0] for parts in named if parts}
    return sorted(found.values()) if len(found) > 1 else []


def named_by(nodes: Iterable[Node]) -> set[str]:
    """Return the people that the names of files give, also where the name stands behind the unit.

    `moments_v2.zip` and `moments_final.zip` are of one learner.
    """
    claims = [owner(node) for node in nodes if not node.is_folder]
    names = {each.learner or " ".join(each.also) for each in claims}
    return {name.casefold() for name in names if name and not _is_thing(name)}


def first_names(paths: Iterable[str]) -> list[str]:
    """Return the first folder in each path that is not called after a thing, each once."""
    named = ([p for p in path.split("/")[:-1] if not _is_thing(p)][:1] for path in paths)
    return list(dict.fromkeys(name for names in named for name in names))


def _is_thing(name: str) -> bool:
    words = {re.sub(r"\d+$", "", word) for word in re.split(r"[ _-]+", name.casefold())}
    return names_no_person(name) or bool(words & (_THINGS | _VERSIONS | set(units())))


def names_no_person(name: str) -> bool:
    """Return whether a folder is called after a thing: `moments`, `02_moments`, `week 1`."""
    word = re.sub(r"[ _-]*\d+$", "", name.casefold())
    slugs = {unit.slug for unit in units().values()}
    return word in _THINGS or word in units() or name.casefold() in slugs


def owner(child: Node) -> Claim:
    """Return the owner by the name of a file or folder."""
    if child.is_folder:
        middle, dashed = _MIDDLE.match(child.name), _DASHED.match(child.name)
        if dashed and not middle:
            return replace(_claim(child.name), also=(dashed["id"], dashed["name"]))
        return _claim(middle["name"], id=middle["id"]) if middle else _claim(child.name)
    whole = without_suffix(child.name)
    loose = re.search(r"\.(py|ipynb)$", child.name, re.I)
    name = _without_unit(whole, loose=bool(loose))
    if loose and not name and (turned := _AFTER.match(whole)):
        # `moments_ada.py` has the two parts the other way round: whose it is must be asked.
        return Claim(NAME, name=turned["name"], file=f"{turned['unit']}{loose[0]}", why=WHY)
    if not name and (turned := _AFTER.match(whole)):
        # Forms of Google and Microsoft write the name behind: `moments - Ada Lovelace.zip`.
        return Claim(NAME, name=turned["name"], why=WHY, also=(turned["name"],))
    file = child.name[len(name) :].lstrip("_- ") if name != whole else ""
    name, order = _without_time(name)
    name = _DATED.sub("", name) if file else name
    late, name = bool(_LATE.search(name)), _LATE.sub("", name)
    middle = _MIDDLE.match(f"{name}_x" if file else name)
    if middle and middle["name"].casefold() not in _PEOPLE:
        return replace(_claim(middle["name"], id=middle["id"], late=late, file=file), order=order)
    end = None if _OF_A_NAME.search(name) else _END.match(name)
    if end and end["name"].casefold() not in _PEOPLE:
        number = int(end["number"])
        claim = _claim(end["name"], attempt=number, whole=name, late=late, file=file)
        return replace(claim, order=order)
    return replace(_claim(name, late=late, file=file), order=order)


def _without_time(name: str) -> tuple[str, tuple[str, int] | None]:
    """Return a name without the day and time at its end, and these as a number that counts up.

    A learner can write any time into a name, so it orders attempts and is not that of handing in.
    """
    match = _TIMED.search(name)
    if not match:
        return name, None
    digits = re.sub(r"\D", "", match["date"] + match["time"])
    return name[: match.start()], ("time in the name", int(digits))


def _without_unit(name: str, loose: bool = False) -> str:
    """Return a name without the file name of a unit at its end: `ada_moments-2` is of `ada`."""
    for unit in units().values():
        for file in (unit.slug, unit.name):
            # People can be called Layer, but no file `mary-layer.py`.
            made = rf"[ -](?={file}-\d{{8}}-\d{{6}}{f'|{file}$' if loose else ''})"
            match = re.match(rf"^(?P<name>.*?)(?:^|_| - |{made}){file}(?:[-_ ].*)?$", name, re.I)
            if match:
                return match["name"]
    return name


def _claim(
    name: str, id: str = "", attempt: int | None = None, whole: str = "", late: bool = False,
    file: str = "",
) -> Claim:  # fmt: skip
    name = name.strip(" _")
    if not name or names_no_person(name) or name.casefold() in _PEOPLE:
        return Claim(NAME, file=file, why=WHY)
    number = f"{name}_{id}" if id else ""
    return Claim(NAME, number, name, name, attempt=attempt, whole=whole, late=late, file=file)
