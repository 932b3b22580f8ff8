"""Pairs that share what nobody else wrote.

A text is the set of its runs of `LENGTH` tokens. Runs that the course gave are taken off: those of
the skeleton, of the reference, of accepted solutions and of known mistakes, which learners find by
themselves. A run that only two learners have weighs 1, one that m have weighs 1 / (m - 1): a short
task has few ways to be written, and what many write proves nothing.

Source: S. Schleimer, D. S. Wilkerson and A. Aiken, Winnowing: Local Algorithms for Document
Fingerprinting, SIGMOD 2003. All runs are used here and not a selection of them, because modules are
short. The package copydetect, which is built on the same article, lexes with expressions that take
quadratic time on hostile lines, and has no weight for what a class shares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from bnlab.kit.course import unit as find_unit

from ...core import solutions
from .tokens import Tokens, of_module, of_text

COMMENT_WEIGHT = 5.0
MAX_SHARING = 4
"""A run that more than one learner in so many has, and more than ten, is everybody's."""

Run = tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """How texts of a kind are compared.

    Attributes:
        length: tokens in a run.
        least: the weight from which a pair is listed.
        share: the part of the shorter text from which it is listed.
    """

    name: str
    length: int
    least: float
    share: float


MODULE = Kind("module", 12, 20.0, 0.45)
WRITTEN = Kind("written answer", 5, 8.0, 0.45)


@dataclass(frozen=True)
class Pair:
    """Two learners who share more than chance explains.

    Attributes:
        weight: of what they share.
        share: the part of the shorter of the two own texts that they share.
        others: how many further learners have some of it.
        lines: the lines of each text that are shared.
        comments: how many comments they share.
    """

    unit: str
    kind: str
    one: str
    other: str
    weight: float
    share: float
    others: int
    lines: tuple[frozenset[int], frozenset[int]]
    comments: int = 0


def modules(unit: str, sources: Mapping[str, str]) -> list[Pair]:
    """Return the similar pairs among the modules of a unit, the most similar first.

    Args:
        sources: text of each module by learner.
    """
    known = _known_names(unit)
    texts = {learner: of_module(source, known) for learner, source in sources.items()}
    return _pairs(unit, MODULE, texts, _given(unit))


def written(unit: str, answers: Mapping[str, str]) -> list[Pair]:
    """Return the similar pairs among the written answers of a unit."""
    texts = {learner: of_text(answer) for learner, answer in answers.items()}
    asked = [solutions.notebook_source(find_unit(unit).slug)]
    asked += [row["expect"] for row in solutions.questions(unit).get("written", [])]
    given = frozenset(
        run for text in asked for run in _runs(of_text(text), WRITTEN.length)
    )  # fmt: skip
    return _pairs(unit, WRITTEN, texts, (given, frozenset()))


@cache
def _known_names(unit: str) -> frozenset[str]:
    """Return the names that the skeleton uses."""
    words = of_module(solutions.solved(unit)).words
    names = {task.name for task in find_unit(unit).tasks}
    return frozenset({*(word for word in words if word.isidentifier()), *names, "np", "torch"})


@cache
def _given(unit: str) -> tuple[frozenset[Run], frozenset[str]]:
    """Return the runs and comments that the course gives, or that are known ways to write."""
    known = _known_names(unit)
    ours = [solutions.solved(unit), (solutions.ROOT / f"bnlab/{unit}.py").read_text("utf-8")]
    ours += [each.body for each in (*solutions.accepted(unit), *solutions.mistakes(unit))]
    texts = [of_module(source, known) for source in ours]
    return (
        frozenset(run for text in texts for run in _runs(text, MODULE.length)),
        frozenset(comment for text in texts for comment, _ in text.comments),
    )


def _runs(text: Tokens, length: int) -> Iterable[Run]:
    words = text.words
    return (words[at : at + length] for at in range(len(words) - length + 1))


def _pairs(
    unit: str,
    kind: Kind,
    texts: Mapping[str, Tokens],
    given: tuple[frozenset[Run], frozenset[str]],
) -> list[Pair]:
    own: dict[str, dict[object, set[int]]] = {}
    holders: dict[object, list[str]] = defaultdict(list)
    for learner, text in sorted(texts.items()):
        runs: dict[object, set[int]] = defaultdict(set)
        for at, run in enumerate(_runs(text, kind.length)):
            if run not in given[0]:
                runs[run].update(text.lines[at : at + kind.length])
        for comment, line in text.comments:
            if comment not in given[1]:
                runs[comment].add(line)
        own[learner] = runs
        for each in runs:
            holders[each].append(learner)
    most = max(10, len(texts) // MAX_SHARING)
    shared: dict[tuple[str, str], list[object]] = defaultdict(list)
    for each, learners in holders.items():
        if 2 <= len(learners) <= most:
            for place, one in enumerate(learners):
                for other in learners[place + 1 :]:
                    shared[one, other].append(each)
    found = [_pair(unit, kind, pair, common, own, holders) for pair, common in shared.items()]
    listed = [p for p in found if p.weight >= kind.least and p.share >= kind.share]
    return sorted(listed, key=lambda pair: (-pair.weight, pair.one, pair.other))


def _pair(
    unit: str,
    kind: Kind,
    pair: tuple[str, str],
    common: list[object],
    own: Mapping[str, Mapping[object, set[int]]],
    holders: Mapping[object, list[str]],
) -> Pair:
    def weigh(each: object) -> float:
        return (COMMENT_WEIGHT if isinstance(each, str) else 1.0) / (len(holders[each]) - 1)

    lines = tuple(
        frozenset(line for each in common for line in own[learner][each]) for learner in pair
    )
    runs = sum(not isinstance(each, str) for each in common)
    least = min(sum(not isinstance(each, str) for each in own[learner]) for learner in pair)
    others = {learner for each in common for learner in holders[each]} - set(pair)
    return Pair(
        unit, kind.name, *pair, sum(map(weigh, common)), runs / least if least else 0.0,
        len(others), (lines[0], lines[1]), len(common) - runs,
    )  # fmt: skip
