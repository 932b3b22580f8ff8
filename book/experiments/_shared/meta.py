"""Several networks judged together: random effects, and intervals over seeds and images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import stats


def crossed_interval(differences: np.ndarray) -> dict[str, float]:
    """Mean, standard error, 95 % interval and p-value over other seeds and other test images.

    The variance of the mean is that over seeds plus that over images. It is a little too large,
    because the noise of single images is in both.

    Args:
        differences: (seeds, images), of one kind of run and another, in points.

    >>> crossed_interval(np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]]))["mean"]
    0.5
    """
    seeds, images = differences.shape
    by_seed, by_image = differences.mean(axis=1), differences.mean(axis=0)
    error = float(np.sqrt(by_seed.var(ddof=1) / seeds + by_image.var(ddof=1) / images))
    mean = float(differences.mean())
    t = stats.t.ppf(0.975, seeds - 1)
    p = 2 * stats.t.sf(abs(mean) / error, seeds - 1) if error else float(mean == 0)
    return {
        "mean": mean,
        "error": error,
        "low": mean - t * error,
        "high": mean + t * error,
        "p": float(p),
    }


def random_effects(means: Sequence[float], errors: Sequence[float]) -> dict[str, Any]:
    """Pooled mean of several studies and the interval of one further study.

    The variance between studies is that of DerSimonian and Laird (1986), the interval of the mean
    that of Hartung and Knapp (2001), and the prediction interval that of Higgins et al. (2009).

    Args:
        means: effect of each study, at least three.
        errors: their standard errors, positive.

    Raises:
        ValueError: lengths differ, or an error is not positive.
    """
    y, v = np.asarray(means, float), np.square(np.asarray(errors, float))
    if y.shape != v.shape or not (v > 0).all():
        raise ValueError("random_effects: errors are expected positive, one for each mean.")
    k = len(y)
    w = 1 / v
    q = float(w @ (y - w @ y / w.sum()) ** 2)
    tau2 = max(0.0, (q - (k - 1)) / float(w.sum() - w @ w / w.sum()))
    w = 1 / (v + tau2)
    mean = float(w @ y / w.sum())
    error = float(np.sqrt(w @ (y - mean) ** 2 / ((k - 1) * w.sum())))
    half = float(stats.t.ppf(0.975, k - 1)) * error
    further = float(stats.t.ppf(0.975, max(k - 2, 1))) * float(np.sqrt(tau2 + 1 / w.sum()))
    return {
        "mean": mean,
        "error": error,
        "low": mean - half,
        "high": mean + half,
        "tau": float(np.sqrt(tau2)),
        "q": q,
        "next_low": mean - further,
        "next_high": mean + further,
    }


def equivalent(effect: dict[str, Any], margin: float) -> bool:
    """Whether two one-sided tests at 5 % put the effect within the margin around 0.

    Args:
        effect: `mean`, `low` and `high` of a symmetric 95 % interval; the interval itself is asked
            to lie within the margin, which is stricter than the 90 % interval of the two tests.
        margin: positive, in the unit of the effect.

    >>> equivalent({"low": -0.05, "high": 0.1}, 0.2), equivalent({"low": -0.3, "high": 0.1}, 0.2)
    (True, False)
    """
    return bool(-margin < effect["low"] and effect["high"] < margin)
