"""The line that says what became of one thing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bnlab.kit.course import unit as find_unit
from bnlab.kit.formats import submission_files

from ...core.text import printable
from . import plain
from .archives import kind_of
from .attempt import CLOCKS, Attempt
from .content import Content, Found
from .things import Thing

KINDS = ("taken", "present", "refused", "asked", "noted")


@dataclass(frozen=True)
class Line:
    """What became of one thing.

    Attributes:
        file: where it was found, printable.
        kind: one of `KINDS`.
        text: what became of it.
        learners: whose it is; () if nothing was taken.
        fault: whether a person should look at it.
        paths: the files that it is about, by their paths from the place that was given.
    """

    file: str
    kind: str
    text: str
    learners: tuple[str, ...] = ()
    fault: bool = False
    paths: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}: {self.text}"


def taken_line(
    thing: Thing,
    taken: list[tuple[str, Found, Attempt | None]],
    content: Content,
    timestamp_from: str,
) -> Line:
    """Return the line of something that was taken.

    Args:
        taken: learner, submission, and the attempt if it is new.
    """
    what = ", ".join(dict.fromkeys(f"{learner}/{found.unit}" for learner, found, _ in taken))
    new = [attempt for _, _, attempt in taken if attempt]
    text = f"{what} {'taken' if new else 'already taken'}"
    clock = Counter(each.time(timestamp_from)[1] for each in new).most_common(1)
    if clock:
        text += f" ({CLOCKS[clock[0][0]]}{', late' if new[0].late else ''})"
    nodes = [thing.archive] if thing.archive else [node for _, node in thing.files]
    if thing.claim and thing.claim.platform == plain.NAME and any(map(plain.is_numbered, nodes)):
        text += "; its number is read as that of an attempt"
    for _, found, _ in taken:
        missing = set(submission_files(find_unit(found.unit))) - set(found.files)
        if missing:
            text += f"; without {', '.join(sorted(missing))}"
    if content.left:
        text += f"; left out: {_short(content.left)}"
    if content.refused:
        text += f"; {' '.join(content.refused)}"
    learners = tuple(dict.fromkeys(learner for learner, _, _ in taken))
    kind = "taken" if new else "present"
    return Line(thing.shown, kind, text, learners, bool(content.refused))


def nothing(thing: Thing, content: Content) -> str:
    """Return why nothing can be taken from something in which there is no submission."""
    names = [path for path, _ in thing.files]
    if not names and thing.archive is None:
        return "the folder is empty."
    if any(kind_of(name) == "" for name in content.left):
        return "it contains an archive that cannot be opened here; ask for a zip."
    if any(name.rpartition("/")[2].casefold() == "onlinetext.html" for name in names):
        return "text that was typed into the platform; nothing in it belongs to a submission."
    left = f": {_short(content.left)}" if content.left else ""
    return (
        f"no module and no notebook of a unit is in it{left}. Expected the zip of `bnlab submit`, "
        "or for instance 02_moments.ipynb and bnlab/moments.py."
    )


def _short(names: list[str]) -> str:
    shown = ", ".join(printable(name) for name in sorted(names)[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def summary(lines: list[Line]) -> str:
    """Return the numbers of lines, whose sum is the number of things found."""
    counted = Counter(line.kind for line in lines)
    words = {
        "taken": "taken", "present": "already taken", "refused": "refused",
        "asked": "to be named", "noted": "not submissions",
    }  # fmt: skip
    parts = [
        f"{counted[kind]} {word}"
        for kind, word in words.items()
        if counted[kind] or kind in ("taken", "refused")
    ]
    return f"{len(lines)} found: {', '.join(parts)}"
