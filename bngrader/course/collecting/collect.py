"""Collects downloads into the folder of submissions, with one line for each thing found."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from itertools import groupby
from pathlib import Path

from ...core.errors import GraderError
from ..roster import Roster
from .attempt import Attempt, digest_of, in_utc
from .claims import Claim
from .content import Content, Found, in_archive, in_files
from .identity import Decision, Identities, Owned
from .lines import Line, nothing, taken_line
from .nodes import MAX_ARCHIVE_BYTES, Node, UnreadableError, on_disk
from .recognise import Recogniser
from .same_learner import may_be_one_learner
from .store import Store
from .things import Thing
from .unmatched import NOBODY, Unmatched

NOT_ONE = "{0} may be a person of that name: it keeps nothing of what {1} has handed in before."
TIMESTAMP_SOURCES = ("auto", "receipt", "file")
"""What determines the time of submission."""


@dataclass(frozen=True)
class Options:
    """How to collect.

    Attributes:
        platform: the platform of the downloads, "" to recognise it.
        timestamp_from: one of `TIMESTAMP_SOURCES`; "auto" is the platform's clock, then the
            receipt's, then the file's.
        zone: the time zone of platforms that write none; None for that of this machine.
        roster: the class; None without a roster.
        unmatched: the table of files whose owner is unknown; None to write none.
        times: when submissions were handed in, by the platform's own table, without zone: by the
            platform and the number that it gives.
    """

    platform: str = ""
    timestamp_from: str = "auto"
    zone: tzinfo | None = None
    roster: Roster | None = None
    unmatched: Path | None = None
    times: Mapping[tuple[str, str], datetime] = field(default_factory=dict)


def collect(places: list[Path], into: Path, options: Options = Options()) -> list[Line]:
    """Write the submissions in some downloads to `into/<learner>/<unit>/`.

    Args:
        places: files and folders.
        into: the folder of submissions.

    Returns:
        One line for each archive, file or folder that was found.

    Raises:
        GraderError: a place does not exist, nothing is in it, or a submission cannot be written.
    """
    for place in places:
        if not place.exists():
            raise GraderError(f"collect: {place} not found, expected a download or a folder of it.")
    with ExitStack() as stack:
        recogniser = Recogniser(options.platform, stack)
        things = [
            thing for place in places for thing in recogniser.things(on_disk(place.absolute()))
        ]
        if not things:
            shown = ", ".join(map(str, places))
            raise GraderError(f"collect: no file found in {shown}, expected a download.")
        stack.enter_context(locked(into))
        return _Run(into, options).lines(things)


@contextmanager
def locked(into: Path) -> Iterator[None]:
    """Let only one process write to a folder of submissions at a time."""
    with _writing(into, "submissions"):
        into.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(into, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class _Run:
    """One run of `collect`."""

    def __init__(self, into: Path, options: Options) -> None:
        self._into, self._options = into, options
        self._table = Unmatched(options.unmatched)
        self._stores: dict[str, Store] = {}

    def lines(self, things: list[Thing]) -> list[Line]:
        """Take what can be taken, and say what became of each thing."""
        known = {
            each.name: Store(each).ids()
            for each in sorted(self._into.iterdir())
            if each.is_dir() and not each.name.startswith(".")
        }
        identities = Identities(
            self._options.roster, known, lambda claim: self._table.answer(claim, "", "")
        )
        owned = [
            Owned(thing.claim, thing.folder, self._answer(thing, thing.claim))
            for thing in things
            if thing.claim
        ]
        decisions = iter(identities.decide(owned))
        decided = [(thing, next(decisions) if thing.claim else Decision()) for thing in things]
        lines = []
        for _, rows in groupby(decided, key=lambda row: (row[0].folder, row[0].claim)):
            lines += self._of_one_owner(list(rows))
        for learner, store in sorted(self._stores.items()):
            with _writing(self._into, learner):
                for unit in store.units():
                    store.install(unit)
        self._table.write()
        return lines

    def _of_one_owner(self, rows: list[tuple[Thing, Decision]]) -> list[Line]:
        """Return the lines of things of one owner that lie side by side."""
        things = [thing for thing, _ in rows]
        contents = [self._content(thing) for thing in things]
        _leave_out_incomplete(things, contents)
        return [
            replace(self._line(thing, decision, content), paths=thing.paths)
            for (thing, decision), content in zip(rows, contents, strict=True)
        ]

    def _answer(self, thing: Thing, claim: Claim) -> tuple[str, ...]:
        if claim.id and not claim.why:
            return self._table.answer(claim, thing.shown, "")
        if not self._table.has_answer_for(thing.shown):
            return ()
        return self._table.answer(claim, thing.shown, _digest(thing))

    def _content(self, thing: Thing) -> Content:
        """Return what is in a thing; a sentence in `refused` if it cannot be used."""
        if thing.note or thing.problem:
            return Content()
        try:
            if thing.archive is not None:
                with ExitStack() as stack:
                    content = in_archive(thing.archive, stack)
            else:
                content = in_files(thing.files)
        except UnreadableError as error:
            return Content(refused=[str(error)])
        only = thing.claim.unit if thing.claim else ""
        if only:
            content.left += [each.unit for each in content.found if each.unit != only]
            content.found = [each for each in content.found if each.unit == only]
        return content

    def _line(self, thing: Thing, decision: Decision, content: Content) -> Line:
        shown = thing.shown
        if thing.note:
            return Line(shown, "noted", f"noted, {thing.note}")
        if thing.problem:
            return Line(shown, "refused", f"refused, {thing.problem}", fault=True)
        if decision.learners == (NOBODY,):
            return Line(shown, "noted", "noted, left out as the table of unmatched files says.")
        if not content.found:
            reason = " ".join(content.refused) or nothing(thing, content)
            return Line(shown, "refused", f"refused, {reason}", fault=True)
        if decision.refused:
            return Line(shown, "refused", f"refused, {decision.refused}", fault=True)
        if decision.asked or thing.claim is None:
            return self._asked(thing, thing.claim or Claim(""), decision.asked)
        if thing.claim.attempt is not None and not decision.certain:
            for learner in decision.learners:
                if not self._continues(learner, content):
                    why = NOT_ONE.format(thing.claim.whole, learner)
                    claim = replace(thing.claim, learner="", why=why)
                    return self._asked(thing, claim, why)
        taken = [
            (learner, found, self._add(learner, thing, found))
            for learner in decision.learners
            for found in content.found
        ]
        return taken_line(thing, taken, content, self._options.timestamp_from)

    def _asked(self, thing: Thing, claim: Claim, why: str) -> Line:
        """Write a question into the table of unmatched files; return the line that says so."""
        self._table.ask(claim, thing.shown, _digest(thing), why)
        where = f" in {self._table.path.name}" if self._table.path else ""
        text = f"not taken, {why} Write the learner{where} and run again."
        return Line(thing.shown, "asked", text, fault=True)

    def _continues(self, learner: str, content: Content) -> bool:
        """Return whether each submission may be a further attempt of a learner."""
        store = self._store(learner)
        return all(
            any(may_be_one_learner(found.unit, found.files, store.files(each)) for each in attempts)
            for found in content.found
            if (attempts := store.attempts(found.unit))
        )

    def _store(self, learner: str) -> Store:
        if learner not in self._stores:
            self._stores[learner] = Store(
                self._into / learner, self._options.timestamp_from, self._options.zone
            )
            self._stores[learner].clean()
        return self._stores[learner]

    def _add(self, learner: str, thing: Thing, found: Found) -> Attempt | None:
        """Add an attempt to a learner; return it if it is new."""
        claim = thing.claim or Claim("")
        sent = claim.sent or self._options.times.get((claim.platform, claim.id))
        local = sent if sent is not None and sent.tzinfo is None else None
        if local is not None:
            sent = in_utc(local, self._options.zone)
        attempt = Attempt(
            found.unit, digest_of(found.files), found.time, found.clock, (thing.shown,), sent,
            found.receipt, claim.order, claim.attempt, claim.late, local=local, files=found.files,
        )  # fmt: skip
        with _writing(self._into, f"{learner}/{found.unit}"):
            store = self._store(learner)
            for one in claim.people or (claim,):
                if len(claim.people) < 2:
                    store.remember(one.platform, one.id)
            return attempt if store.add(attempt) else None


@contextmanager
def _writing(into: Path, what: str) -> Iterator[None]:
    """Say in one line that the disk is full."""
    try:
        yield
    except OSError as error:
        raise GraderError(
            f"collect: {what} cannot be written to {into} ({error.strerror}); an earlier "
            "submission is unchanged. Make sure that the folder is writable and the disk has "
            "space, then run again."
        ) from None


def _leave_out_incomplete(things: list[Thing], contents: list[Content]) -> None:
    """Leave out loose files of a unit beside an archive that has all of them and more.

    Some learners attach the zip, and the notebook once more.
    """
    packed: dict[tuple[object, ...], set[str]] = {}
    for thing, content in zip(things, contents, strict=True):
        for found in content.found if thing.archive is not None and thing.claim else ():
            packed.setdefault((thing.folder, thing.claim, found.unit), set()).update(found.files)
    for thing, content in zip(things, contents, strict=True):
        if thing.archive is None and thing.claim:
            for found in list(content.found):
                if set(found.files) < packed.get((thing.folder, thing.claim, found.unit), set()):
                    content.found.remove(found)
                    content.refused.append(
                        f"{', '.join(sorted(found.files))} of {found.unit} lies beside an archive "
                        "that has all of it, which was taken."
                    )


def _digest(thing: Thing) -> str:
    """Return a digest of what a thing contains, "" if it cannot be read."""
    nodes: list[tuple[str, Node]] = list(thing.files)
    if thing.archive is not None:
        nodes.append((thing.archive.name, thing.archive))
    try:
        return digest_of({name: node.read(MAX_ARCHIVE_BYTES) for name, node in nodes})
    except UnreadableError:
        return ""
