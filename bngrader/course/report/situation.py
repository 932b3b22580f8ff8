"""What the reports on a class do not say: who is in it, and when they handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from bnlab.kit.course import units

from ...core.book import book_address
from ...core.errors import GraderError
from ..collecting.store import Store
from ..course import Course
from ..grade import Graded
from ..submissions import Submission

Name = tuple[str, str]
"""Learner and unit."""


@dataclass(frozen=True)
class Situation:
    """The class around its submissions.

    Attributes:
        names: of everybody in the roster by learner, for display; "" if a name is not known.
        times: when each attempt was handed in, the oldest first.
        late: the submissions that count and were handed in after the due date of their learner.
        due: the due date of units.
        over: learner and unit of all that had to be handed in by now, extensions included.
        waiting: how many written answers of a unit a person must still mark.
        zone: the time zone of the school, None for that of this machine.
        notes: lines on folders that are not submissions.
        book: the address of the pages of the book, "" if it is not known.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[Name, tuple[datetime, ...]] = field(default_factory=dict)
    late: frozenset[Name] = frozenset()
    due: Mapping[str, datetime] = field(default_factory=dict)
    over: frozenset[Name] = frozenset()
    waiting: Mapping[str, int] = field(default_factory=dict)
    zone: tzinfo | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    notes: Sequence[str] = ()
    book: str = ""


def situation(
    course: Course,
    graded: Sequence[Graded],
    notes: Sequence[str] = (),
    waiting: Mapping[str, int] | None = None,
    whole: bool = True,
) -> Situation:
    """Return the situation of a class.

    Args:
        course: the course.
        graded: its submissions.
        notes: lines on folders that are not submissions.
        waiting: how many written answers of each unit a person must still mark.
        whole: whether the submissions are those of everybody in the roster.

    Raises:
        GraderError: the course file or the roster cannot be read.
    """
    rules, roster = course.settings(), course.roster() if whole else None
    names = {each.learner: next(iter(each.names), "") for each in roster.people} if roster else {}
    times: dict[Name, tuple[datetime, ...]] = {}
    late = set()
    for each in graded:
        name = each.submission.learner, each.submission.unit
        found, counts = _times(each.submission, rules.timestamp_from, rules.zone)
        times[name] = found
        due = rules.due_for(*name)
        if due and counts and counts > due:
            late.add(name)
    now = datetime.now(UTC)
    learners = {*names, *(each.submission.learner for each in graded)}
    over = frozenset(
        (learner, unit)
        for unit in units()
        for learner in learners
        if (due := rules.due_for(learner, unit)) and due < now
    )
    return Situation(
        names, times, frozenset(late), rules.due, over, waiting or {}, rules.zone, now, notes,
        book_address(rules.book),
    )  # fmt: skip


def _times(
    submission: Submission, timestamp_from: str, zone: tzinfo | None
) -> tuple[tuple[datetime, ...], datetime | None]:
    """Return the times of all attempts, and that of the attempt that counts."""
    counts = None
    text, _ = submission.timestamp()
    with suppress(ValueError, OverflowError):
        stamp = datetime.fromisoformat(text.removesuffix(" UTC").strip())
        counts = stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
    found: list[datetime] = []
    with suppress(GraderError):  # `bngrader collect` says what is damaged
        attempts = Store(submission.folder.parent, zone=zone).attempts(submission.unit)
        found = [each.time(timestamp_from)[0] for each in attempts]
    return tuple(sorted(found or ([counts] if counts else []))), counts
