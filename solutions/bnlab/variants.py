"""Normalization that does not need a batch: layer, instance and group norm as one formula.

Chapter: variants.
The house rules of the chapter how_to hold: results have the dtype of the batch, sums of half
precision are taken in float32 or wider, arguments stay as they are, and N and D may be 1.
"""

from __future__ import annotations

import numpy as np


def group_norm(
    x: np.ndarray, num_groups: int, weight: np.ndarray, bias: np.ndarray, eps: float = 1e-5
) -> np.ndarray:
    """Return the output of group norm: one mean and one variance per sample and group of channels.

    With one group it normalizes a whole sample at once; with C groups, each channel of each sample.

    Args:
        x: (N, C), (N, C, L) or (N, C, H, W), floating; each of these may be 1.
        num_groups: at least 1, divides C; a group is C / num_groups neighbouring channels.
        weight: (C,), floating; per channel (not per group).
        bias: (C,), floating; per channel (not per group).
        eps: added to the variance, inside the root.

    Returns:
        The shape and dtype of x.

    Raises:
        ValueError: num_groups does not divide C.

    Source: wu2018.

    >>> x = np.array([[1.0, 3.0, 10.0, 30.0]])
    >>> group_norm(x, num_groups=2, weight=np.ones(4), bias=np.zeros(4), eps=0.0)
    array([[-1.,  1., -1.,  1.]])
    """
    # BEGIN SOLUTION
    channels = x.shape[1]
    if channels % num_groups:
        raise ValueError(
            f"group_norm: number of channels is {channels}, expected a multiple of {num_groups}."
        )
    wide = x.astype(np.promote_types(x.dtype, np.float32), copy=False)
    groups = wide.reshape(len(x), num_groups, -1)  # (N, G, values of a group)
    centered = groups - groups.mean(axis=2, keepdims=True)
    var = np.square(centered).mean(axis=2, keepdims=True)
    xhat = (centered / np.sqrt(var + eps)).reshape(x.shape)
    per_channel = (-1,) + (1,) * (x.ndim - 2)  # (C,) -> (C, 1, 1) for images
    return (weight.reshape(per_channel) * xhat + bias.reshape(per_channel)).astype(x.dtype)
    # END SOLUTION
