"""How one known mistake compares with a submission, place by place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..testing.properties import Outcome
from ..testing.recorder import Call
from .known import Differences, Known, Place
from .results import (
    RTOL,
    Leaf,
    Numbers,
    Raised,
    Result,
    Template,
    related,
    same_values,
    tolerance,
)

LOOSE = 1e-3
"""A comparison with a larger relative tolerance names no mistake by itself."""
NOISE = float("inf")
NEAR = 10
"""How many times nearer numbers are to those of a mistake than to the right ones."""


@dataclass(frozen=True)
class Fit:
    """How a mistake compares with a submission.

    Attributes:
        explained: where both differ from the reference, in the same way.
        loose: the same, by a comparison that is too loose to name a mistake.
        noise: those of `loose` where the numbers of one of them mean nothing.
        odds: where both differ from the reference, each in its way.
        near: those of `odds` where the submission is much nearer to the mistake than to the
            reference, as after a second mistake that changes little.
        blind: where the submission differs in a call that the mistake does not come to.
        against: where the mistake differs from the reference, and the submission does not.
        doubts: the same, in half precision or noise, where a right result may be luck.
        size: at how many places the mistake differs from the reference, in the tests that it fails.
    """

    name: str
    explained: frozenset[Place] = frozenset()
    loose: frozenset[Place] = frozenset()
    noise: frozenset[Place] = frozenset()
    odds: frozenset[Place] = frozenset()
    near: frozenset[Place] = frozenset()
    blind: frozenset[Place] = frozenset()
    against: frozenset[Place] = frozenset()
    doubts: frozenset[Place] = frozenset()
    size: int = 0

    @property
    def breaks(self) -> frozenset[Place]:
        """Where both differ from the reference."""
        return self.explained | self.loose | self.odds

    @staticmethod
    def tests(places: Iterable[Place]) -> set[str]:
        """Return the properties of some places."""
        return {place[0] for place in places}


def fit(
    name: str,
    mistake: Differences,
    found: Differences,
    outcomes: Sequence[Outcome],
    fails: frozenset[str],
    right: Mapping[tuple[str, int, int], Leaf],
) -> Fit:
    """Compare a mistake with a submission.

    Args:
        mistake, found: where each of them differs from the reference.
        fails: the properties that do not hold for the mistake.
        right: what the reference gives, by property, call and leaf.
    """
    failed = {each.property.name: len(each.calls) for each in outcomes if not each.passed}
    ended = {place[:2] for place in found if place[3] == "end" and place[2] < 0}
    odd_calls = {place[:2] for place in found}
    ends = {place[:2] for place, what in mistake.items() if isinstance(what, Raised)}
    sets: dict[str, set[Place]] = {"explained": set(), "loose": set(), "odds": set()}
    against: set[Place] = set()
    doubts: set[Place] = set()
    for place, theirs in mistake.items():
        test, at, _, what = place
        if place in found:
            how = _compared(found[place], theirs, what)
            if test in fails or how != "loose":
                sets[how].add(place)
        elif test not in fails:
            continue  # the test does not look at it
        elif test in failed and (at >= failed[test] or place[:2] in ended):
            continue  # the submission does not come to it, or gives nothing to compare
        elif what == "end" and place[:2] in odd_calls:
            continue  # the call gives something wrong that the mistake does not come to
        elif test not in failed or what in ("values", "end"):
            lucky = isinstance(theirs, Numbers) and (theirs.slack == NOISE or _is_half(theirs))
            (doubts if lucky else against).add(place)
    blind = {
        place
        for place in found
        if any(place[0] == test and place[1] >= at for test, at in ends) and place not in mistake
    }
    noise = {place for place in sets["loose"] if _is_noise(found[place], mistake[place])}
    near = {p for p in sets["odds"] if _is_near(found[p], mistake[p], right.get(p[:3]))}
    sets |= {"noise": noise, "near": near}
    sets |= {"blind": blind, "against": against, "doubts": doubts}
    size = sum(place[0] in fails for place in mistake)
    return Fit(name, **{key: frozenset(value) for key, value in sets.items()}, size=size)


def _is_noise(*both: Leaf | Result) -> bool:
    return any(isinstance(each, Numbers) and each.slack == NOISE for each in both)


def _is_half(one: Numbers) -> bool:
    return one.dtype in ("float16", "bfloat16")


def _is_near(mine: Leaf | Result, theirs: Leaf | Result, right: Leaf | None) -> bool:
    """Return whether numbers are much nearer to those of a mistake than to the right ones.

    An exception is near to one of the same words and other numbers.
    """
    if isinstance(mine, Raised) and isinstance(theirs, Raised):
        return related(mine, theirs) and mine.words == theirs.words
    if not all(isinstance(each, Numbers) for each in (mine, theirs, right)):
        return False
    if len({each.shape for each in (mine, theirs, right)}) > 1 or _is_noise(mine, theirs, right):
        return False
    if any(any(each.odd) for each in (mine, theirs, right)):
        return False
    return NEAR * _distance(mine, theirs) <= _distance(mine, right)


def _distance(one: Numbers, other: Numbers) -> float:
    return max(abs(a - b) for a, b in zip(one.sums, other.sums, strict=True))


def _compared(mine: Leaf | Result, theirs: Leaf | Result, what: str) -> str:
    """Return "explained", "loose" or "odds"."""
    if what == "fails":
        return "loose"
    if isinstance(mine, Raised) and isinstance(theirs, Raised):
        if not related(mine, theirs):
            return "odds"
        if mine.words != theirs.words:
            return "loose"
        return "explained" if mine.numbers == theirs.numbers else "odds"
    if not (isinstance(mine, Numbers) and isinstance(theirs, Numbers)):
        return "explained" if mine == theirs else "odds"
    if what not in ("values", "end"):
        return "explained" if getattr(mine, what) == getattr(theirs, what) else "odds"
    same = same_values(mine, theirs)
    if same is None:
        return "loose"
    if not same:
        return "odds"
    size = max(mine.size, theirs.size, RTOL["float64"])
    return "loose" if tolerance(mine, theirs) > LOOSE * size else "explained"


def digits(one: Fit, mistake: Differences, found: Differences) -> int:
    """Return at how many places of noise the digits are the same, as on one machine they may be."""
    count = 0
    for place in one.loose:
        mine, theirs = found[place], mistake[place]
        if isinstance(mine, Numbers) and isinstance(theirs, Numbers):
            count += same_values(mine, replace(theirs, slack=0.0)) is True
    return count


def calls_of_the_task(outcomes: Sequence[Outcome], known: Known) -> list[tuple[Call, Template]]:
    """Return the calls of the task, with what the reference gives for each.

    The calls of a method are not known by their name; then it is all calls.
    """
    rows = [
        (call, form, call.target == each.property.task)
        for each in outcomes
        for call, (operation, form) in zip(
            each.calls, known.calls.get(each.property.name, ()), strict=False
        )
        if operation == call.operation and operation in ("call", "gradients", "portable")
    ]
    named = [(call, form) for call, form, is_named in rows if is_named]
    return named or [(call, form) for call, form, _ in rows]


def same_words(mistake: Differences, found: Differences) -> bool:
    """Return whether two modules that only raise give the same reasons."""
    for place, mine in found.items():
        theirs = mistake.get(place)
        if not (isinstance(mine, Raised) and isinstance(theirs, Raised)):
            return False
        if mine.words != theirs.words:
            return False
    return True
