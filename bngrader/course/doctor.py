"""What in the course file, the roster and the submissions does not fit together."""

from __future__ import annotations

from pathlib import Path

from bnlab.kit.course import units

from ..core.errors import GraderError
from ..core.text import count, printable
from .collecting.unmatched import Unmatched
from .course import Course
from .roster import Roster
from .settings import CourseSettings

MAX_NAMES = 5


def examine(course: Course) -> list[str]:
    """Return one sentence for each thing that does not fit, with what to do."""
    try:
        settings = course.settings()
    except GraderError as error:
        return [str(error)]
    found = []
    if not course.file.is_file():
        found.append(f"{course.file} is missing; `bngrader init` writes one with comments.")
    try:
        roster = course.roster()
    except GraderError as error:
        found.append(str(error))
        roster = None
    else:
        found += _roster(course, roster)
    learners = _learners(course.submitted)
    found += _people(settings, roster, learners)
    found += _units(course, settings, learners)
    found += _unmatched(course)
    return found


def _roster(course: Course, roster: Roster | None) -> list[str]:
    if roster is None:
        return [
            f"there is no roster in {course.root}: nobody is missed who hands in nothing, and with "
            "Moodle, which numbers people anew in each assignment, each unit has learners of its "
            "own. Put the list of your platform there as roster.csv."
        ]
    return [*roster.problems] if roster.people else [*roster.problems, "the roster names nobody."]


def _learners(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [each for each in sorted(folder.iterdir()) if each.is_dir() and each.name[0] != "."]


def _people(settings: CourseSettings, roster: Roster | None, learners: list[Path]) -> list[str]:
    if roster is None:
        return []
    known = set(roster.learners)
    found = []
    strangers = [each.name for each in learners if each.name not in known]
    if strangers:
        found.append(
            f"{count(len(strangers), 'learner')} of submitted/ {are(strangers)} not in the roster "
            f"({short(strangers)}): add them to it, or rename their folders."
        )
    lost = sorted(set(settings.extensions) - known)
    found += [
        f"[extensions] names {printable(name)}: write the learner as {' or '.join(meant)}."
        for name in lost
        if (meant := roster.called(name))
    ]
    lost = [name for name in lost if not roster.called(name)]
    if lost:
        found.append(f"[extensions] names {short(lost)}, who {are(lost)} not in the roster.")
    return found


def _units(course: Course, settings: CourseSettings, learners: list[Path]) -> list[str]:
    found = []
    left = [
        f"{each.name}/{unit}"
        for each in learners
        for unit in settings.left_out
        if (each / unit).is_dir()
    ]
    if left:
        found.append(f"{short(left)}: handed in, but course.toml leaves this unit out.")
    without = [
        name
        for name in units()
        if name not in settings.due and any((each / name).is_dir() for each in learners)
    ]
    if settings.due and without:
        found.append(f"[due] has no date for {short(without)}, which was handed in; add it.")
    for learner, rows in settings.extensions.items():
        for unit, when in rows.items():
            due = settings.due.get(unit)
            if due is None or when <= due:
                found.append(
                    f"the extension of {printable(learner)} for {unit} is not later than the due "
                    "date; correct one of them."
                )
    return found


def _unmatched(course: Course) -> list[str]:
    path = course.root / "unmatched.csv"
    try:
        open_questions = Unmatched(path).unanswered
    except GraderError as error:
        return [str(error)]
    if not open_questions:
        return []
    return [
        f"{count(open_questions, 'row')} of {path.name} without a learner: fill in the column, and "
        "collect again."
    ]


def short(names: list[str]) -> str:
    """Return the first names in one line."""
    shown = ", ".join(printable(name) for name in names[:MAX_NAMES])
    return f"{shown} and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else shown


def are(names: list[str]) -> str:
    """Return the verb for some names."""
    return "is" if len(names) == 1 else "are"
