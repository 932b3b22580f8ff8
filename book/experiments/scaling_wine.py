"""How many steps does gradient descent need on a real regression, raw and scaled?

The alcohol of 178 wines is predicted by a linear fit from twelve other measurements.
A fit counts as done when it explains all but one hundredth of the variance that can be explained.
"""

from __future__ import annotations

import math

import numpy as np
from sklearn.datasets import load_wine

WITHIN = 0.01
COUNTED = 300_000  # longer runs are computed, not counted


def run(quick: bool) -> dict:
    """Condition number and steps per scaling; steps are counted where there are not too many."""
    data = load_wine()
    x, alcohol = data.data[:, 1:], data.data[:, 0]
    centred = x - x.mean(axis=0)
    forms = {
        "raw": x,
        "centred": centred,
        "minmax": (x - x.min(axis=0)) / np.ptp(x, axis=0),
        "standardized": centred / x.std(axis=0),
    }
    found = {
        name: fit(form, alcohol, COUNTED // 100 if quick else COUNTED)
        for name, form in forms.items()
    }
    spread = x.std(axis=0)
    return found | {
        "data": {
            "rows": len(x),
            "features": x.shape[1],
            "largest_sd": float(spread.max()),
            "smallest_sd": float(spread.min()),
            "largest": data.feature_names[1:][int(spread.argmax())],
            "smallest": data.feature_names[1:][int(spread.argmin())],
        }
    }


def fit(x: np.ndarray, y: np.ndarray, most: int) -> dict[str, float]:
    """Condition number of the loss and steps to the end, at the best constant rate.

    `bound` is what the steps would be if all that there is to fit lay along the slowest direction.
    """
    x = np.c_[np.ones(len(x)), x]  # the intercept
    gram, slope = x.T @ x / len(x), x.T @ y / len(x)
    values, vectors = np.linalg.eigh(gram)
    lr = 2 / (values[0] + values[-1])
    goal = np.linalg.solve(gram, slope)
    explained = y.var() - np.mean((x @ goal - y) ** 2)
    limit = WITHIN * explained
    steps = predicted_steps(values, vectors.T @ goal, lr, limit)
    condition = values[-1] / values[0]
    shrink = (condition - 1) / (condition + 1)
    start = goal @ gram @ goal  # the excess loss of weights that are all zero
    result = {
        "condition": condition,
        "steps": steps,
        "bound": math.ceil(math.log(limit / start) / (2 * math.log(shrink))),
        "r2": explained / y.var(),
    }
    if steps <= most:
        result["counted"] = counted_steps(gram, slope, goal, lr, limit)
    return result


def predicted_steps(values: np.ndarray, parts: np.ndarray, lr: float, limit: float) -> int:
    """Steps until the excess loss is below the limit; each eigenvector shrinks by itself."""

    def excess(steps: int) -> float:
        return float(np.sum(values * parts**2 * (1 - lr * values) ** (2.0 * steps)))

    low, high = 0, 1
    while excess(high) > limit:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if excess(middle) > limit else (low, middle)
    return high


def counted_steps(
    gram: np.ndarray, slope: np.ndarray, goal: np.ndarray, lr: float, limit: float
) -> int:
    """The same by taking the steps."""
    weight, steps = np.zeros(len(goal)), 0
    while (weight - goal) @ gram @ (weight - goal) > limit:
        weight = weight - lr * (gram @ weight - slope)
        steps += 1
    return steps
