"""How a result is compared with the truth: kind, shape and dtype before any value.

Public checks and hidden tests both use it, so a learner is told the same thing by both.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np

RTOL = ATOL = 1e-9
"""float64: the worst right implementation is off by 8e-15, the weakest mistake by 3e-2.

A GPU adds up in another order. It rounds each float64 operation as a processor does, so that is of
the same size, and there is room for a hundred thousand times as much.
"""

LOW_PRECISION = {"float32": 1e-4, "bfloat16": 1.6e-2, "float16": 2e-3}
"""Tolerances where dtype is the subject; wrong formulas are caught in float64.

They are the same on a GPU. float32: 800 units in the last place, for another order and fused
multiply-adds; TF32, which keeps 10 bits, would be off by 1e-3, and is off (`remote_ops.exact`).
bfloat16 keeps 7 bits: two units in the last place (2 * 2**-7), one for the result and one for an
input that was rounded. float16 keeps 10 bits: two units likewise.
"""


class MismatchError(AssertionError):
    """A result differs from the truth. Says how, never what the truth is.

    Attributes:
        what: the name of the result that was compared, such as "var".
        problem: what is wrong with it, in words.
        got, want: both sides, for a picture of the difference on the learner's own machine.
        waits: whether it stands in the way of a property that asks for something else.
    """

    waits = False

    def __init__(self, what: str, problem: str, got: Any = None, want: Any = None):
        super().__init__(f"{what} {problem}")
        self.what, self.problem, self.got, self.want = what, problem, got, want


class LearnerError(Exception):
    """The learner's code raised. `type_name` and `line` are safe to show anywhere.

    Attributes:
        type_name: name of the exception class.
        message: its text; it may quote inputs, so it is shown on the learner's machine only.
        line: line in the learner's file, where the error passed through it.
    """

    def __init__(self, type_name: str, message: str = "", line: int | None = None):
        super().__init__(f"{type_name}: {message}")
        self.type_name, self.message, self.line = type_name, message, line


@dataclass(frozen=True)
class Observation:
    """One compared result: its name and what the learner's code gave."""

    what: str
    got: Any


_observations: ContextVar[list[Observation] | None] = ContextVar("observations", default=None)


@contextmanager
def observing() -> Iterator[list[Observation]]:
    """Collects every result that is compared inside the block."""
    token = _observations.set([])
    try:
        collected = _observations.get()
        assert collected is not None
        yield collected
    finally:
        _observations.reset(token)


def observe(what: str, got: Any) -> None:
    """Notes a result for whoever is observing."""
    collected = _observations.get()
    if collected is not None:
        collected.append(Observation(what, got))


_remarks: ContextVar[list[str] | None] = ContextVar("remarks", default=None)


@contextmanager
def collecting_notes() -> Iterator[list[str]]:
    """Collects what is worth saying of code that is right, inside the block."""
    collected: list[str] = []
    token = _remarks.set(collected)
    try:
        yield collected
    finally:
        _remarks.reset(token)


def note(text: str) -> None:
    """Says something that costs no point, to whoever listens."""
    collected = _remarks.get()
    if collected is not None:
        collected.append(text)


@contextmanager
def precondition() -> Iterator[None]:
    """What has to be right before a property can be asked for; until it is, the property waits."""
    try:
        yield
    except MismatchError as error:
        error.waits = True
        raise


def assert_close(got: Any, want: Any, what: str, *, rtol: float = RTOL, atol: float = ATOL) -> None:
    """Returns quietly where `got` is `want` in kind, shape, dtype and value.

    Args:
        got: the learner's result.
        want: the truth: an array, a tensor, a number, a string, None, or a tuple of these.
        what: the name of the result, for the message; for a tuple as `mean, var in float32`.
        rtol, atol: `|got - want| <= atol + rtol * |want|`, element by element.

    Raises:
        MismatchError: where it is not.
    """
    if isinstance(want, tuple):
        names = _parts(what, len(want))
        if not isinstance(got, tuple | list) or len(got) != len(want):
            observe(what, got)
            numbered = names[0] == f"{what}[0]"
            tuple_ = f"a tuple of {len(want)}" if numbered else f"({', '.join(names)})"
            raise MismatchError("result", f"is {describe(got)}, expected {tuple_}.")
        for name, one, other in zip(names, got, want, strict=True):
            assert_close(one, other, name, rtol=rtol, atol=atol)
        return
    observe(what, got)
    if not is_array(want):
        _agree_plain(got, want, what, rtol, atol)
        return
    if kind(got) != kind(want) and not (np.ndim(want) == 0 and isinstance(got, int | float)):
        raise MismatchError(what, f"is {describe(got)}, expected a {kind(want)}.", got, want)
    shape, wanted_shape = tuple(np.shape(got)), tuple(want.shape)
    if shape != wanted_shape:
        raise MismatchError(what, f"has shape {shape}, expected {wanted_shape}.", got, want)
    if is_array(got) and dtype_name(got) != dtype_name(want):
        message = f"has dtype {dtype_name(got)}, expected {dtype_name(want)}."
        raise MismatchError(what, message, got, want)
    _agree_values(as_float64(got), as_float64(want), what, rtol, atol, got, want)


def unpack(result: Any, names: str) -> Any:
    """The result, once it has as many parts to take apart as there are names, as `mean, var`.

    Raises:
        MismatchError: where it has not.
    """
    if not isinstance(result, tuple | list) or len(result) != len(names.split(", ")):
        raise MismatchError("result", f"is {describe(result)}, expected ({names}).")
    return result


def _parts(what: str, count: int) -> list[str]:
    """Names of the parts of a tuple: `mean in float32` and `var in float32`, or by number."""
    named = re.match(r"(?:\w+, )*\w+", what)
    names = named[0].split(", ") if named else []
    if named is None or len(names) != count:
        return [f"{what}[{index}]" for index in range(count)]
    return [name + what[named.end() :] for name in names]


def _agree_plain(got: Any, want: Any, what: str, rtol: float, atol: float) -> None:
    if isinstance(want, float) and isinstance(got, int | float) and not isinstance(got, bool):
        _agree_values(np.asarray(float(got)), np.asarray(want), what, rtol, atol, got, want)
    elif isinstance(want, float) and is_array(got) and np.ndim(got) == 0:
        _agree_values(as_float64(got), np.asarray(want), what, rtol, atol, got, want)
    elif type(got) is not type(want) or got != want:
        expected = "None" if want is None else f"another {type(want).__name__}"
        if isinstance(want, bool | str | int):
            expected = repr(want)
        raise MismatchError(what, f"is {describe(got)}, expected {expected}.", got, want)


def _agree_values(
    got: np.ndarray, want: np.ndarray, what: str, rtol: float, atol: float, raw: Any, truth: Any
) -> None:
    bad = np.isnan(got) != np.isnan(want)
    if bad.any():
        share = f"{int(bad.sum())} of {bad.size}"
        raise MismatchError(what, f"is not a number (nan) in {share} places.", raw, truth)
    with np.errstate(invalid="ignore"):
        difference = np.where(got == want, 0.0, np.abs(got - want))
        wrong = difference > atol + rtol * np.abs(want)
    wrong &= ~np.isnan(want)
    if wrong.any():
        largest = np.nanmax(np.where(wrong, difference, 0.0))
        # One digit: enough to see the size of the error, too little to learn the truth from.
        size = f"the largest difference is about {largest:.0e}"
        share = f"{int(wrong.sum())} of {wrong.size} values differ"
        raise MismatchError(what, f"is wrong: {share}, {size}.", raw, truth)


def assert_raises(call: Callable[[], Any], type_name: str, what: str) -> None:
    """Returns quietly where `call()` raises the exception called `type_name`.

    Raises:
        MismatchError: where it returns, or raises something else.
    """
    try:
        result = call()
    except LearnerError as error:
        observe(what, error.type_name)
        if error.type_name == "NotImplementedError":
            raise
        if error.type_name != type_name:
            message = f"raises {error.type_name}, expected {type_name}."
            raise MismatchError(what, message) from None
        return
    observe(what, result)
    raise MismatchError(what, f"returns {describe(result)}, expected it to raise {type_name}.")


def assert_true(condition: bool, what: str, problem: str, got: Any = None) -> None:
    """Returns quietly where `condition` is true; for properties that have no array to compare.

    Raises:
        MismatchError: `<what> <problem>`.
    """
    observe(what, bool(condition) if got is None else got)
    if not condition:
        raise MismatchError(what, problem)


def assert_portable(found: Any) -> None:
    """Returns quietly where code would run on another device, by what `portable` found.

    Raises:
        MismatchError: where a tensor that stayed on the CPU would stop it.
    """
    line, waits = found["line"], found["waits"]
    where = f" at line {line}" if isinstance(line, int) else ""
    stops = f"would stop{where}: a tensor that stayed on the CPU meets one of the device."
    assert_true(not found["stops"], "the call on another device", stops, found["stops"])
    if waits:
        lines = ", ".join(f"{each:d}" for each in waits[:4])
        note(f"line {lines} reads a value, and on a GPU the program waits there for the device")


def is_array(value: Any) -> bool:
    """Whether `value` is a NumPy array or scalar, or a torch tensor."""
    return isinstance(value, np.ndarray | np.generic) or is_tensor(value)


def is_tensor(value: Any) -> bool:
    """Whether `value` is a torch tensor; does not import torch to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def kind(value: Any) -> str:
    """What sort of thing `value` is, in words a learner knows."""
    if is_tensor(value):
        return "torch tensor"
    if isinstance(value, np.ndarray | np.generic):
        return "NumPy array"
    return type(value).__name__


def dtype_name(value: Any) -> str:
    """The dtype without its library: "float32" for NumPy's and for torch's."""
    return str(value.dtype).removeprefix("torch.")


def describe(value: Any) -> str:
    """A phrase for an error message: kind and shape, never the values."""
    if value is None:
        return "None"
    if is_array(value):
        return f"a {kind(value)} of shape {tuple(value.shape)}"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, bool | int | float | str):
        return _one(type(value).__name__)
    return _one(getattr(value, "type_name", type(value).__name__))


def _one(word: str) -> str:
    return f"{'an' if word[:1] in 'aeiouAEIOU' else 'a'} {word}"


def as_float64(value: Any) -> np.ndarray:
    """The values as a float64 NumPy array, whatever library and precision they came in."""
    if is_tensor(value):
        value = value.detach().cpu().double().numpy()
    return np.asarray(value, dtype=np.float64)
