"""Figures of the chapter on the two numbers of a mini-batch."""

from __future__ import annotations

import numpy as np

from book import results
from book.figures import plane
from book.figures.theme import save, subplots
from book.palette import BLUE, INK, MUTED, ORANGE

BATCH = np.array([1.0, 3.0, 3.0, 9.0])


def two_numbers() -> None:
    """The worked batch: as it comes, centred, scaled."""
    mean, sd = BATCH.mean(), BATCH.std()
    rows = [BATCH, BATCH - mean, (BATCH - mean) / sd]
    names = ["the batch", "minus the mean", "divided by the sd"]
    marks = [["1", "3", "", "9"], ["−3", "−1", "", "5"], ["−1", "−⅓", "", "1⅔"]]
    fig, axes = subplots(3.4, nrows=3)
    for ax, values, name, texts in zip(axes, rows, names, marks, strict=True):
        centre, spread = values.mean(), values.std()
        ax.axvspan(centre - spread, centre + spread, color=ORANGE, alpha=0.15, lw=0)
        ax.axvline(centre, ymax=0.6, color=ORANGE)
        heights = np.array([0, 1, 0, 0])  # the two equal values are stacked
        ax.scatter(values, heights, s=60, color=BLUE, zorder=3, clip_on=False)
        for value, height, text in zip(values, heights, texts, strict=True):
            ax.annotate(text, (value, height), (0, 7), textcoords="offset points", ha="center")
        ax.set(xlim=(-4.5, 9.5), ylim=(-0.6, 2.4), yticks=[], xticks=range(-4, 10, 2))
        ax.set_title(name, loc="left", pad=3)
        ax.spines["left"].set_visible(False)
    save(
        fig,
        "moments_two_numbers",
        alt="""Three number lines. The batch 1, 3, 3, 9 has mean 4 and standard deviation 3.
        Minus the mean it is -3, -1, -1, 5. Divided by the standard deviation it is
        -1, -1/3, -1/3, 5/3: the same pattern, now around 0 with standard deviation 1.""",
    )


def cancellation() -> None:
    """Measured error of three variances in float32 against the size of the mean."""
    rows = results.value("moments_cancellation", "float32")
    rows = {float(mean): row for mean, row in rows.items() if float(mean) > 0}
    fig, ax = subplots(3.1)
    for method, colour, name, where in (
        ("difference", ORANGE, "mean of squares\n− square of mean", (1, 3e-3)),
        ("two_pass", BLUE, "mean of squared deviations", (12, 1.2e-8)),
    ):
        error = [row[method]["error"]["median"] for row in rows.values()]
        ax.plot(rows.keys(), error, "o-", color=colour)
        ax.annotate(name, where, color=colour)
    ax.axhline(1, color=MUTED, lw=1, ls="--")
    ax.annotate("as large as the variance itself", (1, 1), (0, 4), textcoords="offset points")
    ax.set(xscale="log", yscale="log", ylim=(4e-9, 1e3))
    ax.set(xlabel="mean of the feature (standard deviation 1)", ylabel="relative error")
    ax.grid(True)
    ax.tick_params(labelcolor=INK)
    save(
        fig,
        "moments_cancellation",
        alt="""Relative error of the variance in float32 against the mean of the feature, both
        axes logarithmic. The mean of squared deviations stays below one part in a hundred
        thousand. The mean of squares minus the squared mean loses two digits for each factor of
        ten in the mean, and is as wrong as the variance is large from a mean near 1000 on.""",
    )


def circle() -> None:
    """One position of the interactive figure."""
    fig, ax = subplots(3.4)
    plane.draw(ax, plane.BATCH)
    save(
        fig,
        "moments_circle",
        alt="""A circle of radius root 3 around the origin of a plane, with a spoke for each of
        three samples. The batch 0.5, 1, 4.5 without its mean is a point outside the circle. The
        normalized batch is the point where the line from there to the center meets the circle.""",
    )


FIGURES = (two_numbers, cancellation, circle)
