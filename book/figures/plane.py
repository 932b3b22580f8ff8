"""The plane of all batches of three samples with mean 0, in which the normalized batch lies."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from book.palette import BLUE, GRID, INK, MUTED

Numbers = NDArray[np.float64]
ANGLES = np.deg2rad(90 - 120 * np.arange(3))  # of the samples, as in the interactive figure
SPOKES = np.stack([np.cos(ANGLES), np.sin(ANGLES)])
BATCH = np.array([0.5, 1.0, 4.5])


def point(values: Numbers) -> Numbers:
    """Place in the plane of three numbers that add up to 0; lengths are kept."""
    return np.sqrt(2 / 3) * SPOKES @ values


def draw(ax: Axes, batch: Numbers) -> Numbers:
    """Draw circle, spokes, the batch without its mean, and the normalized batch; the last."""
    centered = batch - batch.mean()
    normalized = centered / batch.std()
    angle = np.linspace(0, 2 * np.pi, 200)
    ax.plot(*(np.sqrt(3) * np.stack([np.cos(angle), np.sin(angle)])), color=MUTED, lw=1.5)
    for number, (x, y) in enumerate(3.4 * SPOKES.T, 1):
        ax.plot([0, x], [0, y], color=GRID, lw=1)
        ax.annotate(f"sample {number}", (1.1 * x, 1.1 * y), ha="center", va="center", fontsize=9)
    ax.plot(*np.stack([np.zeros(2), point(centered)]).T, ":", color=MUTED, lw=1.2)
    ax.plot(*point(centered), "o", color=BLUE, ms=8, mfc="none", mew=2)
    ax.annotate("x − μ", point(centered), (0, -15), textcoords="offset points", ha="center")
    ax.plot(*point(normalized), "o", color=INK, ms=7, zorder=4)
    ax.annotate("x̂", point(normalized), (9, -9), textcoords="offset points", ha="center")
    ax.set(aspect="equal", xticks=[], yticks=[], xlim=(-4.4, 4.4), ylim=(-2.6, 4.2))
    for spine in ax.spines.values():
        spine.set_visible(False)
    return normalized
