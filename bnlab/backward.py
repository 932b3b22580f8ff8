"""The gradient of batch normalization, in training and in evaluation.

Chapter: backward.
The house rules of the chapter how_to hold: results have the dtype of the batch, sums of half
precision are taken in float32 or wider, arguments stay as they are, and N and D may be 1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def numerical_gradient(
    loss: Callable[[np.ndarray], float], x: np.ndarray, step: float = 1e-5
) -> np.ndarray:
    """Return the gradient of a loss by central differences.

    Each number of x is moved up by the step and down by the step, alone; the gradient is the
    difference of the two losses, divided by the distance.

    Args:
        loss: a function that takes an array of the shape of x and returns a number.
        x: any shape of at least one axis, float64, in any memory order.
        step: how far each number is moved, up and down.

    Returns:
        the shape of x, float64.

    >>> numerical_gradient(lambda x: x[0] ** 2 + 3 * x[1], np.array([2.0, 7.0])).round(6)
    array([4., 3.])
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def backward_steps(
    dy: np.ndarray, cache: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradient of each node of the forward pass, from the output back to x.

    The forward pass computed, in this order,

        mean = x.mean(axis=0)
        centered = x - mean
        var = (centered ** 2).mean(axis=0)
        rstd = (var + eps) ** -0.5
        xhat = centered * rstd
        y = weight * xhat + bias

    A node that is used twice gets a gradient from each use, and the two add up. While you work,
    return None for the gradients that you have not written.

    Args:
        dy: (N, D), float64; gradient of the loss with respect to y.
        cache: the tuple (xhat, weight, rstd), (N, D), (D,) and (D,), float64, unchanged.

    Returns:
        dxhat: (N, D).
        drstd: (D,).
        dvar: (D,).
        dcentered: (N, D), from both of its uses.
        dmean: (D,).
        dx: (N, D), from both of its uses.

    Source: ioffe2015, section 3.

    >>> xhat = np.array([[-1.0], [-1.0], [1.0], [1.0]])
    >>> dy = np.array([[1.0], [0.0], [0.0], [0.0]])
    >>> steps = backward_steps(dy, (xhat, np.array([2.0]), np.array([0.5])))
    >>> [each.ravel().tolist() for each in steps[:3]]
    [[2.0, 0.0, 0.0, 0.0], [-4.0], [0.25]]
    >>> steps[-1].ravel().tolist()
    [0.5, -0.5, 0.0, 0.0]
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def batch_norm_backward(
    dy: np.ndarray, cache: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of batch norm in training, where the statistics depend on the batch.

    dx is the last of `backward_steps`, in one line.

    Args:
        dy: (N, D), floating; gradient of the loss with respect to the output.
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
    # YOUR CODE HERE
    raise NotImplementedError()


def batch_norm_eval_backward(
    dy: np.ndarray,
    x: np.ndarray,
    running_mean: np.ndarray,
    running_var: np.ndarray,
    weight: np.ndarray,
    eps: float = 1e-5,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of batch norm in evaluation, where the statistics are constants.

    Args:
        dy: (N, D), floating; gradient of the loss with respect to the output.
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
    # YOUR CODE HERE
    raise NotImplementedError()
