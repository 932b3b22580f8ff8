"""Regrades: the marks before each, with date and reason, and the way back.

    regrades/<number>/about.json           date, reason, state, submissions
    regrades/<number>/changes.csv          whose mark changed, from what to what, and why
    regrades/<number>/marks.json           the rows of the gradebook before, by unit
    regrades/<number>/autograded/          the graded notebooks and the modules before

A regrade is on the disk before the gradebook changes. One that is killed is continued by the next
run, so that the marks kept are those before the first one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..core.errors import GraderError
from ..core.files import write_atomically
from ..core.fingerprint import whole_digest
from ..course.course import Course
from ..course.tables import write_table
from .changes import graded_files
from .database import Name
from .regrade import COLUMNS, Change

FOLDER = "regrades"
FORMAT = 1
BEGUN, DONE, UNDONE = "begun", "done", "undone"


@dataclass(frozen=True)
class Regrade:
    """A regrade of a course.

    Attributes:
        state: `BEGUN` until the gradebook and the pages are written, then `DONE`, or `UNDONE`.
        grader: the digest of the grader, whose hidden tests gave the marks after it.
        names: the submissions whose marks it changes.
        cells: the units whose assignment it changes.
        undoes: the number of the regrade that it brings back, 0 for none.
    """

    number: int
    date: str
    reason: str
    state: str = BEGUN
    grader: str = ""
    names: tuple[Name, ...] = ()
    cells: tuple[str, ...] = ()
    undoes: int = 0
    format: int = field(default=FORMAT)

    @property
    def units(self) -> list[str]:
        """The units that it concerns."""
        return list(dict.fromkeys([*self.cells, *(unit for _, unit in self.names)]))


class History:
    """The regrades of a course.

    Raises:
        GraderError: one of them cannot be read.
    """

    def __init__(self, course: Course):
        self._course, self._root = course, course.root / FOLDER
        self.regrades: list[Regrade] = []
        paths = self._root.glob("[!.]*/about.json") if self._root.is_dir() else ()
        for path in sorted(paths, key=lambda each: int(each.parent.name)):
            try:
                data = json.loads(path.read_text("utf-8"))
                data["names"] = tuple((learner, unit) for learner, unit in data["names"])
                self.regrades.append(Regrade(**{**data, "cells": tuple(data["cells"])}))
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise GraderError(
                    f"regrade: {path} cannot be read ({error}); restore the file from a backup."
                ) from None

    @property
    def unfinished(self) -> Regrade | None:
        """The regrade that was stopped, None if there is none."""
        return next((each for each in self.regrades if each.state == BEGUN), None)

    def of(self, number: int | None) -> Regrade:
        """Return the regrade with a number, or the last one that can be undone.

        Raises:
            GraderError: there is none.
        """
        known = [e for e in self.regrades if e.state == DONE and not e.undoes]
        if number is not None:
            known = [each for each in self.regrades if each.number == number]
        if not known:
            which = "no regrade" if number is None else f"no regrade {number}"
            raise GraderError(
                f"regrade: {which} can be undone; `bngrader regrade --list` lists them all."
            )
        if known[-1].state == UNDONE:
            raise GraderError(f"regrade: regrade {known[-1].number} was undone already.")
        return known[-1]

    def begin(
        self,
        reason: str,
        names: Iterable[Name],
        cells: Iterable[str],
        dumps: dict[str, Any],
        changes: Iterable[Change] = (),
        undoes: int = 0,
    ) -> Regrade:
        """Write down a regrade and the marks before it; return it.

        Args:
            dumps: the rows of the gradebook by unit.
        """
        number = 1 + max((each.number for each in self.regrades), default=0)
        date = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
        made = Regrade(
            number, date, reason, BEGUN, whole_digest(), tuple(names), tuple(cells), undoes
        )
        folder = self._root / f".{number}.partial"
        shutil.rmtree(folder, ignore_errors=True)
        self._write(folder, made, dumps, changes)
        folder.rename(self.folder(made))
        self.regrades.append(made)
        return made

    def add(
        self, regrade: Regrade, names: Iterable[Name], cells: Iterable[str], dumps: dict[str, Any]
    ) -> Regrade:
        """Add submissions to a regrade that was stopped; what it holds already stays."""
        new = [name for name in names if name not in regrade.names]
        more = [unit for unit in cells if unit not in regrade.cells]
        if not new and not more:
            return regrade
        known = self.dumps(regrade)
        grown = replace(regrade, names=(*regrade.names, *new), cells=(*regrade.cells, *more))
        folder = self.folder(regrade)
        self._copy(folder, new)
        write_atomically(folder / "marks.json", json.dumps(dumps | known))
        self._about(folder, grown)
        return grown

    def finish(self, regrade: Regrade, state: str = DONE) -> Regrade:
        """Write down that a regrade is done or undone."""
        done = replace(regrade, state=state)
        self._about(self.folder(regrade), done)
        self.regrades = [done if e.number == done.number else e for e in self.regrades]
        return done

    def folder(self, regrade: Regrade) -> Path:
        """Return the folder of a regrade."""
        return self._root / str(regrade.number)

    def dumps(self, regrade: Regrade) -> dict[str, Any]:
        """Return the rows of the gradebook before a regrade, by unit.

        Raises:
            GraderError: they cannot be read.
        """
        path = self.folder(regrade) / "marks.json"
        try:
            found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise GraderError(
                f"regrade: {path} cannot be read ({error}); restore the file from a backup."
            ) from None
        return found

    def copies(self, regrade: Regrade, name: Name) -> tuple[Path, Path]:
        """Return the paths of the graded notebook and of the module before a regrade."""
        return graded_files(Course(self.folder(regrade)), name)

    def _write(
        self, folder: Path, made: Regrade, dumps: dict[str, Any], changes: Iterable[Change]
    ) -> None:
        write_atomically(folder / "marks.json", json.dumps(dumps))
        write_table(folder / "changes.csv", COLUMNS, rows_of(changes))
        self._copy(folder, made.names)
        self._about(folder, made)

    def _copy(self, folder: Path, names: Iterable[Name]) -> None:
        for name in names:
            targets = graded_files(Course(folder), name)
            for source, target in zip(graded_files(self._course, name), targets, strict=True):
                with suppress(FileNotFoundError):
                    write_atomically(target, source.read_bytes())

    def _about(self, folder: Path, made: Regrade) -> None:
        write_atomically(folder / "about.json", json.dumps(asdict(made), indent=1) + "\n")


def rows_of(changes: Iterable[Change]) -> list[dict[str, object]]:
    """Return the rows of the table of changes; a cell that is new or removed has no points."""
    return [
        {
            "learner": each.learner, "unit": each.unit, "task": each.task,
            "points": _number(each.points), "of": _number(each.of),
            "points_new": _number(each.points_new), "of_new": _number(each.of_new),
            "reason": each.reason,
        }
        for each in changes
    ]  # fmt: skip


def _number(points: float | None) -> str:
    return "" if points is None else f"{points:g}"
