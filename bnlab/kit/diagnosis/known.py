"""What the reference and the known mistakes of a task do in its tests, as data that can be stored.

Of a mistake, only the results that differ from the reference's are kept. In a test that it passes
they are no evidence against it, but they explain what is seen where another mistake fails the test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..testing.properties import Outcome
from ..testing.recorder import Call
from .moved import spread
from .results import (
    Leaf,
    Numbers,
    Other,
    Raised,
    Result,
    Template,
    leaves,
    related,
    result,
    same_values,
    template,
)
from .stored import from_data, to_data

Place = tuple[str, int, int, str]
"""Where something differs: the name of the property, the number of the call, the number of the leaf
(-1 for the whole result), and what differs: "values", "dtype", "shape", "kind", "end", or "fails"
if nothing does and the property does not hold all the same."""

Differences = dict[Place, Leaf | Result]
"""What a module gives where it differs from the reference."""


@dataclass(frozen=True)
class Known:
    """The reference and the known mistakes of one task.

    Attributes:
        calls: for each property, the operations of its test and the structures of their results.
        mistakes: for each mistake, where it differs from the reference.
        failed: for each mistake, the properties that do not hold.
    """

    calls: dict[str, list[tuple[str, Template]]]
    mistakes: dict[str, Differences] = field(default_factory=dict)
    failed: dict[str, frozenset[str]] = field(default_factory=dict)


def reference_of(outcomes: Sequence[Outcome], moved: Sequence[Sequence[Outcome]] = ()) -> Known:
    """Return what is known of a task before its mistakes are.

    Args:
        outcomes: those of the reference.
        moved: the same for inputs that were moved by their rounding.
    """
    calls = {}
    for index, each in enumerate(outcomes):
        others = [one[index].calls for one in moved]
        calls[each.property.name] = [
            (call.operation, _with_slack(template(call), [o[at] for o in others if at < len(o)]))
            for at, call in enumerate(each.calls)
        ]
    return Known(calls)


def _with_slack(form: Template, moved: Sequence[Call]) -> Template:
    if not moved or isinstance(form, Raised):
        return form
    results = [result(each, form) for each in moved]
    # Far more than rounding is no slack: an input of exactly equal numbers was moved.
    widened = (
        moved if isinstance(moved, Numbers) and moved.slack <= moved.size / 100 else fixed
        for fixed, moved in zip(leaves(form), spread(leaves(form), results), strict=True)
    )

    def again(part: Template) -> Template:
        if isinstance(part, list):
            return [again(each) for each in part]
        if isinstance(part, dict):
            copied = {}
            for key, each in part.items():
                copied[key] = again(each)
                next(widened)  # whether it fits
            next(widened)  # the keys
            return copied
        return next(widened)

    return again(form)


def add_mistake(
    known: Known, name: str, outcomes: Sequence[Outcome], moved: Sequence[Sequence[Outcome]] = ()
) -> None:
    """Add a mistake; `outcomes` and `moved` are as in `reference_of`."""
    found: Differences = {}
    for index, each in enumerate(outcomes):
        others = [one[index].calls for one in moved]
        seen = differences(known, each, others)
        if each.passed:
            seen = {place: what for place, what in seen.items() if place[3] in ("values", "end")}
        found |= seen
    known.mistakes[name] = {
        place: what.stored() if isinstance(what, Numbers) else what for place, what in found.items()
    }
    known.failed[name] = frozenset(each.property.name for each in outcomes if not each.passed)


def differences(
    known: Known, outcome: Outcome, moved: Sequence[Sequence[Call]] = ()
) -> Differences:
    """Return where the calls of a test give something else than those of the reference."""
    found: Differences = {}
    name = outcome.property.name
    nothing_seen: Differences = {(name, 0, -1, "fails"): Other("fails")}
    if not outcome.calls:  # the test looked at what was seen before: its words are all there is
        return {(name, 0, -1, "end"): Other(outcome.failure)}
    for at, (call, (operation, form)) in enumerate(
        zip(outcome.calls, known.calls.get(name, []), strict=False)
    ):
        if call.operation != operation:
            break  # the test went another way
        got = result(call, form)
        if moved and isinstance(got, tuple):
            got = spread(got, [result(o[at], form) for o in moved if at < len(o)])
        if isinstance(form, Raised) and isinstance(got, Raised) and related(form, got):
            continue
        if not isinstance(got, tuple):
            found[name, at, -1, "end"] = got
            continue
        for number, (one, other) in enumerate(zip(got, leaves(form), strict=True)):
            for what in _what_differs(one, other):
                found[name, at, number, what] = _as_noise(one, other)
    return found or nothing_seen


def _what_differs(one: Leaf, other: Leaf) -> list[str]:
    if isinstance(one, Other) or isinstance(other, Other):
        return [] if one == other else ["end"]
    plain = replace(one, slack=0.0) if one.slack else one
    return [
        what
        for what, differs in (
            ("values", same_values(plain, other) is False),
            ("dtype", other.dtype != one.dtype and "number" not in (one.dtype, other.dtype)),
            ("shape", one.shape != other.shape),
            ("kind", one.kind != other.kind),
        )
        if differs
    ]


def _as_noise(one: Leaf, other: Leaf) -> Leaf:
    """Return a leaf as noise if its slack covers most of its distance from the reference."""
    if not (isinstance(one, Numbers) and isinstance(other, Numbers)) or not one.slack:
        return one
    far = max(abs(a - b) for a, b in zip(one.sums, other.sums, strict=True))
    return replace(one, slack=float("inf")) if one.slack > far / 4 else one


def known_to_data(known: Known, exact: bool = False) -> dict[str, Any]:
    """Return what is known of a task as JSON data.

    Args:
        exact: whether all digits are kept; noise, whose digits depend on the processor, otherwise
            has none.
    """
    mistakes = {
        name: {
            "fails": sorted(known.failed[name]),
            "differs": [[*place, to_data(what, exact)] for place, what in _sorted(found)],
        }
        for name, found in known.mistakes.items()
    }
    calls = {
        name: [[operation, _form_to_data(form, exact)] for operation, form in rows]
        for name, rows in known.calls.items()
    }
    return {"calls": calls, "mistakes": mistakes}


def _sorted(found: Differences) -> list[tuple[Place, Leaf | Result]]:
    return sorted(found.items(), key=lambda each: each[0])


def known_from_data(data: Mapping[str, Any]) -> Known:
    """Return what `known_to_data` wrote."""
    calls = {
        name: [(operation, _form_from_data(form)) for operation, form in rows]
        for name, rows in data["calls"].items()
    }
    known = Known(calls)
    for name, row in data["mistakes"].items():
        known.mistakes[name] = {tuple(each[:4]): from_data(each[4]) for each in row["differs"]}
        known.failed[name] = frozenset(row["fails"])
    return known


def _form_to_data(form: Template, exact: bool) -> Any:
    if isinstance(form, list):
        return [_form_to_data(each, exact) for each in form]
    if isinstance(form, dict):
        return {"dict": {key: _form_to_data(each, exact) for key, each in form.items()}}
    return to_data(form, exact)


def _form_from_data(data: Any) -> Template:
    if isinstance(data, list):
        return [_form_from_data(each) for each in data]
    if "dict" in data:
        return {key: _form_from_data(each) for key, each in data["dict"].items()}
    return from_data(data)


def as_published(made: Known, published: Known) -> Known:
    """Return what was made, with the numbers that were published where rounding is the difference.

    So the same is published whatever processor makes it.
    """
    known = Known(
        {
            name: [
                (operation, _published_form(form, _at(published.calls.get(name), index)))
                for index, (operation, form) in enumerate(rows)
            ]
            for name, rows in made.calls.items()
        }
    )
    same_tests = known.calls == published.calls
    for name, found in made.mistakes.items():
        before = published.mistakes.get(name, {})
        same = same_tests and made.failed[name] == published.failed.get(name)
        keep = same and same_differences(found, before)
        known.mistakes[name] = before if keep else found
        known.failed[name] = made.failed[name]
    return known


def _at(rows: Sequence[tuple[str, Template]] | None, index: int) -> Template:
    return rows[index][1] if rows is not None and index < len(rows) else None


def _published_form(form: Template, before: Template) -> Template:
    if isinstance(form, list) and isinstance(before, list) and len(form) == len(before):
        return list(map(_published_form, form, before))
    if isinstance(form, dict) and isinstance(before, dict) and list(form) == list(before):
        return {key: _published_form(form[key], before[key]) for key in form}
    if isinstance(form, Numbers) and isinstance(before, Numbers):
        return before if _same_number(form, before) else form
    return form


def same_differences(one: Differences, other: Differences) -> bool:
    """Return whether two lists of differences are the same up to rounding and noise."""
    for place in {*one, *other}:
        a, b = one.get(place), other.get(place)
        if isinstance(a, Numbers) and isinstance(b, Numbers):
            if not _same_number(a, b):
                return False
        elif a != b and not _is_noise(a if b is None else b):
            return False
    return True


def _is_noise(one: Leaf | Result | None) -> bool:
    return isinstance(one, Numbers) and one.slack == float("inf")


def _same_number(one: Numbers, other: Numbers) -> bool:
    same = (one.dtype, one.shape, one.kind) == (other.dtype, other.shape, other.kind)
    return same and same_values(one, other) is not False
