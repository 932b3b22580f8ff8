"""What a name in a download says about its owner, and the parts that all platforms share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bnlab.kit.course import units

from .nodes import Node


@dataclass(frozen=True)
class Claim:
    """What a name says about the owner of a file.

    Attributes:
        platform: the platform that gave the name.
        id: the number or name by which the platform tells people apart; "" if the name has none.
        name: the name for display; "" if there is none.
        learner: the folder that is used without a roster; "" asks the teacher.
        people: the owners of a group's submission, instead of `id` and `name`.
        sent: when it was handed in, by the platform; without zone if the platform gives none.
        order: what the platform counts up with each submission, such as ("canvas", 457).
        attempt: the number of an attempt in a name that a person chose.
        whole: that name with the number, which a roster may know as a learner of its own.
        late: whether the platform says that it is late.
        file: the name that the learner gave the file, if all files are in one folder.
        unit: the only unit that it is for; "" if the name says nothing about it.
        why: what is missing if the owner is unknown, a sentence.
        also: what else the name may mean, ids and names; only a roster can confirm it.
        inside: the folder that holds what the learner sent; the rest is the platform's.
    """

    platform: str
    id: str = ""
    name: str = ""
    learner: str = ""
    people: tuple[Claim, ...] = ()
    sent: datetime | None = None
    order: tuple[str, int] | None = None
    attempt: int | None = None
    whole: str = ""
    late: bool = False
    file: str = ""
    unit: str = ""
    why: str = ""
    also: tuple[str, ...] = ()
    inside: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What must be equal for two loose files to be one submission."""
        return (self.platform, self.id, self.learner, fold(self.name), self.sent, self.people)


@dataclass
class Reading:
    """What a platform makes of the names in one folder.

    Attributes:
        claims: by the position of the child.
        notes: files of the platform itself, with a sentence that says what they are.
    """

    claims: dict[int, Claim] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)


Platform = Callable[[Node], Reading]
"""Reads the names of the children of a folder."""


def fold(name: str) -> str:
    """Return a name as it is compared: one form for accents, one space between words, no case."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


COPY = re.compile(
    r"(?: ?\(\d+\)| - (?:copy|kopie|copie|copia)(?: ?\(\d+\))?| copy(?: \d+)?)$", re.I
)
"""What browsers and file managers add to the name of a second copy, without the suffix."""


def without_suffix(name: str) -> str:
    """Return a file name without `.zip`, `.tar.gz`, `.py` and the like, and without a copy's mark.

    >>> without_suffix("moments (1).tar.gz")
    'moments'
    """
    return COPY.sub("", bare(name))


def bare(name: str) -> str:
    """Return a file name without its suffix."""
    return re.sub(r"(?i:\.tar\.(?:gz|bz2|xz|zst)|\.[a-z0-9]{1,5})$", "", name)


def is_ours(file: str) -> bool:
    """Return whether a file name begins as those of the course do: `moments-2026`, `02_moments`."""
    folded = file.casefold()
    return any(
        folded.startswith(start) and not folded[len(start) : len(start) + 1].isalnum()
        for unit in units().values()
        for start in (unit.name, unit.slug)
    )
