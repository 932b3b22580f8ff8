"""The hypotheses of a diagnosis: one mistake or two, and what each leaves to be explained.

Two mistakes in one module give at each place (`known.Place`) what one of them gives alone where the
other has no effect, and anything where both have one. So a hypothesis of two mistakes is
contradicted only where one of them has an effect and the submission gives something else, and where
neither has one and the submission differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from .fits import Fit
from .known import Place

CONTRADICTED = 10
"""The cost of a place where a hypothesis gives something else than the submission."""
MIXED = 3
"""The cost of a place where two mistakes have an effect, so that anything may be seen."""
NEAR = 2
"""The cost of a place where the submission is near to a mistake, and not the same."""
HIDDEN = 2
"""The cost of a place that a mistake does not come to, where nothing else explains what is seen."""
ANOTHER = 12
"""The cost of a second mistake."""
ENOUGH = {1: 1, 2: 0.5}
"""How many places one mistake, or two, must explain for each that contradicts them."""
LEAST = 0.1
"""The share of the places that they must explain; half of it if nothing contradicts them and they
explain more than one."""


@dataclass(frozen=True)
class Hypothesis:
    """Mistakes that may explain a submission.

    Attributes:
        names: one mistake or two.
        shown: those of the names that explain a place which the other does not.
        explained: how many places they explain.
        contradicted: how many places contradict them.
        seen: how many places there are.
        rank: the cost of what is left; then, among equal costs, less is better, too.
    """

    names: tuple[str, ...]
    shown: frozenset[str]
    explained: int
    contradicted: int
    seen: int
    rank: tuple[int, int, int]

    @property
    def holds(self) -> bool:
        """Whether it explains enough of what is seen, and of what it has an effect on."""
        enough = ENOUGH[len(self.names)] * self.contradicted
        undisputed = self.explained > 1 and not self.contradicted
        least = LEAST / 2 if undisputed else LEAST
        return self.explained >= max(enough, least * self.seen)


class _Bits:
    """A fit with its sets as the bits of whole numbers, which are fast to combine."""

    def __init__(self, one: Fit, bit: Mapping[Place, int], strict: int):
        def bits(places: Iterable[Place]) -> int:
            return sum(bit.get(place, 0) for place in places)

        self.name, self.size = one.name, one.size
        self.explained, self.against = bits(one.explained), bits(one.against)
        self.fits = self.explained | bits(one.loose)
        self.near = bits(one.near)
        self.odds = bits(one.odds) & ~self.near
        effects = self.fits | self.near | self.odds
        self.blind = bits(one.blind) & ~effects
        self.silent = strict & ~(effects | self.blind)
        self.like = self.explained | self.near


def best(fits: Sequence[Fit], strict: frozenset[Place]) -> list[Hypothesis]:
    """Return the hypotheses that cost the least: several if the evidence singles out none.

    Args:
        fits: how each known mistake compares with the submission.
        strict: the places that are evidence.
    """
    against = {place for each in fits for place in each.against}
    bit = {place: 1 << number for number, place in enumerate(sorted(strict | against))}
    seen = sum(bit[place] for place in strict)
    rows = [_Bits(each, bit, seen) for each in fits]
    count = len(strict)
    options = [_single(each, count) for each in rows if each.like & seen]
    options += [_pair(a, b, count) for a, b in combinations(rows, 2) if (a.like | b.like) & seen]
    lowest = min((each.rank for each in options), default=None)
    return [each for each in options if each.rank == lowest]


def _single(one: _Bits, seen: int) -> Hypothesis:
    contradicted = _count(one.odds | one.silent) + _count(one.against)
    cost = CONTRADICTED * contradicted + HIDDEN * _count(one.blind) + NEAR * _count(one.near)
    rank = (cost, -_count(one.explained), one.size)
    shown = frozenset({one.name})
    return Hypothesis((one.name,), shown, _count(one.like), contradicted, seen, rank)


def _pair(one: _Bits, two: _Bits, seen: int) -> Hypothesis:
    mixed = one.odds & (two.odds | two.fits | two.blind) | two.odds & (one.fits | one.blind)
    near = (one.near & ~two.fits | two.near & ~one.fits) & ~mixed
    wrong = one.silent & (two.silent | two.odds) | two.silent & one.odds
    hidden = one.blind & (two.blind | two.silent) | one.silent & two.blind
    # Two mistakes do not undo each other: where both are wrong, nothing right comes of it.
    contradicted = _count(wrong) + _count(one.against | two.against)
    cost = (
        ANOTHER
        + CONTRADICTED * contradicted
        + MIXED * _count(mixed)
        + NEAR * _count(near)
        + HIDDEN * _count(hidden)
    )
    alone = {
        one.name: one.like & ~(two.fits | two.odds | two.near),
        two.name: two.like & ~(one.fits | one.odds | one.near),
    }
    if not any(alone.values()):  # where one is near, the other has changed little
        alone = {one.name: one.near & two.odds, two.name: two.near & one.odds}
    shown = frozenset(name for name, places in alone.items() if places)
    explained = _count((one.explained | two.explained | near) & ~mixed)
    rank = (cost, -explained, one.size + two.size)
    return Hypothesis((one.name, two.name), shown, explained, contradicted, seen, rank)


def _count(bits: int) -> int:
    return bits.bit_count()
