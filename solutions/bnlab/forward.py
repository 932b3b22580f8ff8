"""The forward pass of batch normalization: normalize, then scale and shift.

Chapter: forward.
The house rules of the chapter how_to hold: results have the dtype of the batch, sums of half
precision are taken in float32 or wider, arguments stay as they are, and N and D may be 1.
"""

from __future__ import annotations

import numpy as np


def batch_norm(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray, eps: float = 1e-5
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return the output of batch normalization in training, and the cache for its backward pass.

    Args:
        x: (N, D), floating; the output of a single row is the bias.
        weight: (D,), dtype of x; gamma of the formula.
        bias: (D,), dtype of x; beta of the formula.
        eps: added to the variance, inside the root.

    Returns:
        y: (N, D), dtype of x.
        cache: the tuple (xhat, weight, rstd): the normalized batch (N, D), the weight (D,)
            and 1 / sqrt(var + eps), (D,); in the dtype of x or a wider one.

    Source: ioffe2015, Algorithm 1.

    >>> x = np.array([[0.0, 1.0], [2.0, 5.0]])
    >>> y, cache = batch_norm(x, weight=np.array([2.0, -1.0]), bias=np.array([0.0, 3.0]), eps=0.0)
    >>> y
    array([[-2.,  4.],
           [ 2.,  2.]])
    >>> xhat, weight, rstd = cache
    >>> rstd
    array([1. , 0.5])
    """
    # BEGIN SOLUTION
    wide = np.promote_types(x.dtype, np.float32)
    # Far from zero, a float32 sum over many rows loses the digits that the variance needs.
    mean = x.mean(axis=0, dtype=np.float64).astype(wide)
    centered = x - mean
    rstd = 1 / np.sqrt(np.square(centered).mean(axis=0) + eps)
    xhat = centered * rstd
    y = weight * xhat
    y += bias
    return y.astype(x.dtype, copy=False), (xhat, weight, rstd)
    # END SOLUTION


def identity_parameters(
    mean: np.ndarray, var: np.ndarray, eps: float = 1e-5
) -> tuple[np.ndarray, np.ndarray]:
    """Return the weight and the bias for which batch normalization returns its input.

    Args:
        mean: (D,), floating; mean of the batch.
        var: (D,), floating; biased variance of the batch.
        eps: that of the normalization which is to be undone; added in the dtype of var or a wider
            one.

    Returns:
        weight: (D,), dtype of var.
        bias: (D,), dtype of mean.

    Source: ioffe2015, section 3.

    >>> identity_parameters(np.array([1.0, 3.0]), np.array([1.0, 4.0]), eps=0.0)
    (array([1., 2.]), array([1., 3.]))
    """
    # BEGIN SOLUTION
    return np.sqrt(var + eps), mean.copy()
    # END SOLUTION
