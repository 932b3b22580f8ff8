"""The table in which the teacher writes whose a file is, where no name says it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...core.errors import GraderError
from ..tables import plain, read_table, write_table
from .claims import Claim

COLUMNS = ("found", "platform", "id", "name", "digest", "learner", "why")
NOBODY = "-"
"""What the teacher writes for a file that is to be left out."""


@dataclass
class Question:
    """A row of the table; `learner` is the answer, "" until there is one."""

    found: str
    platform: str
    id: str
    name: str
    digest: str
    learner: str = ""
    why: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What the answer is for: an id of a platform, or else one file with this content."""
        return (self.platform, self.id) if self.id else (self.found, self.digest)


class Unmatched:
    """The table of questions.

    Args:
        path: the file; None for a table that is never written.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.unanswered = 0
        self._rows: dict[tuple[str, ...], Question] = {}
        if path is not None and path.is_file():
            header, rows = read_table(path)
            missing = [name for name in COLUMNS[:-1] if name not in header]
            if missing:
                raise GraderError(
                    f"{path} has no column {missing[0]!r}, expected {', '.join(COLUMNS)}; "
                    "delete it, and the next run writes it anew."
                )
            for row in rows:
                cells = dict(zip(header, map(plain, row), strict=True))
                question = Question(*(cells.get(name, "") for name in COLUMNS))
                if question.learner:
                    self._rows[question.key] = question
                else:
                    self.unanswered += 1

    def has_answer_for(self, found: str) -> bool:
        """Return whether there is an answer for a file of this name, which needs its digest."""
        return any(not row.id and row.found == found for row in self._rows.values())

    def answer(self, claim: Claim, found: str, digest: str) -> tuple[str, ...]:
        """Return the learners that the teacher has written, () if there is no answer."""
        question = Question(found, claim.platform, claim.id, claim.name, digest)
        row = self._rows.get(question.key)
        names = row.learner.split(";") if row else []
        return tuple(name.strip() for name in names if name.strip())

    def ask(self, claim: Claim, found: str, digest: str, why: str) -> None:
        """Add a question."""
        id = "" if claim.why else claim.id
        question = Question(found, claim.platform, id, claim.name, digest, why=why)
        self._rows.setdefault(question.key, question)

    def write(self) -> None:
        """Write all answers, and the questions of this run, and remove what a killed run left.

        Raises:
            GraderError: it cannot be written.
        """
        if self.path is None or not (self._rows or self.path.is_file()):
            return
        for left in self.path.parent.glob(f".{self.path.name}.*.partial"):
            left.unlink(missing_ok=True)
        rows = sorted(self._rows.values(), key=lambda row: (bool(row.learner), row.found))
        write_table(self.path, COLUMNS, [vars(row) for row in rows])
