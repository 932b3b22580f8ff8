"""The gradient of batch normalization, in training and in evaluation.

Chapter: backward.
"""

from __future__ import annotations

import numpy as np


def batch_norm_backward(
    dy: np.ndarray, cache: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of batch norm in training, where the statistics depend on the batch.

    The sums of a float16 batch are taken in float32 or wider.
    The arguments are unchanged by the call.

    Args:
        dy: (N, D), floating; gradient of the loss with respect to the output; N and D may be 1.
        cache: the tuple (xhat, weight, rstd): the normalized batch (N, D), the weight (D,)
            and 1 / sqrt(var + eps), (D,); each in the dtype of dy or a wider one.

    Returns:
        dx: (N, D), dtype of dy.
        dweight: (D,), dtype of dy; a sum over the batch (not a mean).
        dbias: (D,), dtype of dy; a sum over the batch (not a mean).

    Source: ioffe2015, section 3.

    >>> xhat = np.array([[-1.0], [-1.0], [1.0], [1.0]])
    >>> dy = np.array([[1.0], [0.0], [0.0], [0.0]])
    >>> dx, dweight, dbias = batch_norm_backward(dy, (xhat, np.array([2.0]), np.array([0.5])))
    >>> dx.ravel(), dweight, dbias
    (array([ 0.5, -0.5,  0. ,  0. ]), array([-1.]), array([1.]))
    """
    # BEGIN SOLUTION
    xhat, weight, rstd = cache
    wide = np.promote_types(xhat.dtype, np.float32)
    dbias = dy.sum(axis=0, dtype=wide)
    dweight = np.einsum("nd,nd->d", dy, xhat, dtype=wide)  # without an array of the products
    # The mean takes away what all rows share, the variance what lies along xhat.
    dx = weight * rstd * (dy - dbias / len(dy) - xhat * (dweight / len(dy)))
    return tuple(gradient.astype(dy.dtype, copy=False) for gradient in (dx, dweight, dbias))
    # END SOLUTION


def batch_norm_eval_backward(
    dy: np.ndarray,
    x: np.ndarray,
    running_mean: np.ndarray,
    running_var: np.ndarray,
    weight: np.ndarray,
    eps: float = 1e-5,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of batch norm in evaluation, where the statistics are constants.

    The sums of a float16 batch are taken in float32 or wider.
    The arguments are unchanged by the call.

    Args:
        dy: (N, D), floating; gradient of the loss with respect to the output; N and D may be 1.
        x: (N, D), dtype of dy.
        running_mean: (D,), dtype of dy.
        running_var: (D,), dtype of dy.
        weight: (D,), dtype of dy.
        eps: added to the variance, inside the root, in the dtype of running_var or a wider one.

    Returns:
        dx: (N, D), dtype of dy.
        dweight: (D,), dtype of dy; a sum over the batch (not a mean).
        dbias: (D,), dtype of dy; a sum over the batch (not a mean).

    Source: torch, BatchNorm1d.

    >>> dy, x = np.array([[1.0], [0.0]]), np.array([[3.0], [9.0]])
    >>> mean, var, weight = np.array([1.0]), np.array([4.0]), np.array([6.0])
    >>> dx, dweight, dbias = batch_norm_eval_backward(dy, x, mean, var, weight, eps=0.0)
    >>> dx.ravel(), dweight, dbias
    (array([3., 0.]), array([1.]), array([1.]))
    """
    # BEGIN SOLUTION
    wide = np.promote_types(dy.dtype, np.float32)
    rstd = 1 / np.sqrt(running_var.astype(wide) + eps)
    dx = dy * (weight * rstd)
    dweight = (dy * ((x - running_mean) * rstd)).sum(axis=0, dtype=np.float64)
    dbias = dy.sum(axis=0, dtype=np.float64)
    return tuple(gradient.astype(dy.dtype, copy=False) for gradient in (dx, dweight, dbias))
    # END SOLUTION
