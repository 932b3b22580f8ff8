"""Layers for the public checks of `audit`: wrong in the dtype of the output, or in refusals.

As in `check_layers.py`, a docstring completes "a layer that".
"""

from __future__ import annotations

from typing import Any

import torch

from .check_layers import wrong
from .practice_layers import _along


@wrong
def doubles(layer, x, torchs):
    """gives back float64 for float32."""
    return torchs(x).double()


def one_value(layer: Any, x: torch.Tensor) -> torch.Tensor:
    """Return what a layer makes of one value per channel that it should refuse."""
    return 0 * x + _along(x, layer.bias)


@wrong
def one_value_allowed(layer, x, torchs):
    """trains on one value per channel."""
    one = layer.training and x.numel() == x.shape[1]
    return one_value(layer, x) if one else torchs(x)


@wrong
def one_row_allowed(layer, x, torchs):
    """trains on one row, not on one pixel."""
    return one_value(layer, x) if x.ndim == 2 and layer.training and len(x) == 1 else torchs(x)


@wrong
def one_pixel_allowed(layer, x, torchs):
    """trains on one pixel, not on one row."""
    one = x.ndim == 4 and layer.training and x.numel() == x.shape[1]
    return one_value(layer, x) if one else torchs(x)


@wrong
def refuses_otherwise(layer, x, torchs):
    """refuses one value per channel with another exception than a ValueError."""
    if layer.training and x.numel() == x.shape[1]:
        raise RuntimeError("one value per channel")
    return torchs(x)


@wrong
def refuses_images(layer, x, torchs):
    """raises an exception for images."""
    if x.ndim == 4:
        raise RuntimeError("expected rows")
    return torchs(x)


@wrong
def refuses_rows(layer, x, torchs):
    """raises a ValueError for rows."""
    if x.ndim == 2 and len(x) > 1:
        raise ValueError("expected images")
    return torchs(x)
