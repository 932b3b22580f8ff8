"""Which learner an owner is. Two different ids are never one learner by chance.

The teacher's answers come first, then what earlier runs have learned, then the roster: by the id of
the platform, or by a name that only one person has. Without a roster the id itself names the
folder. What cannot be decided is asked, and what contradicts itself is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ...core.text import printable
from ..roster import Person, Roster, problem_of
from .claims import Claim, fold
from .unmatched import NOBODY

PLAIN = "folder"
"""Names that people give: the id in one is a guess, so the teacher is asked."""
PER_ASSIGNMENT = ("moodle",)
"""Platforms that number people anew in each assignment, so that one person has several ids."""


SEVERAL_ENDS = ("ilias",)
"""Platforms whose names begin with the person's name and end with an id that may be longer or
shorter: the id of another person could be a part of it, so the name must agree as well."""


@dataclass(frozen=True)
class Decision:
    """Whose something is.

    Attributes:
        learners: one, or several for the work of a group.
        asked: what the teacher must say, a sentence.
        refused: why it can be nobody's, a sentence.
    """

    learners: tuple[str, ...] = ()
    asked: str = ""
    refused: str = ""
    certain: bool = False


@dataclass(frozen=True)
class Owned:
    """A claim, the download in which it was found, and the teacher's answer."""

    claim: Claim
    folder: str
    answer: tuple[str, ...] = ()


class Identities:
    """Decides whose each thing of a run is.

    Args:
        roster: the class; None if the course has no roster.
        known: the ids of each learner of earlier runs, by platform.
        answer: returns what the teacher has written about a single owner.
    """

    def __init__(
        self,
        roster: Roster | None,
        known: Mapping[str, Mapping[str, Iterable[str]]],
        answer: Callable[[Claim], tuple[str, ...]] = lambda _: (),
    ) -> None:
        self._roster = roster
        self._known = known
        self._answer = answer
        self._learner_of = {
            (platform, id): learner
            for learner, platforms in known.items()
            for platform, ids in platforms.items()
            for id in ids
        }
        self._by_id: dict[str, set[Person]] = defaultdict(set)
        self._by_number: dict[str, set[Person]] = defaultdict(set)
        self._by_name: dict[str, set[Person]] = defaultdict(set)
        for person in roster.people if roster else ():
            for id in {*person.ids, person.learner}:
                self._by_id[fold(id)].add(person)
                self._by_number[_number(id)].add(person)
            for name in person.names:
                self._by_name[fold(name)].add(person)
                self._by_name[squeezed(name)].add(person)

    def decide(self, owned: Iterable[Owned]) -> list[Decision]:
        """Return one decision for each, in the same order; all of them are looked at together."""
        rows = list(owned)
        names: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        ids: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for row in rows:
            for one in row.claim.people or (row.claim,):
                if one.id and one.name:
                    names[one.platform, row.folder, one.id].add(squeezed(one.name))
                    ids[one.platform, row.folder, squeezed(one.name)].add(one.id)
        decisions = [self._one(row, names, ids) for row in rows]
        return self._without_conflicts(rows, decisions)

    def _one(
        self,
        row: Owned,
        names: Mapping[tuple[str, str, str], set[str]],
        ids: Mapping[tuple[str, str, str], set[str]],
    ) -> Decision:
        if row.answer == (NOBODY,):
            return Decision(row.answer, certain=True)
        if row.answer:
            return self._named(row.answer, certain=True)
        if row.claim.people:
            parts = [
                self._one(Owned(one, row.folder, self._answer(one)), names, ids)
                for one in row.claim.people
            ]
            bad = next((part for part in parts if not part.learners), None)
            learners = tuple(name for part in parts for name in part.learners)
            return bad or Decision(learners, certain=all(part.certain for part in parts))
        claim = row.claim
        if claim.why:
            confirmed = self._in_roster(claim) if self._roster and claim.also else Decision()
            return confirmed if confirmed.learners else Decision(asked=claim.why)
        who = (claim.platform, row.folder, claim.id)
        if claim.id and len(names.get(who, ())) > 1:
            return Decision(asked=f"the id {claim.id} comes with different names.")
        if (claim.platform, claim.id) in self._learner_of and claim.id:
            return Decision((self._learner_of[claim.platform, claim.id],), certain=True)
        if self._roster:
            others = ids.get((claim.platform, row.folder, squeezed(claim.name)), set())
            return self._in_roster(claim, contested=len(others) > 1)
        return self._named((claim.learner,))

    def _in_roster(self, claim: Claim, contested: bool = False) -> Decision:
        """Return the person of the roster with this id, or else with this name."""
        found: set[Person] = set()
        for id in (claim.whole, claim.id or claim.learner, *claim.also):
            if id and not found:
                found = self._by_id.get(fold(id)) or self._by_number.get(_number(id), set())
                if claim.platform in SEVERAL_ENDS and id in claim.also:
                    found = {each for each in found if _name_agrees(claim.name, id, each)}
        if len(found) == 1:
            return Decision((next(iter(found)).learner,), certain=True)
        if len(found) > 1:
            return Decision(asked=f"several people of the roster have {claim.id or claim.learner}.")
        written = (claim.name, *claim.also)
        names = {*map(fold, written), *map(squeezed, written)} - {""}
        named = set().union(*(self._by_name.get(name, set()) for name in names))
        if not claim.name or not named:
            shown = claim.name or claim.id or claim.learner
            return Decision(asked=f"{printable(shown)} is not in the roster.")
        if len(named) > 1 or contested:
            return Decision(asked=f"several people are called {printable(claim.name)}.")
        return Decision((next(iter(named)).learner,))

    @staticmethod
    def _named(names: tuple[str, ...], certain: bool = False) -> Decision:
        learners = tuple(unicodedata.normalize("NFC", name) for name in names)
        problem = next(filter(None, map(problem_of, learners)), "")
        return Decision(asked=problem) if problem else Decision(learners, certain=certain)

    def _without_conflicts(self, rows: list[Owned], decisions: list[Decision]) -> list[Decision]:
        """Refuse what would put two ids, or two ways to write a name, into one folder."""
        ids: dict[tuple[str, str], set[str]] = defaultdict(set)
        spelled: dict[str, set[str]] = defaultdict(set)
        for learner, platforms in self._known.items():
            spelled[fold(learner)].add(learner)
            for platform, each in platforms.items():
                ids[learner, platform] |= set(each)
        for row, decision in zip(rows, decisions, strict=True):
            for learner in decision.learners:
                spelled[fold(learner)].add(learner)
                if row.claim.id:
                    ids[learner, row.claim.platform].add(row.claim.id)
        return [
            self._checked(row.claim, decision, ids, spelled)
            for row, decision in zip(rows, decisions, strict=True)
        ]

    def _checked(
        self,
        claim: Claim,
        decision: Decision,
        ids: Mapping[tuple[str, str], set[str]],
        spelled: Mapping[str, set[str]],
    ) -> Decision:
        for learner in decision.learners:
            same = spelled[fold(learner)]
            if len(same) > 1 and learner not in self._known:
                both = " and ".join(sorted(map(printable, same)))
                return Decision(
                    refused=f"{both} would be one folder on many disks; write one of them into "
                    "the table of unmatched files."
                )
            known = ids[learner, claim.platform]
            if claim.id and len(known) > 1 and not decision.certain:
                by_name = self._roster is not None and claim.platform in PER_ASSIGNMENT
                several = f"{', '.join(sorted(known)[:5])}"
                if claim.platform == PLAIN:
                    return Decision(
                        asked=f"{printable(learner)} comes with several ids: {several}."
                    )
                if not by_name:
                    return Decision(
                        refused=f"{printable(learner)} would be the folder of several ids of "
                        f"{claim.platform}: {several}."
                    )
        return decision


def _number(id: str) -> str:
    """Return a number without the zeros at its beginning, which spreadsheets drop, else the id."""
    return (id.lstrip("0") or "0") if id.isdecimal() else fold(id)


def _name_agrees(written: str, id: str, person: Person) -> bool:
    """Return whether the words before an id and a person's names have one in common, in ASCII.

    A name with no letter of ASCII agrees with no word.
    """
    words = set(fold(written).split()) - set(fold(id).split("_"))
    known = {word for name in person.names for word in _ascii_words(name)}
    return bool(words & known) if words or known else True


def _ascii_words(name: str) -> set[str]:
    """Return the words of a name without accents, and with the German way to write an umlaut.

    >>> sorted(_ascii_words("Lukas Müller"))
    ['lukas', 'mueller', 'muller']
    """
    spelled = name.casefold().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"})
    both = f"{name.casefold()} {spelled}"
    ascii = unicodedata.normalize("NFKD", both).encode("ascii", "ignore").decode()
    return set(re.findall(r"[a-z0-9]+", ascii))


def squeezed(name: str) -> str:
    """Return only letters and digits of a name, as Canvas writes it in names of files."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", name).casefold()))
