"""Results as a diagnosis compares them: shape, dtype, and a few weighted sums of the values.

Sums are small enough to be shipped for every known mistake, and they are compared with a tolerance,
which a digest could not be. Value, shape, dtype and kind are compared apart, so that a result that
is wrong in two ways equals those that are wrong in one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from ..testing.recorder import Call
from ..testing.values import as_float64, describe, dtype_name, is_array, kind

RTOL = {"float64": 1e-7, "float32": 2e-5, "float16": 2e-3, "bfloat16": 1e-2}
"""Relative tolerance by dtype, of the largest value: larger than that of the tests, because two
spellings of one mistake round differently, and smaller than the difference of two mistakes."""
PLAIN = "number"
"""The dtype of a number of Python, which fits any other."""
SUMS = 3
WORDS = 20
WHOLE = re.compile(r"(?<![\w.+-])\d{1,4}(?!\w|\.\d)")
"""Whole numbers in the text of an exception: most of them are lengths of axes."""
FRACTION = re.compile(r"\d\.\d|\de[+-]\d")
"""A measured number in such a text: its digits and its place depend on the processor."""


@dataclass(frozen=True)
class Numbers:
    """An array, a tensor or a number.

    Attributes:
        kind: "NumPy" or "torch" for an array or tensor with axes, "list", "tuple" or "array" for
            another container than the reference's, "" for a number.
        size: the largest finite value.
        sums: weighted means of the finite values.
        odd: how many values are nan, inf and -inf.
        slack: the absolute tolerance of the sums beyond that of the dtype; inf for noise, whose
            values mean nothing.
        matrix: the values themselves if they have two axes; None in what is stored.
    """

    dtype: str
    shape: tuple[int, ...]
    size: float
    sums: tuple[float, ...]
    odd: tuple[int, int, int] = (0, 0, 0)
    slack: float = 0.0
    kind: str = ""
    matrix: np.ndarray | None = field(default=None, compare=False, repr=False)

    @property
    def turned(self) -> Numbers | None:
        """The same for the transposed matrix."""
        return None if self.matrix is None else numbers(self.matrix.T, self.dtype, self.kind)

    def stored(self) -> Numbers:
        """Return the same without the values."""
        return self if self.matrix is None else replace(self, matrix=None)


@dataclass(frozen=True)
class Other:
    """What is no number: None, a string, a handle, or a result of another structure."""

    text: str


Leaf = Numbers | Other


@dataclass(frozen=True)
class Raised:
    """An exception.

    Attributes:
        bases: its classes of Python, nearest first.
        words: the first words of its text.
        numbers: the first whole numbers of its text, sorted: `a + b` and `b + a` name the lengths
            of their axes in another order.
    """

    bases: tuple[str, ...]
    words: str = ""
    numbers: tuple[int, ...] = ()


Result = tuple[Leaf, ...] | Other | Raised
"""What one call gave: the leaves of its result in the order of the reference, a result of another
structure, or an exception."""

Template = Any
"""The structure of a result of the reference: a list for a tuple or list, a dict, or a leaf."""


def template(call: Call) -> Template:
    """Return the structure of a result of the reference; None where there is nothing to compare."""
    if call.operation in ("hold", "define"):
        return []
    if call.raised:
        return _raised(call)
    value = call.result
    if call.operation == "portable":
        value = value["stops"]
    return _template(value)


def _raised(call: Call) -> Raised:
    words = " ".join(re.findall(r"[^\W\d]+", call.message)[:WORDS])
    numbers = [] if FRACTION.search(call.message) else WHOLE.findall(call.message)[:WORDS]
    return Raised(call.raised, words, tuple(sorted(map(int, numbers))))


def _template(value: Any) -> Template:
    if isinstance(value, tuple | list):
        return [_template(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _template(each) for key, each in value.items()}
    found = leaf(value)
    return found.stored() if isinstance(found, Numbers) else found


def leaves(form: Template) -> tuple[Leaf, ...]:
    """Return the leaves of a template in order.

    Each value of a dict has one leaf more, which says whether its structure fits, and each dict one
    for its keys; so what does not fit in one value hides nothing in the others.
    """
    if isinstance(form, list):
        return tuple(one for each in form for one in leaves(each))
    if isinstance(form, dict):
        return (*(one for each in form.values() for one in (*leaves(each), FITS)), _keys(form))
    return (form,)


FITS = Other("")


def _keys(value: Mapping[Any, Any]) -> Other:
    return Other(", ".join(map(str, value)))


def result(call: Call, form: Template) -> Result:
    """Return what a call gave, in the structure of the reference."""
    if call.operation in ("hold", "define") and not call.raised:
        return ()
    if call.raised:
        return _raised(call)
    value = call.result["stops"] if call.operation == "portable" else call.result
    if isinstance(form, Raised):
        return Other(described(value))
    try:
        return tuple(_aligned(value, form))
    except ValueError:
        return Other(described(value))


def _aligned(value: Any, form: Template) -> Iterable[Leaf]:
    """Yield the leaves of a result where the reference has its own.

    Raises:
        ValueError: if the structures differ.
    """
    if isinstance(form, list):
        if is_array(value) and np.ndim(value) and len(value) == len(form):
            for one, other in zip(value, form, strict=True):
                yield from _marked(_aligned(one, other), "array")
            return
        if not isinstance(value, tuple | list) or len(value) != len(form):
            raise ValueError
        for one, other in zip(value, form, strict=True):
            yield from _aligned(one, other)
    elif isinstance(form, dict):
        if not isinstance(value, dict):
            raise ValueError
        values, keys = {str(key): each for key, each in value.items()}, _keys(value)
        for key, other in form.items():
            # What is missing says little; what is there instead tells one mistake from another.
            yield from _fitting(values[key], other) if key in values else _none_fits(keys, other)
        yield keys
    elif isinstance(form, Numbers) and isinstance(value, tuple | list):
        try:
            whole = np.asarray([as_float64(each) for each in value])
        except (TypeError, ValueError, RuntimeError):
            raise ValueError from None
        yield from _marked([leaf(whole, PLAIN)], type(value).__name__)
    else:
        yield leaf(value)


def _fitting(value: Any, form: Template) -> list[Leaf]:
    """Return the leaves of one value of a dict."""
    try:
        return [*_aligned(value, form), FITS]
    except ValueError:
        return _none_fits(Other(described(value)), form)


def _none_fits(one: Leaf, form: Template) -> list[Leaf]:
    return [one] * (len(leaves(form)) + 1)


def _marked(found: Iterable[Leaf], mark: str) -> Iterable[Leaf]:
    for each in found:
        yield replace(each, kind=mark) if isinstance(each, Numbers) else each


def leaf(value: Any, dtype: str = "") -> Leaf:
    """Return an array or number as sums, anything else as text."""
    if is_array(value):
        library = "" if np.ndim(value) == 0 else kind(value).partition(" ")[0]
        try:
            return numbers(as_float64(value), dtype or dtype_name(value), library)
        except (TypeError, ValueError, RuntimeError):
            return Other(describe(value))
    if isinstance(value, bool | int | float):
        return numbers(np.asarray(float(value)), PLAIN)
    return Other(described(value))


def numbers(values: np.ndarray, dtype: str, library: str = "") -> Numbers:
    """Return the sums of a float64 array."""
    flat, odd = values.ravel(), (0, 0, 0)
    if not np.isfinite(flat).all():
        odd = tuple(int(each(flat).sum()) for each in (np.isnan, np.isposinf, np.isneginf))
        flat = np.where(np.isfinite(flat), flat, 0.0)
    size = float(np.abs(flat).max(initial=0.0))
    sums = (0.0,) * SUMS
    if size:
        weights = _few_weights if flat.size <= FEW else _weights
        scaled = flat / size
        sums = tuple(size * float(row @ scaled) for row in weights(flat.size))
    matrix = values if values.ndim == 2 else None
    return Numbers(dtype, values.shape, size, sums, odd, kind=library, matrix=matrix)


FEW = 2048
"""The largest number of values whose weights are remembered."""


def _weights(count: int) -> np.ndarray:
    """Return weights (SUMS, count) without a pattern: a permuted result has other sums."""
    index = np.arange(1, count + 1, dtype=np.int64)
    rows = [(index * (index + step) * 7919 + index * step * 104729) % 2003 for step in (3, 11, 29)]
    return (np.array(rows) / 1001.0 - 1.0) / max(count, 1) ** 0.5


_few_weights = lru_cache(maxsize=256)(_weights)


def described(value: Any) -> str:
    """Return the kind and structure of a result without its numbers."""
    if isinstance(value, tuple | list):
        return f"{type(value).__name__}({', '.join(map(described, value))})"
    if isinstance(value, dict):
        return f"dict({', '.join(f'{key}: {described(each)}' for key, each in value.items())})"
    if isinstance(value, str):
        return repr(value)
    return describe(value)


def same_values(one: Leaf, other: Leaf) -> bool | None:
    """Return whether two leaves have the same values; None if one of them is noise."""
    if isinstance(one, Other) or isinstance(other, Other):
        return one == other
    if _squeezed(one) != _squeezed(other):
        return False
    if np.isinf(one.slack + other.slack):
        return None
    if one.odd != other.odd:
        return False
    near = tolerance(one, other)
    return all(abs(a - b) <= near for a, b in zip(one.sums, other.sums, strict=True))


def tolerance(one: Numbers, other: Numbers) -> float:
    """Return by how much the sums of equal results may differ."""
    known = [RTOL[each.dtype] for each in (one, other) if each.dtype in RTOL]
    rtol = max(known, default=RTOL["float64"])
    return rtol * max(one.size, other.size) + one.slack + other.slack


def _squeezed(one: Numbers) -> tuple[int, ...]:
    return tuple(each for each in one.shape if each != 1)


def related(one: Raised, other: Raised) -> bool:
    """Return whether one exception is an instance of the nearest class of the other."""
    a, b = one.bases[0], other.bases[0]
    vague = ("Exception", "BaseException")
    return a == b or (a in other.bases and a not in vague) or (b in one.bases and b not in vague)
