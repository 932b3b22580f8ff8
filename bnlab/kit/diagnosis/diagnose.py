"""The diagnosis: which known mistakes explain the results of a module that fails some properties.

A mistake explains a place (`known.Place`) where it and the submission differ from the reference in
the same way. It is named if it is wrong nowhere else: a submission that is right where the mistake
is wrong does not contain it. Two mistakes in one task are named if each explains what the other
does not. A name that the evidence does not single out is not given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from ..testing.properties import End, Outcome
from .fits import Fit, calls_of_the_task, digits, fit, same_words
from .hypotheses import Hypothesis, best
from .known import Differences, Known, Place, differences
from .results import Numbers, Other
from .slips import HINTS, idle, right_leaves, slips

MAX_NAMES = 2
NO_RESULT = (End.NOT_LOADED, End.FORBIDDEN, End.DIED)
NOTHING = (Other("None"), Other("'nothing'"))
EITHER = (
    "One of two mistakes, which give the same results here. The first:",
    "The second of the two:",
)
HALF = ("float16", "bfloat16")


@dataclass(frozen=True)
class Diagnosis:
    """The mistakes that explain the outcomes of one task: two at most.

    Attributes:
        names: their names.
        either: whether the two names are those of one mistake, of two that cannot be told apart.
    """

    names: tuple[str, ...] = ()
    either: bool = False

    def hints(self, hints: Mapping[str, str]) -> dict[str, str]:
        """Return what to say about each name: its hint, and whether the other may be meant."""
        if not self.either:
            return {name: hints[name] for name in self.names}
        return {
            name: f"{words} {hints[name]}" for name, words in zip(self.names, EITHER, strict=True)
        }


NOTHING_FOUND = Diagnosis()


def diagnose(outcomes: Sequence[Outcome], known: Known) -> Diagnosis:
    """Return the mistakes that explain the outcomes of one task.

    Args:
        outcomes: the recorded outcomes of the properties of the task for the submission.
        known: the reference and the known mistakes, on the same inputs.
    """
    if any(each.end in NO_RESULT for each in outcomes):
        return NOTHING_FOUND
    found: Differences = {}
    for each in outcomes:
        if not each.passed:
            found |= differences(known, each)
    if not found or all(each.passed or each.unwritten for each in outcomes):
        return NOTHING_FOUND
    own = slips(outcomes, known, found)
    right = right_leaves(known)
    fits = [
        fit(name, mistake, found, outcomes, known.failed[name], right)
        for name, mistake in known.mistakes.items()
    ]
    silent = [each for each in fits if not each.against and _returns_nothing(each, found)]
    nothing = idle(outcomes, known)
    if len(silent) == 1:
        return Diagnosis((silent[0].name,))
    if nothing:
        few = _few(_whole(fits, found), known, found)
        return few if len(few.names) == 1 else Diagnosis((nothing,))
    calls = [call for call, _ in calls_of_the_task(outcomes, known)]
    if calls and all(call.raised for call in calls):
        fits = [each for each in fits if same_words(known.mistakes[each.name], found)]
        return _few(_whole(fits, found), known, found)
    whole = _whole(fits, found) or _whole(own, found)
    if whole:
        return _few(whole, known, found)
    failed = {each.property.name for each in outcomes if not each.passed}
    alike = [each for each in fits if known.failed[each.name] == failed]
    return _named(fits, own, found, alike)


def _returns_nothing(one: Fit, found: Differences) -> bool:
    """Return whether a mistake explains that the submission returns nothing."""
    return any(found[place] in NOTHING for place in one.explained)


def _named(
    fits: Sequence[Fit], own: Sequence[Fit], found: Differences, alike: Sequence[Fit]
) -> Diagnosis:
    everything = frozenset(found)
    strict = frozenset(place for place in found if _is_strict(place, found))
    possible = [each for each in (*fits, *own) if not each.against]
    named = _singled_out(best((*fits, *own), strict))
    if len(named.names) == 1:
        first = next(each for each in (*fits, *own) if each.name == named.names[0])
        left = everything - first.explained - first.loose
        return Diagnosis(named.names + _second(first, possible, left, strict))
    if not named.names:
        # Nothing exact: what fails the same properties and explains all of it loosely, else the
        # dtypes, shapes and kinds.
        clear = [each for each in possible if not each.odds]
        loose = [each for each in clear if each in alike and strict <= each.loose]
        exact = [replace(each, loose=frozenset()) for each in clear]
        if not loose:
            loose = _two_loose([each for each in clear if not each.explained], everything)
            if loose:
                return Diagnosis(tuple(each.name for each in loose))
        rest = everything - strict
        much = [each for each in exact if 2 * len(each.explained & rest) >= len(rest)]
        return Diagnosis(_most(loose, everything) or _most(much, rest))
    return named


def _two_loose(fits: Sequence[Fit], everything: frozenset[Place]) -> list[Fit]:
    """Return the two mistakes that explain all of it loosely, each a part; [] if not only they."""
    found = [
        [one, other]
        for one, other in combinations([each for each in fits if each.loose], 2)
        if one.loose | other.loose == everything
        and not everything <= one.loose
        and not everything <= other.loose
    ]
    return found[0] if len(found) == 1 else []


def _singled_out(hypotheses: Sequence[Hypothesis]) -> Diagnosis:
    """Return the names of the best hypothesis; what the best have in common if there are more."""
    if not hypotheses or not hypotheses[0].holds:
        return NOTHING_FOUND
    if len(hypotheses) == 2 and all(len(each.names) == 1 for each in hypotheses):
        return Diagnosis((*hypotheses[0].names, *hypotheses[1].names), either=True)
    return Diagnosis(tuple(sorted(frozenset.intersection(*(each.shown for each in hypotheses)))))


def _whole(fits: Sequence[Fit], found: Differences) -> list[Fit]:
    """Return the mistakes that give the same results everywhere."""
    return [
        each
        for each in fits
        if not each.against | each.doubts | each.odds
        and each.explained | each.loose == found.keys()
    ]


def _few(whole: Sequence[Fit], known: Known, found: Differences) -> Diagnosis:
    """Return the names of the closest of some mistakes; none if there are more than two."""
    scores = {
        each.name: (
            len(each.explained),
            -len(_failing(known, each.name) - found.keys()),  # wrong there alone
            digits(each, known.mistakes.get(each.name, {}), found) if each.loose else 0,
        )
        for each in whole
    }
    names = tuple(name for name, score in scores.items() if score == max(scores.values()))
    return Diagnosis(names, either=len(names) > 1) if len(names) <= MAX_NAMES else NOTHING_FOUND


def _failing(known: Known, name: str) -> set[Place]:
    """Return the places of a mistake in the tests that it fails."""
    places = known.mistakes.get(name, {})
    return {place for place in places if place[0] in known.failed[name]}


def _is_strict(place: Place, found: Differences) -> bool:
    """Return whether a place is evidence by itself: not a dtype or shape, not half precision."""
    what = found[place]
    return place[3] in ("values", "end") and not (isinstance(what, Numbers) and what.dtype in HALF)


def _second(
    first: Fit, possible: Sequence[Fit], left: frozenset[Place], strict: frozenset[Place]
) -> tuple[str, ...]:
    """Return the mistake that explains best what is left, such as a dtype."""
    others = [
        each
        for each in possible
        if each is not first
        and not each.odds - first.breaks
        and not each.odds & first.explained & strict  # together they would give something else
    ]
    whole = [each for each in others if left and left <= each.explained | each.loose]
    clear = [replace(each, loose=each.loose - each.noise) for each in others]
    return _most(whole, left, smallest=True) or _most(clear, left)


def _most(
    fits: Sequence[Fit], left: frozenset[Place], *, smallest: bool = False
) -> tuple[str, ...]:
    """Return the mistake that explains most of some places; none if several do.

    Args:
        smallest: whether the one that breaks the least alone is taken if several do.
    """
    counts = {
        each.name: (len((each.explained | each.loose) & left), -each.size if smallest else 0)
        for each in fits
    }
    most = max(counts.values(), default=(0, 0))
    names = [name for name, count in counts.items() if count == most]
    names = [name for name in names if name not in HINTS] or names
    return (names[0],) if most[0] and len(names) == 1 else ()
