"""Slips that are possible in every task, and need no file of their own for each.

They are found by the results of the reference alone: the right numbers in another order, shape,
dtype or container, or no result at all.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

from ..testing.properties import Outcome
from .fits import Fit, calls_of_the_task
from .known import Differences, Known, Place
from .results import Leaf, Numbers, Other, Raised, Result, Template, leaves, result, same_values

Row = tuple[str, int, tuple[Leaf, ...]]
"""A result of one of the learner's functions: property, number of the call, leaves."""

HINTS = {
    "returns_nothing": "Your function returns nothing, that is, None: is a `return` missing?",
    "refuses_nothing": "Your function never raises an error, whatever it is given.",
    "argument_returned": "Your function returns its arguments unchanged.",
    "one_number_returned": "Your function returns the same result whatever it is given.",
    "no_model_returned": "Your function never returns a model, but something else.",
    "results_swapped": "Your function returns the right results in the wrong order.",
    "list_returned": "Your function returns a list of numbers where an array is asked for.",
    "array_for_a_tuple": "Your function returns one array where a tuple of results is asked for.",
    "always_float32": "Your results are float32 whatever is given. Keep the dtype of the input, "
    "and compute in one that is at least as wide.",
    "always_float64": "Your results are float64 whatever is given. Compute as wide as you like, "
    "and return the dtype of the input.",
    "transposed": "Your result is transposed: its rows are the columns that are asked for.",
    "axes_of_length_one": "Your result has the right numbers, but an axis of length 1 too many or "
    "too few, as after `keepdims=True` or `squeeze()`.",
}
"""What learners read, by the name of the slip."""


def slips(outcomes: Sequence[Outcome], known: Known, found: Differences) -> list[Fit]:
    """Return the slips that explain some of the places where a submission is wrong."""
    forms = right_leaves(known)
    odd: dict[tuple[str, int], set[Place]] = {}
    for place in found:
        odd.setdefault(place[:2], set()).add(place)
    wrong = _results(outcomes, known, odd)
    explained = {
        "results_swapped": _swapped(wrong, known, odd),
        "list_returned": _of_kind(found, "list"),
        "array_for_a_tuple": _of_kind(found, "array"),
        "always_float32": _always(outcomes, known, found, "float32"),
        "always_float64": _always(outcomes, known, found, "float64"),
        "transposed": _transposed(wrong, known, odd),
        "axes_of_length_one": _axes(found, forms),
    }
    return [Fit(name, frozenset(places)) for name, places in explained.items() if places]


def right_leaves(known: Known) -> dict[tuple[str, int, int], Leaf]:
    """Return the leaves of the reference, by property, call and leaf."""
    return {
        (test, at, number): one
        for test, rows in known.calls.items()
        for at, (_, form) in enumerate(rows)
        if not isinstance(form, Raised)
        for number, one in enumerate(leaves(form))
    }


def idle(outcomes: Sequence[Outcome], known: Known) -> str:
    """Return the slip of a module that answers every call in the same idle way, or "".

    Only where the reference returns something else, or raises, does it show.
    """
    calls = calls_of_the_task(outcomes, known)
    if not calls or any(call.raised for call, _ in calls):
        return ""
    results = [call.result for call, _ in calls]
    if all(each is None for each in results):
        if any(not isinstance(form, Raised) and form != Other("None") for _, form in calls):
            return "returns_nothing"
        return "refuses_nothing" if any(isinstance(form, Raised) for _, form in calls) else ""
    echoes = [call.echo for call, _ in calls]
    if False not in echoes and echoes.count(True) > echoes.count(None):
        return "argument_returned"
    watched = _watched(outcomes, known)
    if watched and all(form == Other("'the model'") for _, form in watched):
        never = all(seen["returned"] == "something else" for seen, _ in watched)
        return "no_model_returned" if never else ""
    results = [each for each in results if not isinstance(each, dict)]
    results += [seen["result"] for seen, _ in watched]
    numbers = len(results) > 1 and all(map(_is_plain, results))
    return "one_number_returned" if numbers and len(set(results)) == 1 else ""


def _is_plain(value: Any) -> bool:
    """Return whether a result is a number, or a tuple of numbers."""
    parts = value if isinstance(value, tuple) and value else (value,)
    return all(isinstance(each, int | float) for each in parts)


def _watched(
    outcomes: Sequence[Outcome], known: Known
) -> list[tuple[Mapping[str, Any], Template | None]]:
    """Return what `model_watch` saw of each call, with what the reference returned in it."""
    return [
        (call.result, form.get("returned"))
        for each in outcomes
        for call, (_, form) in zip(
            each.calls, known.calls.get(each.property.name, ()), strict=False
        )
        if isinstance(call.result, dict) and isinstance(form, dict) and "returned" in call.result
    ]


def _of_kind(found: Differences, kind: str) -> set[Place]:
    return {
        place
        for place, what in found.items()
        if place[3] == "kind" and isinstance(what, Numbers) and what.kind == kind
    }


def _always(
    outcomes: Sequence[Outcome], known: Known, found: Differences, dtype: str
) -> set[Place]:
    """Return the places of a wrong dtype, if every result of at least two dtypes has this one."""
    wrong = {place for place in found if place[3] == "dtype"}
    if not wrong or any(getattr(found[place], "dtype", "") != dtype for place in wrong):
        return set()
    for test, at, got in _results(outcomes, known):
        expected = leaves(known.calls[test][at][1])
        for one, other in zip(got, expected, strict=True):
            if not (isinstance(one, Numbers) and isinstance(other, Numbers)):
                continue
            if one.dtype != dtype and one.dtype.startswith(("float", "bfloat")):
                return set()
    return wrong


def _results(
    outcomes: Sequence[Outcome], known: Known, some: Container[tuple[str, int]] | None = None
) -> list[Row]:
    """Return the results of the learner's functions, of all calls or of some."""
    rows: list[Row] = []
    for each in outcomes:
        calls = known.calls.get(each.property.name, ())
        for at, (call, (operation, form)) in enumerate(zip(each.calls, calls, strict=False)):
            if operation != call.operation:
                break
            if operation not in ("call", "gradients") or isinstance(form, Raised):
                continue
            if some is not None and (each.property.name, at) not in some:
                continue
            got: Result = result(call, form)
            if isinstance(got, tuple):
                rows.append((each.property.name, at, got))
    return rows


def _swapped(
    results: Sequence[Row], known: Known, odd: Mapping[tuple[str, int], set[Place]]
) -> set[Place]:
    """Return the places of a result whose leaves are those of the reference in another order."""
    places: set[Place] = set()
    for test, at, got in results:
        wrong = odd[test, at]
        expected = leaves(known.calls[test][at][1])
        if not 2 <= len(got) <= 4:
            continue
        moved = [one for one in range(len(got)) if (test, at, one, "values") in wrong]
        pool = [expected[one] for one in moved]
        if len(moved) >= 2 and all(
            any(same_values(got[one], other) for other in pool) for one in moved
        ):
            places |= wrong
    return places


def _transposed(
    results: Sequence[Row], known: Known, odd: Mapping[tuple[str, int], set[Place]]
) -> set[Place]:
    places: set[Place] = set()
    for test, at, got in results:
        expected = leaves(known.calls[test][at][1])
        for number, (one, other) in enumerate(zip(got, expected, strict=True)):
            wrong = {place for place in odd[test, at] if place[2] == number}
            if (
                wrong
                and isinstance(one, Numbers)
                and isinstance(other, Numbers)
                and len(other.shape) == 2
                and other.shape == one.shape[::-1]
                and (turned := one.turned) is not None
                and same_values(turned, other)
            ):
                places |= wrong
    return places


def _axes(found: Differences, forms: dict[tuple[str, int, int], Leaf]) -> set[Place]:
    """Return the places of a wrong shape, if all have the right numbers."""
    shapes = {place for place in found if place[3] == "shape"}
    numbers = all(isinstance(forms.get(place[:3]), Numbers) for place in shapes)
    right = not any((*place[:3], "values") in found for place in shapes)
    return shapes if numbers and right else set()
