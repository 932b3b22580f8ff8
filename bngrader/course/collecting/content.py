"""Which files of an archive or a folder are a submission.

Honest people pack by hand: the files alone, the layout of the handout, the whole handout, copies
called `moments (1).py`, an archive in an archive. Only files that belong to a submission are ever
read or written; all others are left out and named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from bnlab.kit.course import Unit, units
from bnlab.kit.formats import MAX_NOTEBOOK_BYTES, MAX_SOURCE_BYTES, RECEIPT

from ...core.solutions import ROOT
from ...core.text import count, printable
from . import plain
from .archives import MAX_ENTRIES, kind_of, opened
from .claims import COPY
from .ilias import LATE
from .nodes import MAX_ARCHIVE_BYTES, Node, UnreadableError

MAX_RECEIPT_BYTES = 16 * 2**10
MAX_NESTED = 2
"""Archives in each other that are opened."""
_NOT_HANDED_IN = {"kit", "tests", "book", "solutions", "submissions", "site-packages"}


@dataclass
class Found:
    """The files of one unit.

    Attributes:
        files: content by the path in the submission.
        receipt: the time in the receipt, by the learner's clock; None without one.
        time: when the archive, or the newest of loose files, was changed, as `clock` says.
    """

    unit: str
    files: dict[str, bytes]
    receipt: datetime | None
    time: datetime
    clock: str


@dataclass
class Content:
    """What is in one thing.

    Attributes:
        found: the submissions.
        left: the names of other files.
        refused: a sentence for each unit that cannot be taken.
    """

    found: list[Found] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass
class _Opened:
    """What the archives in an archive of a learner have in all."""

    entries: int = 0
    size: int = 0

    def add(self, entries: int = 0, size: int = 0) -> None:
        self.entries, self.size = self.entries + entries, self.size + size
        if self.entries > MAX_ENTRIES:
            raise UnreadableError(f"its archives contain more than {MAX_ENTRIES} entries together.")
        if self.size > MAX_ARCHIVE_BYTES:
            most = MAX_ARCHIVE_BYTES // 2**20
            raise UnreadableError(f"the archives in it are larger than {most} MiB together.")


def in_archive(
    archive: Node, stack: ExitStack, nested: int = 0, before: _Opened | None = None
) -> Content:
    """Return what is in an archive of a learner, or in the archives in it.

    Args:
        nested: the number of archives that this one is in.
        before: what the archives that were opened before have in all; this call adds to it.

    Raises:
        UnreadableError: it cannot be used.
    """
    before = before or _Opened()
    before.add(size=archive.size if nested else 0)
    top = opened(archive, stack)
    skip = len(top.path) + 1
    files = [(node.path[skip:], node) for node in top.walk()]
    before.add(entries=len(files))
    content = in_files(files)
    for found in content.found:  # the times in the archive are the learner's
        found.time, found.clock = archive.time, archive.clock
    inner = [node for _, node in files if kind_of(node.name) == "zip"]
    if not content.found and not content.refused and inner and nested < MAX_NESTED:
        people = {plain.owner(node).learner.casefold() for node in inner} - {""}
        if len(people) > 1 or plain.people_in(node.path[skip:] for node in inner):
            raise UnreadableError(
                "the archives in it name several people; unpack it, and collect the folder."
            )
        content = Content()
        for node in inner:
            node.time, node.clock = min(node.time, archive.time), archive.clock
            more = in_archive(node, stack, nested + 1, before)
            content.found += more.found
            content.left += more.left
            content.refused += more.refused
    return content


def in_files(files: Sequence[tuple[str, Node]]) -> Content:
    """Return what is in loose files, by their paths.

    Raises:
        UnreadableError: a file of a submission is damaged or too large.
    """
    content = Content()
    ranked: dict[tuple[str, str], list[tuple[int, str, Node]]] = {}
    for path, node in files:
        place = _place(path)
        if place is None:
            if node.problem == "" or node.opened:
                content.left.append(path)
            continue
        unit, inside, rank = place
        ranked.setdefault((unit, inside), []).append((rank, path, node))
    by_unit: dict[str, dict[str, tuple[bytes, Node]]] = {}
    unclear: set[str] = set()
    for (unit, inside), rows in sorted(ranked.items()):
        best = min(rank for rank, _, _ in rows)
        contents: dict[bytes, Node] = {}
        for rank, path, node in rows:
            if rank > best:
                content.left.append(path)
            else:
                contents.setdefault(node.read(_limit(inside)), node)
        if len(contents) > 1:
            content.refused.append(
                f"it contains {len(contents)} different {printable(rows[0][1])}; ask which one."
            )
            unclear.add(unit)
            continue
        by_unit.setdefault(unit, {})[inside] = next(iter(contents.items()))
    content.found = [
        _found(unit, rows)
        for unit, rows in by_unit.items()
        if set(rows) - {RECEIPT} and unit not in unclear
    ]
    if _is_handout(path for path, _ in files):
        _leave_out_unchanged(content)
    return content


def _found(unit: str, rows: dict[str, tuple[bytes, Node]]) -> Found:
    newest = max((node for _, node in rows.values()), key=lambda node: node.time)
    files = {inside: data for inside, (data, _) in rows.items()}
    return Found(unit, files, receipt_time(files.get(RECEIPT, b"")), newest.time, newest.clock)


def receipt_time(receipt: bytes) -> datetime | None:
    """Return the time in a receipt, None if there is none."""
    try:
        when = json.loads(receipt or b"{}").get("time")
        parsed = datetime.fromisoformat(when[:40])
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, AttributeError, TypeError, RecursionError, OverflowError):
        return None


def _limit(inside: str) -> int:
    if inside == RECEIPT:
        return MAX_RECEIPT_BYTES
    return MAX_NOTEBOOK_BYTES if inside.endswith(".ipynb") else MAX_SOURCE_BYTES


def could_be_ours(path: str) -> bool:
    """Return whether a file has a name of a submission."""
    return _place(path) is not None


def has_submission(folder: Node) -> bool:
    """Return whether a folder contains loose files of a submission."""
    skip = len(folder.path) + 1
    return any(
        could_be_ours(node.path[skip:]) and not node.path.endswith(RECEIPT)
        for node in folder.walk()
    )


def _place(path: str) -> tuple[str, str, int] | None:
    """Return unit, path in the submission and rank of a file; the lowest rank is used."""
    parts = path.casefold().split("/")
    above, name = parts[:-1], parts[-1]
    if _NOT_HANDED_IN & set(above):
        return None
    if name == RECEIPT:
        named = [part for part in above if part in units()]
        return (named[-1], RECEIPT, 0) if named else None
    base, _, suffix = LATE.sub("", name).rpartition(".")
    if suffix not in ("py", "ipynb"):
        return None
    bare = re.sub(r"-\d{1,2}$", "", COPY.sub("", base))
    for unit in units().values():
        others = set(above) & (set(units()) - {unit.name})
        rank = _rank(unit, above, base, bare, suffix)
        if rank is not None and not others:
            inside = f"{unit.slug}.ipynb" if suffix == "ipynb" else f"bnlab/{unit.name}.py"
            return unit.name, inside, rank
    return None


def _rank(unit: Unit, above: list[str], base: str, bare: str, suffix: str) -> int | None:
    """Return how well a name fits: 0 as `bnlab submit` writes it, None not at all."""
    if suffix == "py":
        if not unit.coded or unit.name not in (base, bare):
            return None
        exact, place = base == unit.name, [unit.name, "bnlab"]
    else:
        if unit.slug in (base, bare):
            exact = base == unit.slug
        elif re.search(rf"(?<![a-z0-9]){unit.slug}(?![a-z0-9])", base):
            return 4  # 02_moments_final
        elif unit.name in (base, bare):
            return 5
        else:
            return None
        place = [unit.name]
    return 2 * (not exact) + (above[-len(place) :] != place)


def _is_handout(paths: Iterable[str]) -> bool:
    """Return whether these are files in the layout of the handout, which has all units."""
    folders = [set(path.casefold().split("/")[:-1]) for path in paths]
    return any("exercises" in each for each in folders) or any(
        "bnlab" in each and not each & set(units()) for each in folders
    )


def _leave_out_unchanged(content: Content) -> None:
    """Leave out units in which nobody has worked, if there are others."""
    changed = [each for each in content.found if not is_untouched(each)]
    untouched = len(content.found) - len(changed)
    if len(content.found) > 1 and untouched:
        content.found = changed
        if changed:
            content.left.append(f"{count(untouched, 'unit')} without changes")
        else:
            content.refused.append(f"all {untouched} units in it are as they were given out.")


def is_untouched(found: Found) -> bool:
    """Return whether module and notebook are those that learners received."""
    return all(
        inside == RECEIPT or _text(data) == _text(released(found.unit, inside))
        for inside, data in found.files.items()
    )


@cache
def released(unit: str, inside: str) -> bytes:
    """Return a file of a submission as learners received it."""
    folder = ROOT if inside.startswith("bnlab/") else ROOT / "exercises"
    path = folder / inside
    return path.read_bytes() if path.is_file() else b""


def _text(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").strip()
