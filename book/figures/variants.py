"""Figures of the chapter on norms that do not need the batch."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from book import results
from book.experiments.variants_sizes import SIZES
from book.figures.theme import log_x, means, save, subplots, write
from book.palette import BLUE, GREEN, GRID, INK, MUTED, ORANGE, PAPER

N, C, H, W, GROUPS = 3, 4, 2, 2, 2
CHOSEN = (1, 1)  # the sample and the channel whose mean is shown
ARMS = {
    "batch": (BLUE, "o-", "batch norm", (2.5, 50)),
    "group": (ORANGE, "s-", "group norm", (8, 80)),
}
PLACES = {
    "at2": (ORANGE, 2.0, "x = 2"),
    "at1": (BLUE, 1.0, "x = 1"),
    "at0": (GREEN, 0.0, "x = 0"),
}


def axes_of_a_mean() -> None:
    """Which numbers of a batch share a mean in four layers."""
    n, c = CHOSEN
    size = C // GROUPS
    together = {
        "batch norm": lambda i, k: k == c,
        "layer norm": lambda i, k: i == n,
        "group norm, 2 groups": lambda i, k: i == n and k // size == c // size,
        "instance norm": lambda i, k: (i, k) == (n, c),
    }
    fig, axes = subplots(3.5, nrows=2, ncols=2)
    for ax, (name, same) in zip(axes.flat, together.items(), strict=True):
        _draw(ax, same)
        ax.set_title(name, color=BLUE if name == "batch norm" else INK, pad=4)
    save(
        fig,
        "variants_axes",
        alt="""Four pictures of the same batch: three rows of samples, four columns of channels,
        each cell a map of two by two pixels; the numbers that share one mean are filled. Batch
        norm: all maps of one column. Layer norm: all maps of one row. Group norm with two groups:
        the left half of one row. Instance norm: one single map.""",
    )


def _draw(ax: Axes, same: object) -> None:
    for i, k, h, w in np.ndindex(N, C, H, W):
        filled = same(i, k)
        x, y = k * (W + 0.7) + w, -(i * (H + 0.7) + h)
        ax.add_patch(
            Rectangle(
                (x, y), 0.9, 0.9, facecolor=BLUE if filled else GRID, alpha=1 if filled else 0.6
            )
        )
    right, middle = C * (W + 0.7), -N * (H + 0.7) / 2 + 1.2
    ax.set(xlim=(-1.2, right), ylim=(-N * (H + 0.7) + 1.4, 2.2), aspect="equal")
    ax.text(right / 2 - 0.4, 1.3, "channels", ha="center", color=MUTED, fontsize=9)
    ax.text(-0.4, middle, "samples", rotation=90, ha="right", va="center", color=MUTED, fontsize=9)
    ax.axis("off")


def batch_size() -> None:
    """Measured accuracy against the batch size, for two norms."""
    rows = results.record("variants_sizes")["results"]
    sizes = SIZES
    fig, ax = subplots(3.1)
    for norm, (colour, style, name, where) in ARMS.items():
        means(
            ax, sizes, [rows[f"b{size}"][norm]["accuracy"] for size in sizes], style, color=colour
        )
        write(ax, name, where, (8, 0), color=colour, ha="left")
    log_x(ax, sizes)
    ax.set(xlabel="batch size in training", ylabel="test accuracy, %", ylim=(0, 102))
    ax.grid(True)
    words = "; ".join(
        f"batch size {size}: "
        + ", ".join(
            f"{name} {rows[f'b{size}'][norm]['accuracy']['mean']:.1f}"
            for norm, (_, _, name, _) in ARMS.items()
        )
        for size in sizes
    )
    save(fig, "variants_sizes", alt=f"Test accuracy in percent against the batch size. {words}.")


def noise() -> None:
    """Measured spread of one normalized value against the batch size."""
    rows = results.record("variants_noise")["results"]
    sizes = np.array([int(name[1:]) for name in rows["at0"]])
    fig, ax = subplots(3.1)
    for name, (colour, place, words) in PLACES.items():
        found = [rows[name][f"m{size}"]["sd"]["mean"] for size in sizes]
        ax.plot(sizes, np.sqrt((1 + place**2 / 2) / sizes), color=colour, lw=1.2)
        ax.plot(sizes, found, "o", color=colour, mec=PAPER, ms=7)
        write(ax, words, (sizes[-1], found[-1]), (9, -4), color=colour, ha="left")
    ax.set(yscale="log", ylim=(0.035, 1.5))
    ax.set_yticks([0.05, 0.1, 0.2, 0.5, 1], ["0.05", "0.1", "0.2", "0.5", "1"])
    log_x(ax, sizes)
    ax.set(xlabel="values per mean", ylabel="sd of the output")
    ax.grid(True)
    save(
        fig,
        "variants_noise",
        alt="""Standard deviation of one sample's normalized value over random companions, against
        the number of values per mean, both axes logarithmic, for a sample in the middle, one and
        two standard deviations out. From 32 values on the points lie on the lines of the formula
        and fall by half for four times the values. In tiny batches the points leave the lines.""",
    )


FIGURES = (axes_of_a_mean, batch_size, noise)
