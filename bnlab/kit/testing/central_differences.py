"""The gradients of batch norm and of its nodes by central differences, in float64."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

STEP = 1e-5
CLOSE = {"rtol": 1e-6, "atol": 1e-6}
"""Tolerance of a central difference with a step of 1e-5."""


def slopes(loss: Callable[[np.ndarray], float], value: np.ndarray) -> np.ndarray:
    """Return the gradient of `loss` by central differences, of the shape of `value`."""
    result = np.zeros(value.shape)
    for index in np.ndindex(value.shape):
        up, down = value.copy(), value.copy()
        up[index] += STEP
        down[index] -= STEP
        result[index] = (loss(up) - loss(down)) / (2 * STEP)
    return result


def gradients(
    dy: np.ndarray,
    x: np.ndarray,
    weight: np.ndarray,
    eps: float,
    mean: np.ndarray | None = None,
    var: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return dx (n, d), dweight and dbias (d,) of sum(dy * y).

    Args:
        dy, x: (n, d).
        weight: (d,).
        mean, var: (d,), statistics that are constants; those of x by default.
    """

    def loss(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> float:
        m = x.mean(axis=0) if mean is None else mean
        v = x.var(axis=0) if var is None else var
        return float(np.sum(dy * ((x - m) * (v + eps) ** -0.5 * weight + bias)))

    bias = np.zeros(weight.shape)
    return (
        slopes(lambda each: loss(each, weight, bias), x),
        slopes(lambda each: loss(x, each, bias), weight),
        slopes(lambda each: loss(x, weight, each), bias),
    )


def node_gradients(
    dy: np.ndarray, x: np.ndarray, weight: np.ndarray, eps: float
) -> tuple[np.ndarray, ...]:
    """Return the gradients of xhat, rstd, var, centered, mean and x, each of the node's shape."""
    mean = x.mean(axis=0)
    centered = x - mean
    var = np.mean(centered**2, axis=0)
    rstd = (var + eps) ** -0.5

    def at_xhat(xhat: np.ndarray) -> float:
        return float(np.sum(dy * weight * xhat))

    def at_var(var: np.ndarray, centered: np.ndarray = centered) -> float:
        return at_xhat(centered * (var + eps) ** -0.5)

    def at_centered(centered: np.ndarray) -> float:
        return at_var(np.mean(centered**2, axis=0), centered)

    return (
        slopes(at_xhat, centered * rstd),
        slopes(lambda each: at_xhat(centered * each), rstd),
        slopes(at_var, var),
        slopes(at_centered, centered),
        slopes(lambda each: at_centered(x - each), mean),
        slopes(lambda each: at_centered(each - each.mean(axis=0)), x),
    )
