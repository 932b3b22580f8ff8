"""From training to inference: running statistics, and the output that uses them.

Chapter: inference.
The house rules of the chapter how_to hold: results have the dtype of the batch, sums of half
precision are taken in float32 or wider, arguments stay as they are, and N and D may be 1.
"""

from __future__ import annotations

import numpy as np


def update_running_stats(
    running_mean: np.ndarray, running_var: np.ndarray, x: np.ndarray, momentum: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """Return the running statistics after one more training batch.

    Args:
        running_mean: (D,), floating.
        running_var: (D,), floating.
        x: (N, D), floating; D may be 1.
        momentum: weight of the new statistic (not of the old one), from 0 to 1.

    Returns:
        running_mean: (D,), dtype of the argument.
        running_var: (D,), dtype of the argument; takes the unbiased variance, divided by N - 1.

    Raises:
        ValueError: N is 1, and a single row has no unbiased variance; nothing is changed then.

    Source: torch, BatchNorm1d.

    >>> x = np.array([[1.0], [3.0]])
    >>> update_running_stats(np.array([0.0]), np.array([1.0]), x, momentum=0.5)
    (array([1.]), array([1.5]))
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def batch_norm_eval(
    x: np.ndarray,
    running_mean: np.ndarray,
    running_var: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray,
    eps: float = 1e-5,
) -> np.ndarray:
    """Return the output of batch normalization in evaluation, with fixed statistics.

    Args:
        x: (N, D), floating.
        running_mean: (D,), floating.
        running_var: (D,), floating.
        weight: (D,), floating.
        bias: (D,), floating.
        eps: added to the variance, inside the root, in the dtype of running_var or a wider one.

    Returns:
        (N, D), dtype of x; computed in float32 or wider.

    Source: ioffe2015, Algorithm 2.

    >>> mean, var = np.array([1.0]), np.array([4.0])
    >>> batch_norm_eval(np.array([[5.0]]), mean, var, np.array([3.0]), np.array([1.0]), eps=0.0)
    array([[7.]])
    """
    # YOUR CODE HERE
    raise NotImplementedError()
