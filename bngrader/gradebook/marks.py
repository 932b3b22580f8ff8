"""What the gradebook holds of one submission after it was graded again: marks and comments.

nbgrader asks for every hand-marked cell to be marked again, on each run. Here a cell waits for a
person only if nobody has marked it in its present wording:

- A written answer that changed is not marked yet. Its earlier mark and comment are kept with the
  earlier answer (`Earlier`), where the marker sees them and the learner does not; if the earlier
  answer comes back, so do its mark and comment.
- A mark that a person gave instead of the automatic one stays; it waits for the person if the
  automatic mark or the code has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from .database import EARLIER, Comment, Grade, Rows

NO_RESPONSE = "No response."
"""The comment that nbgrader gives to an answer that was not changed."""


@dataclass(frozen=True)
class Earlier:
    """An answer that was marked and is no longer the present one.

    Attributes:
        source: its text, as in the graded notebook.
        points: the mark, with extra credit, of `of` points.
    """

    source: str
    manual: float | None
    extra: float | None
    comment: str | None
    of: float = 0.0

    def note(self) -> str:
        """Return the mark and the comment in a line."""
        points = "no mark" if self.manual is None else f"{self.manual:g} of {self.of:g} points"
        extra = f" and {self.extra:g} extra" if self.extra else ""
        comment = f" and this comment: {self.comment}" if self.comment else ""
        return f"{EARLIER}{points}{extra}{comment}"

    def as_data(self) -> dict[str, Any]:
        """Return the fields, for the metadata of a cell."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Any) -> Earlier | None:
        """Return what `as_data` made; None for anything else."""
        try:
            return cls(**data)
        except TypeError:
            return None


@dataclass(frozen=True)
class Before:
    """What the graded notebook of the last recording shows.

    Attributes:
        written: text of the written answer, None if there is no such notebook.
        module: text of the module beside it.
        earlier: the answer before that.
    """

    written: str | None = None
    module: str | None = None
    earlier: Earlier | None = None


@dataclass(frozen=True)
class Now:
    """What a submission is worth and holds now.

    Attributes:
        auto: the automatic mark of each cell, None for one that a person has to mark.
        cell: the cell of the written answer.
        written: its text in the graded notebook.
        module: text of the module.
        points: the points of each cell.
    """

    auto: Mapping[str, float | None]
    cell: str
    written: str
    module: str | None
    points: Mapping[str, float]


@dataclass(frozen=True)
class Marks:
    """The new rows of a submission.

    Attributes:
        earlier: the earlier answer, which the graded notebook shows to the marker.
        moved: whether a mark became that of an earlier answer just now.
    """

    grades: dict[str, Grade] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    earlier: Earlier | None = None
    moved: bool = False


def mark(rows: Rows, before: Before, now: Now) -> Marks:
    """Return the new rows of a submission.

    Args:
        rows: the present ones, of a new submission with empty marks.
        before: what the last recording showed.
        now: what is recorded now.
    """
    same_code = before.module == now.module
    grades, comments = {}, {}
    for cell, grade in rows.grades.items():
        auto = now.auto[cell]
        pending = auto is None
        if grade.manual is not None:
            pending = grade.pending or auto != grade.auto or not same_code
        grades[cell] = replace(grade, auto=auto, pending=pending)
    for cell, comment in rows.comments.items():
        comments[cell] = replace(comment, auto=None)
    if now.cell not in rows.grades:
        return Marks(grades, comments, before.earlier)
    written = _Written(rows, before, now)
    grades[now.cell], comment = written.grade, written.comment
    if now.cell in rows.comments:
        comments[now.cell] = comment
    return Marks(grades, comments, written.earlier, written.moved)


class _Written:
    """The new rows of the written answer."""

    def __init__(self, rows: Rows, before: Before, now: Now):
        self.grade, self.moved, self.earlier = rows.grades[now.cell], False, before.earlier
        self.comment = rows.comments.get(now.cell, Comment(""))
        auto = now.auto[now.cell]
        note = self.comment.auto or ""
        marked = any(
            each is not None for each in (self.grade.manual, self.grade.extra, self.comment.manual)
        )
        pending = auto is None
        if before.written is None or before.written == now.written:
            if self.grade.manual is not None:
                # Without a graded notebook nobody knows which wording was marked.
                pending = self.grade.pending or before.written is None
        else:
            mine = None
            if marked:
                grade, of = self.grade, now.points[now.cell]
                comment = self.comment.manual
                mine = Earlier(before.written, grade.manual, grade.extra, comment, of)
            elif EARLIER in note and (self.earlier is None or self.earlier.note() not in note):
                # A run that was killed has recorded the marks, and not written the notebook.
                said = note[note.index(EARLIER) + len(EARLIER) :]
                mine = Earlier(before.written, None, None, f"It had {said}")
            self.moved = marked
            again = self.earlier
            if again is not None and again.source == now.written:
                self.grade = replace(self.grade, manual=again.manual, extra=again.extra)
                self.comment = replace(self.comment, manual=again.comment)
                pending = pending and again.manual is None
                self.earlier = mine
            else:
                self.earlier = mine or self.earlier
                self.grade = replace(self.grade, manual=None, extra=None)
                self.comment = replace(self.comment, manual=None)
        self.grade = replace(self.grade, auto=auto, pending=pending)
        notes = [NO_RESPONSE] if auto == 0 else []
        if self.earlier is not None and self.grade.manual is None:
            notes.append(self.earlier.note())
        self.comment = replace(self.comment, auto=" ".join(notes) or None)
