"""Draw the picture that a message shows of a link to the book: `python -m book.social_card`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from book.palette import BLUE, INK, MUTED, ORANGE, PAPER

FILE = Path(__file__).parent / "_static" / "social.png"
DPI = 100
# Two features of one batch, on scales of their own.
BATCH = np.array([[1, 40], [3, 44], [3, 52], [4, 60], [7, 62], [9, 78]]) / [10, 90]


def main() -> None:
    """Draw a batch before and after normalization, 1200 by 630 pixels."""
    figure = Figure(figsize=(12, 6.3), dpi=DPI, facecolor=PAPER)
    figure.text(0.08, 0.8, "Batch Normalization, Measured", size=40, weight="bold", color=INK)
    figure.text(0.08, 0.69, "Every claim is put to the test.", size=24, color=MUTED)
    normalized = (BATCH - BATCH.mean(0)) / BATCH.std(0)
    for left, points, middle, name in (
        (0.08, BATCH, None, "a batch of two features"),
        (0.54, normalized, 0, "each with mean 0 and variance 1"),
    ):
        axes = figure.add_axes((left, 0.18, 0.38, 0.38), facecolor="none")
        axes.axis("off")
        axes.set(xlim=(0, 1) if middle is None else (-2.2, 2.2), ylim=(-0.6, 1.6))
        for row, colour in enumerate((BLUE, ORANGE)):
            axes.axhline(1 - row, color=MUTED, linewidth=1.5, zorder=0)
            axes.scatter(points[:, row], np.full(len(points), 1 - row), s=260, color=colour)
        if middle is not None:
            axes.axvline(middle, color=INK, linewidth=2, linestyle=(0, (2, 2)), zorder=0)
        figure.text(left, 0.1, name, size=20, color=INK)
    figure.savefig(FILE, facecolor=PAPER, metadata={"Software": None})


if __name__ == "__main__":
    main()
