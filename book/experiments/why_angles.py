"""How soon does weight decay make the angle of a step forget the first length of the weights?

A model without a network: the gradient is a random vector at right angles to the weights, of length
one over theirs, as that of a scale-invariant loss; a step is one of plain gradient descent.
"""

from __future__ import annotations

import numpy as np

from book.experiments._shared.analysis import summary
from book.experiments._shared.trials import trials

SEEDS = range(10)
RATE, DECAY, SIZE = 0.1, 0.01, 100
LENGTHS = (0.1, 1.0, 10.0)
STEPS = (10, 300, 1000, 3000, 10_000)  # after which the angle is noted
AROUND = 10  # steps whose median is taken


def run(quick: bool) -> dict:
    """Angle of a step in degrees by first length, with and without decay, and the prediction."""
    seeds, steps = (SEEDS[:2], STEPS[:2]) if quick else (SEEDS, STEPS)
    results: dict = {"predicted": float(np.degrees(np.sqrt(2 * RATE * DECAY)))}
    results["time"] = 1 / (RATE * DECAY)
    for name, decay in (("decay", DECAY), ("none", 0.0)):
        results[name] = {}
        for length in LENGTHS:
            found = trials(measure, seeds, length=length, decay=decay, steps=list(steps))
            results[name][f"length{length:g}"] = {
                f"step{step}": summary([one["angles"][place] for one in found])
                for place, step in enumerate(steps)
            }
    return results


def measure(seed: int, length: float, decay: float, steps: list[int]) -> dict[str, list[float]]:
    """Median angle of the last ten steps before each of the steps, in degrees."""
    draw = np.random.default_rng(seed)
    w = draw.normal(size=SIZE)
    w *= length / np.linalg.norm(w)
    angles = []
    for _ in range(steps[-1]):
        before = w
        w = step(w, draw.normal(size=SIZE), decay)
        cosine = before @ w / np.linalg.norm(before) / np.linalg.norm(w)
        angles.append(np.degrees(np.arccos(min(1.0, cosine))))
    return {"angles": [float(np.median(angles[end - AROUND : end])) for end in steps]}


def step(w: np.ndarray, direction: np.ndarray, decay: float) -> np.ndarray:
    """Weights after one step; the gradient is the part of `direction` at right angles to them."""
    square = w @ w
    gradient = direction - (direction @ w / square) * w
    gradient /= np.linalg.norm(gradient) * np.sqrt(square)
    return w - RATE * (gradient + decay * w)
