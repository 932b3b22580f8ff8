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
    # YOUR CODE HERE
    raise NotImplementedError()
