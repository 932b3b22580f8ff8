"""How many steps does gradient descent need when one of two features changes its unit?"""

from __future__ import annotations

import math

import numpy as np

from book.experiments._shared.analysis import summary

SEEDS = range(20)
FACTORS = (1, 3, 10, 30, 100)
ROWS, TOLERANCE = 200, 1e-6


def run(quick: bool) -> dict:
    """Steps per factor on the second feature, with the condition number and the prediction."""
    seeds = SEEDS[:3] if quick else SEEDS
    return {str(factor): _gather([measure(seed, factor) for seed in seeds]) for factor in FACTORS}


def _gather(found: list[dict]) -> dict:
    return {name: summary([one[name] for one in found]) for name in found[0]}


def measure(seed: int, factor: float) -> dict[str, float]:
    """Steps until the loss of a linear fit has fallen by `TOLERANCE`, at the best constant rate."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(ROWS, 2)) * [1, factor]
    # In the units of the first feature the target is the same whatever the factor is.
    target = x / [1, factor] @ rng.normal(size=2)
    gram, slope = x.T @ x / ROWS, x.T @ target / ROWS
    low, high = np.linalg.eigvalsh(gram)
    lr, weight, steps = 2 / (low + high), np.zeros(2), 0
    best = np.linalg.solve(gram, slope)
    limit = TOLERANCE * (best @ gram @ best)
    while (weight - best) @ gram @ (weight - best) > limit:
        weight = weight - lr * (gram @ weight - slope)
        steps += 1
    condition = high / low
    shrink = (condition - 1) / (condition + 1)
    return {
        "steps": steps,
        "condition": condition,
        "bound": math.log(TOLERANCE) / (2 * math.log(shrink)),
    }
