"""The kind, the dtype and the numbers of a value of any library, for messages and comparisons."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

MAX_AXES_SHOWN, MAX_SIZE_SHOWN = 8, 10**8
"""The largest shape in a message: learners choose shapes, which could carry a hidden input."""


def is_array(value: Any) -> bool:
    """Return whether `value` is a NumPy array or scalar, or a torch tensor."""
    return isinstance(value, np.ndarray | np.generic) or is_tensor(value)


def is_tensor(value: Any) -> bool:
    """Return whether `value` is a torch tensor, without importing torch."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def kind(value: Any) -> str:
    """Return the kind of a value for a message: "torch tensor", "NumPy array" or the class."""
    if is_tensor(value):
        return "torch tensor"
    if isinstance(value, np.ndarray | np.generic):
        return "NumPy array"
    return type(value).__name__


def dtype_name(value: Any) -> str:
    """Return the dtype without its library: "float32" for arrays and tensors alike."""
    return _dtype_name(value.dtype)


@cache
def _dtype_name(dtype: Any) -> str:
    return str(dtype).removeprefix("torch.")


def describe(value: Any) -> str:
    """Return a phrase for an error message: kind and shape, never the values."""
    if value is None:
        return "None"
    if is_array(value):
        return f"a {kind(value)} of {shape_text(value.shape)}"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, bool | int | float | str):
        return _with_article(type(value).__name__)
    return _with_article(getattr(value, "type_name", type(value).__name__))


def shape_text(shape: Sequence[int]) -> str:
    """Return "shape (2, 3)", and less for a shape that would fill the page."""
    if len(shape) > MAX_AXES_SHOWN:
        return f"{len(shape)} axes"
    axes = ("many" if size > MAX_SIZE_SHOWN else str(size) for size in shape)
    return f"shape ({', '.join(axes)}{',' if len(shape) == 1 else ''})"


def _with_article(word: str) -> str:
    return f"{'an' if word[:1] in 'aeiouAEIOU' else 'a'} {word}"


def as_float64(value: Any) -> np.ndarray:
    """Return the values as a float64 NumPy array of the same shape, for any library and dtype."""
    if is_tensor(value):
        value = value.detach().cpu().double().numpy()
    return np.asarray(value, dtype=np.float64)
