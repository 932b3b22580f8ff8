"""The roster: who is in the class, as Canvas, Moodle and plain lists export it.

Columns are recognised by their names, in several languages, or named in the course file. A list
for one assignment, such as Moodle's grading worksheet with its `Identifier`, can lie beside the
roster: people of several files are one person if the column that names the learner is the same, or
the address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..core.errors import GraderError
from ..core.text import count, printable
from .tables import plain, read_table

MAX_LEARNER_BYTES = 100
_LEARNER = (
    "learner", "student_id", "id", "username", "user name", "login", "login id", "anmeldename",
    "nom d'utilisateur", "nombre de usuario", "id number", "idnumber", "id-nummer",
    "numéro d'identification",
    "número de id", "matrikelnummer", "student id", "sis login id", "sis user id", "orgdefinedid",
    "unique user id", "sid", "github_username", "github username", "github",
    "org defined id", "user_id", "user id", "login_id", "sis id", "canvas_user_id", "blackboard_id",
    "blackboard id", "benutzername", "nutzernamen", "sourcedid", "uin", "uid", "netid", "eid",
    "email", "email address", "e-mail-adresse", "e-mail", "adresse de courriel",
    "dirección de correo", "identifier",
)  # fmt: skip
"""The columns that name the folder of a learner, the first that is there; all of them are ids."""
EMAIL = {"email", "email address", "e-mail-adresse", "e-mail", "adresse de courriel",
          "dirección de correo"}  # fmt: skip
_FIRST = {"first name", "first_name", "firstname", "vorname", "prénom", "nombre", "given name",
          "givenname"}  # fmt: skip
_LAST = {"last name", "last_name", "lastname", "surname", "nachname", "nom", "nom de famille",
         "apellido(s)", "apellidos", "apellido", "family name", "familyname"}  # fmt: skip
_FULL = ("full name", "full_name", "fullname", "name", "student", "student name",
         "last name, first name", "vollständiger name", "nom complet", "nombre completo",
         "identifier")  # fmt: skip
_ROLE = {"role", "roles", "rolle", "rollen", "rôle", "rôles", "rol", "course role"}
_LEARNERS = re.compile(r"student|learner|member|mitglied|teilnehm|studier|étudiant|alumn|particip")
_STAFF = re.compile(
    r"\bta\b|instructor|teach|assistant|tutor|grader|staff|designer|admin|observer|guardian|parent|"
    r"librarian|dozent|lehr|leiter|enseignant|formateur|profesor|docente"
)
_PARTICIPANT = re.compile(r"\D*[\s/]\D*(\d+)")
"""How Moodle's grading worksheet numbers people, in a column that is `ID` in some languages:
"Participant 12345", "Teilnehmer/in 12345". The number holds for one assignment."""
_SHORTENED = re.compile(r"\d[.,]\d+E\+\d+")
"""A long number as a spreadsheet saves it: 1.23457E+11."""
_NO_PERSON = {"points possible", "student, test", "test student"}


@dataclass(frozen=True)
class Columns:
    """The names of columns, "" to recognise them: of the learner's folder, and of the name."""

    learner: str = ""
    name: str = ""


@dataclass(frozen=True)
class Person:
    """A learner.

    Attributes:
        learner: the name of the folder of submissions.
        names: the name for display first, then the other ways in which it is written.
        ids: all ids and addresses by which platforms may know the learner.
    """

    learner: str
    names: tuple[str, ...] = ()
    ids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Roster:
    """The class.

    Attributes:
        people: by learner.
        problems: a sentence for each row that is left out or incomplete.
        notes: a sentence for each file in which people are no learners, by their role.
    """

    people: tuple[Person, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def learners(self) -> list[str]:
        """The names of the folders of all people."""
        return [person.learner for person in self.people]

    def called(self, name: str) -> list[str]:
        """Return the learners who have a name or an id, as a teacher may write it."""
        wanted = _folded(name)
        return [e.learner for e in self.people if wanted in map(_folded, {*e.names, *e.ids})]


def read_rosters(paths: list[Path], columns: Columns = Columns()) -> Roster | None:
    """Return the people of some files; None if there are no files.

    Raises:
        GraderError: a file cannot be read, or has no column that tells people apart.
    """
    people: dict[str, Person] = {}
    problems: list[str] = []
    notes: list[str] = []
    for path, header, at, rows in _joined(paths, columns, notes):
        for number, person, cells in rows:
            wrong = problem_of(person.learner)
            if not person.learner:
                wrong = f"the column {printable(header[at])} is empty."
            elif _SHORTENED.fullmatch(person.learner):
                wrong = (
                    f"a spreadsheet has shortened the number {person.learner}; export the table "
                    "again and put it here without opening it in a spreadsheet."
                )
            known = people.get(person.learner)
            if known and known.names and person.names and not set(known.names) & set(person.names):
                wrong = f"{printable(person.learner)} is {known.names[0]} in another row."
            if wrong:
                problems.append(f"{path.name}, row {number}: left out, {wrong}")
                continue
            if not cells[at] and not known:
                problems.append(
                    f"{path.name}, row {number}: the column {printable(header[at])} is empty; the "
                    f"learner is {printable(person.learner)}."
                )
            people[person.learner] = Person(
                person.learner,
                tuple(dict.fromkeys([*(known.names if known else ()), *person.names])),
                person.ids | (known.ids if known else frozenset()),
            )
    if not paths:
        return None
    return Roster(tuple(people[name] for name in sorted(people)), tuple(problems), tuple(notes))


def people_of(
    paths: list[Path], columns: Columns
) -> list[tuple[Path, list[str], list[tuple[str, list[str]]]]]:
    """Return the header of each file, and for each person in it the learner and the cells.

    Raises:
        GraderError: a file cannot be read, or has no column that tells people apart.
    """
    return [
        (
            path,
            header,
            [(each.learner, cells) for _, each, cells in rows if not problem_of(each.learner)],
        )
        for path, header, _, rows in _joined(paths, columns)
    ]


def _joined(
    paths: list[Path], columns: Columns, notes: list[str] | None = None
) -> list[tuple[Path, list[str], int, list[tuple[int, Person, list[str]]]]]:
    """Return the header of each file, the place of the column that names the learner, and the
    number, the person and the cells of each row.

    A file may lack the column that names the learner, as Moodle's worksheet often lacks the ID
    number: an address that only one person has in the files before it names the learner then, if
    the row does not name somebody of these files itself.
    """
    found = []
    owners: dict[str, set[str]] = {}
    learners: set[str] = set()
    for path in paths:
        header, rows = read_table(path)
        folded = [_folded(cell) for cell in header]
        at = _learner_column(path, header, rows, columns)
        here = []
        staff: list[str] = []
        for number, row in enumerate(rows, 2):
            cells = [plain(cell) for cell in row]
            by_name = dict(zip(folded, cells, strict=True))
            person = _person(by_name, folded[at], columns)
            if person is None:
                continue
            if role := _role_of_staff(by_name):
                staff.append(role)
                continue
            addresses = {by_name[key].casefold() for key in EMAIL if by_name.get(key)}
            known = set().union(*(owners.get(each, set()) for each in addresses))
            if person.learner not in learners and len(known) == 1:
                person = replace(person, learner=known.pop())
            here.append((number, person, cells, addresses))
        for _, person, _, addresses in here:
            learners.add(person.learner)
            for address in addresses:
                owners.setdefault(address, set()).add(person.learner)
        found.append((path, header, at, [row[:3] for row in here]))
        if staff and notes is not None:
            roles = ", ".join(sorted(set(map(printable, staff))))
            notes.append(
                f"{path.name}: {count(len(staff), 'row')} of no learner left out ({roles})."
            )
    return found


def numbers_participants(cells: Iterable[str]) -> bool:
    """Return whether a column numbers people as Moodle's grading worksheet does.

    >>> numbers_participants(["Participant 12345", "Teilnehmer/in12346"])
    True
    """
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(map(_PARTICIPANT.fullmatch, filled))


def _folded(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFC", cell).casefold().replace("’", "'").split())


def _role_of_staff(cells: Mapping[str, str]) -> str:
    """Return the role of a person who teaches, "" for learners and for roles that are unknown."""
    roles = " ".join(cells[key] for key in sorted(_ROLE) if cells.get(key))
    folded = roles.casefold()
    return roles if _STAFF.search(folded) and not _LEARNERS.search(folded) else ""


def _learner_column(path: Path, header: list[str], rows: list[list[str]], columns: Columns) -> int:
    """Return the place of the first column that can name people and is not empty for everybody.

    A column with the participants of one assignment comes last.
    """
    folded = [_folded(cell) for cell in header]
    wanted = (_folded(columns.learner),) if columns.learner else _LEARNER
    present = [name for name in wanted if name in folded]
    cells = {name: [row[at] for row in rows if row[at := folded.index(name)]] for name in present}
    filled = [name for name in present if cells[name]]
    filled.sort(key=lambda name: all(map(_PARTICIPANT.fullmatch, cells[name])))
    found = next(iter(filled), present[0] if present else None)
    if found is None:
        what = (
            f"{columns.learner!r}, which [roster] in course.toml names"
            if columns.learner
            else "that tells people apart, such as an id, a user name or an e-mail address"
        )
        raise GraderError(
            f"{path} has no column {what}. Its first row must name the columns; it has: "
            f"{', '.join(printable(cell) for cell in header if cell) or 'nothing'}. Name one under "
            '[roster] in course.toml: learner = "..."'
        )
    return folded.index(found)


def _person(cells: Mapping[str, str], learner: str, columns: Columns) -> Person | None:
    """Return the person of a row, None for a row that is no person."""
    first = next((cells[key] for key in _FIRST if cells.get(key)), "")
    last = next((cells[key] for key in _LAST if cells.get(key)), "")
    full = cells.get(columns.name.casefold(), "") if columns.name else ""
    full = full or next((cells[key] for key in _FULL if cells.get(key)), "")
    ids = {cells[key] for key in _LEARNER if cells.get(key)}
    others = (cells.get(key, "") for key in _LEARNER)
    own = cells[learner] or next(
        (each for each in others if each and not _PARTICIPANT.fullmatch(each)), ""
    )
    if learner in EMAIL and "@" not in own and not (first or last or full):
        return None  # rows of Google Classroom with the date and the points
    learner_id = re.sub(r"^#", "", unicodedata.normalize("NFC", own))
    if full.casefold() in _NO_PERSON or not (ids or first or last or full or learner_id):
        return None
    names = []
    if first or last:
        names = [f"{first} {last}".strip(), f"{last} {first}".strip(), f"{last}, {first}"]
    if full:
        names.append(full)
        if full.count(",") == 1:
            family, given = (part.strip() for part in full.split(","))
            names = [f"{given} {family}", f"{family} {given}", *names]
    ids |= {re.sub(r"^#", "", each) for each in ids}
    ids |= {match[1] for each in ids if (match := _PARTICIPANT.fullmatch(each))}
    names = [" ".join(each.split()) for each in names]
    return Person(learner_id, tuple(dict.fromkeys(names)), frozenset(ids))


def problem_of(learner: str) -> str:
    """Return why a name cannot be that of a folder of submissions, "" if it can."""
    shown = printable(learner)
    if not learner.strip():
        return "there is no name."
    if learner.startswith(("=", "+", "-", "@", "\t")):
        return f"{shown} begins like a formula of a spreadsheet."
    if shown != learner or learner != learner.strip() or learner.startswith("."):
        return f"{shown!r} cannot be the name of a folder."
    if "/" in learner or "\\" in learner or len(learner.encode()) > MAX_LEARNER_BYTES:
        return f"{shown} cannot be the name of a folder."
    return ""
