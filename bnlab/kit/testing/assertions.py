"""Comparison of a result with the expected value: kind, shape and dtype first, then the values.

Public checks and hidden tests use the same functions, so learners read the same messages from
both. No message contains an expected value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec

import numpy as np

from .learner_error import LearnerError as LearnerError
from .tolerances import ATOL, RTOL
from .values import as_float64 as as_float64
from .values import describe as describe
from .values import dtype_name as dtype_name
from .values import is_array as is_array
from .values import kind as kind
from .values import shape_text as shape_text

Arguments = ParamSpec("Arguments")


AFTER = " after the call"
"""The end of the name of an argument that is compared with what it was before the call."""


class MismatchError(AssertionError):
    """The error for a result that differs from the expected value; it never shows that value.

    Attributes:
        what: the name of the compared result, such as "var".
        problem: the difference, in words.
        got, want: the result and the expected value, for a plot on the learner's own machine.
        waits: whether the mismatch is a precondition of the property and not its subject.
    """

    waits = False

    def __init__(self, what: str, problem: str, got: Any = None, want: Any = None):
        super().__init__(f"{what} {problem}")
        self.what, self.problem, self.got, self.want = what, problem, got, want


_notes: ContextVar[list[str] | None] = ContextVar("notes", default=None)


@contextmanager
def collecting_notes() -> Iterator[list[str]]:
    """Collect the notes on correct code that are made inside the block."""
    collected: list[str] = []
    token = _notes.set(collected)
    try:
        yield collected
    finally:
        _notes.reset(token)


def note(text: str) -> None:
    """Record a note that costs no point for the enclosing `collecting_notes` block, if any."""
    collected = _notes.get()
    if collected is not None:
        collected.append(text)


_collected: ContextVar[list[MismatchError] | None] = ContextVar("collected", default=None)


@contextmanager
def going_on() -> Iterator[list[MismatchError]]:
    """Keep the mismatches inside the block instead of raising them, so that a test goes on.

    The first of them is the one that the test would have raised.
    """
    collected: list[MismatchError] = []
    token = _collected.set(collected)
    try:
        yield collected
    finally:
        _collected.reset(token)


def _collected_if_going_on(assertion: Callable[Arguments, None]) -> Callable[Arguments, None]:
    @wraps(assertion)
    def asserted(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            assertion(*args, **kwargs)
        except MismatchError as error:
            collected = _collected.get()
            if collected is None:
                raise
            collected.append(error)

    return asserted


@contextmanager
def precondition() -> Iterator[None]:
    """Mark mismatches inside the block as preconditions: the property "waits" and is not "failed".

    Example: the gradient of a layer can be tested only if its output is right.
    """
    collected = _collected.get() or []
    before = len(collected)
    try:
        yield
    except MismatchError as error:
        error.waits = True
        raise
    finally:
        for each in (_collected.get() or [])[before:]:
            each.waits = True


@_collected_if_going_on
def assert_close(got: Any, want: Any, what: str, *, rtol: float = RTOL, atol: float = ATOL) -> None:
    """Assert that `got` has the kind, the shape, the dtype and the values of `want`.

    Args:
        got: the learner's result.
        want: the expected value: an array or tensor of any shape, a number, a string, None, or a
            tuple of these, which is compared item by item.
        what: the name of the result in the message; for a tuple the names of its items, such as
            `mean, var` or `mean, var in float32`.
        rtol, atol: the tolerances, `|got - want| <= atol + rtol * |want|` for each element; see
            `tolerances.py`.

    Raises:
        MismatchError: if they differ.
    """
    if isinstance(want, tuple):
        names, numbered = _names_of_items(what, len(want))
        if not isinstance(got, tuple | list) or len(got) != len(want):
            expected = f"a tuple of {len(want)}" if numbered else f"({', '.join(names)})"
            raise MismatchError("result", f"is {describe(got)}, expected {expected}.")
        for name, one, other in zip(names, got, want, strict=True):
            assert_close(one, other, name, rtol=rtol, atol=atol)
        return
    if not is_array(want):
        _compare_plain(got, want, what, rtol, atol)
        return
    if isinstance(getattr(got, "dtype", None), str) and got.dtype:
        # An array in a child of the grader, which does not cross; see `wire.Opaque`.
        message = f"has dtype {got.dtype}, expected {dtype_name(want)}."
        raise MismatchError(what, message, got, want)
    if kind(got) != kind(want) and not (np.ndim(want) == 0 and isinstance(got, int | float)):
        raise MismatchError(what, f"is {describe(got)}, expected a {kind(want)}.", got, want)
    shape, wanted_shape = tuple(np.shape(got)), tuple(want.shape)
    if shape != wanted_shape:
        problem = f"has {shape_text(shape)}, expected {wanted_shape}."
        raise MismatchError(what, problem, got, want)
    if is_array(got) and dtype_name(got) != dtype_name(want):
        message = f"has dtype {dtype_name(got)}, expected {dtype_name(want)}."
        raise MismatchError(what, message, got, want)
    _compare_values(as_float64(got), as_float64(want), what, rtol, atol, got, want)


def unpack(result: Any, names: str) -> Any:
    """Return the result if it is a tuple or list with one item for each of the names.

    Args:
        result: the learner's result.
        names: the names of its items, such as `mean, var`.

    Raises:
        MismatchError: if it is not.
    """
    if not isinstance(result, tuple | list) or len(result) != len(names.split(", ")):
        raise MismatchError("result", f"is {describe(result)}, expected ({names}).")
    return result


def _names_of_items(what: str, count: int) -> tuple[list[str], bool]:
    """Return the names of the items of a tuple, and whether they are numbers only.

    They are `mean in float32`, `var in float32` for `mean, var in float32`, else `y[0] in float32`
    for `y in float32`.
    """
    named = re.fullmatch(r"((?:\w+, )*\w+)((?: (?:in|of) .*)?)", what)
    first, rest = (named[1], named[2]) if named else (what, "")
    names = first.split(", ")
    if len(names) == count:
        return [name + rest for name in names], False
    return [f"{first}[{index}]{rest}" for index in range(count)], True


def _compare_plain(got: Any, want: Any, what: str, rtol: float, atol: float) -> None:
    """Compare with an expected value that is no array: a number, a string or None."""
    if isinstance(want, float) and isinstance(got, int | float) and not isinstance(got, bool):
        _compare_values(np.asarray(float(got)), np.asarray(want), what, rtol, atol, got, want)
    elif isinstance(want, float) and is_array(got) and np.ndim(got) == 0:
        _compare_values(as_float64(got), np.asarray(want), what, rtol, atol, got, want)
    elif type(got) is not type(want) or got != want:
        expected = "None" if want is None else f"another {type(want).__name__}"
        if isinstance(want, bool | str | int):
            expected = repr(want)
        raise MismatchError(what, f"is {describe(got)}, expected {expected}.", got, want)


def _compare_values(
    got: np.ndarray, want: np.ndarray, what: str, rtol: float, atol: float, raw: Any, truth: Any
) -> None:
    """Compare two float64 arrays of one shape.

    Args:
        raw, truth: the same values as the test got them, for the error.
    """
    with np.errstate(invalid="ignore"):
        size = np.abs(want)
        if ((np.abs(got - want) <= atol + rtol * size) & (size < np.inf)).all():
            return  # the usual case, in a fifth of the time
    bad = np.isnan(got) != np.isnan(want)
    if bad.any():
        share = f"{int(bad.sum())} of {bad.size}"
        raise MismatchError(what, f"is not a number (nan) in {share} places.", raw, truth)
    with np.errstate(invalid="ignore"):
        difference = np.where(got == want, 0.0, np.abs(got - want))
        wrong = (difference > atol + rtol * size) | (np.isinf(want) & (got != want))
    wrong &= ~np.isnan(want)
    if wrong.any():
        largest = np.nanmax(np.where(wrong, difference, 0.0))
        # One digit shows the size of the error without giving the expected value away.
        size = f"about {largest:.0e}" if np.isfinite(largest) else "infinite"
        share = f"{int(wrong.sum())} of {wrong.size} values differ"
        raise MismatchError(
            what, f"is wrong: {share}, the largest difference is {size}.", raw, truth
        )


@_collected_if_going_on
def assert_raises(call: Callable[[], Any], type_name: str, what: str) -> None:
    """Assert that `call()` raises the exception class of Python `type_name`, or a subclass of it.

    Raises:
        MismatchError: if it returns, or raises another exception.
        LearnerError: if it raises NotImplementedError, that is, the task is not written yet.
    """
    try:
        result = call()
    except LearnerError as error:
        right = error.is_a(type_name)
        if error.is_a("NotImplementedError"):
            raise
        if not right:
            message = f"raises {error.type_name}, expected {type_name}."
            raise MismatchError(what, message) from None
        return
    raise MismatchError(what, f"returns {describe(result)}, expected it to raise {type_name}.")


@_collected_if_going_on
def assert_true(condition: bool, what: str, problem: str, got: Any = None) -> None:
    """Assert `condition`, in a property that has no array to compare.

    Args:
        condition: what must be true.
        what, problem: the two parts of the message.
        got: the value that it is about.

    Raises:
        MismatchError: with the text `<what> <problem>`, if the condition is false.
    """
    if not condition:
        raise MismatchError(what, problem, got)


def assert_unchanged(after: Any, before: Sequence[Any], names: str) -> None:
    """Assert that the arguments of a call are the same after it, to the last digit.

    Args:
        after: the arguments after the call, from `call_each`.
        before: the same arguments before it; more than `names` are not compared.
        names: their names, such as `x, mean, var`.

    Raises:
        MismatchError: if one of them has changed.
    """
    for one, other, name in zip(after, before, names.split(", "), strict=False):
        assert_close(one, other, name + AFTER, rtol=0.0, atol=0.0)


def assert_at_least_as_wide(got: Any, want: Any, narrowest: Any, what: str, **close: float) -> None:
    """Assert that `got` has the values of `want`, in the dtype of `narrowest` or a wider one.

    Raises:
        MismatchError: if not.
    """
    if isinstance(got, np.ndarray) and np.can_cast(narrowest.dtype, got.dtype, "safe"):
        want = want.astype(got.dtype) if got.dtype.kind == "f" else want
    else:
        want = want.astype(narrowest.dtype)
    assert_close(got, want, what, **close)


def assert_portable(found: Any) -> None:
    """Assert that the code would run on another device, and note where it would wait for one.

    Args:
        found: the result of `learner.portable`.

    Raises:
        MismatchError: if a tensor that stayed on the CPU would stop the code.
    """
    line, waits = found["line"], found["waits"]
    where = f" at line {line}" if isinstance(line, int) else ""
    stops = f"would stop{where}: a tensor that stayed on the CPU meets one of the device."
    assert_true(not found["stops"], "the call on another device", stops, found["stops"])
    if waits:
        lines = ", ".join(f"{each:d}" for each in waits[:4])
        note(f"line {lines} reads a value, and on a GPU the program waits there for the device")
