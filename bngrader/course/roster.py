"""The roster: who is in the class, as Canvas, Moodle and plain lists export it."""

from __future__ import annotations

from dataclasses import dataclass, field


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
    email: str = ""


@dataclass(frozen=True)
class Roster:
    """The class."""

    people: tuple[Person, ...] = field(default_factory=tuple)
