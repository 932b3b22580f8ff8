"""Figures of the chapter on channels."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from book import results
from book.figures.theme import save, subplots
from book.palette import BLUE, GRID, INK, MUTED, ORANGE, PAPER

N, C, H, W = 3, 3, 3, 3
CHOICES = {  # axes reduced, and how one group is named
    "per channel\naxes (0, 2, 3)": (0, 2, 3),
    "per pixel\naxes (0,)": (0,),
    "per sample\naxes (2, 3)": (2, 3),
    "per column\naxes (0, 1, 2)": (0, 1, 2),
}


def axes_of_a_mean() -> None:
    """Which numbers of (N, C, H, W) share a mean, for four choices of axes."""
    fig, axes = subplots(5.2, nrows=2, ncols=2)
    for ax, (name, reduced) in zip(axes.flat, CHOICES.items(), strict=True):
        _draw_tensor(ax, reduced)
        right = reduced == (0, 2, 3)
        ax.set_title(name, color=BLUE if right else INK, pad=4)
    save(
        fig,
        "channels_axes",
        alt="""Four pictures of the same tensor: three rows of samples, three columns of channels,
        each cell a map of three by three pixels; the numbers that share one mean are filled.
        Per channel: all maps of one column. Per pixel: the same pixel of each map of one
        column, three numbers. Per sample and channel: one single map. Per column of pixels: one
        pixel column of every map in the picture.""",
    )


def _draw_tensor(ax: Axes, reduced: tuple[int, ...]) -> None:
    chosen = (1, 1, 1, 1)  # one group of numbers, the one this element belongs to
    for index in np.ndindex(N, C, H, W):
        n, c, h, w = index
        same = all(
            axis in reduced or index[axis] == chosen[axis] for axis in range(4)
        )  # equal on every axis that is kept
        x, y = c * (W + 0.8) + w, -(n * (H + 0.8) + h)
        ax.add_patch(
            Rectangle((x, y), 0.9, 0.9, facecolor=BLUE if same else GRID, alpha=1 if same else 0.6)
        )
    ax.set(xlim=(-0.9, C * (W + 0.8)), ylim=(-N * (H + 0.8) + 1.4, 2.1), aspect="equal")
    ax.text(C * (W + 0.8) / 2 - 0.4, 1.2, "channels", ha="center", color=MUTED, fontsize=9)
    ax.text(-0.4, -4.2, "samples", rotation=90, ha="right", va="center", color=MUTED, fontsize=9)
    ax.axis("off")


def accuracy() -> None:
    """Measured test accuracy for four choices of axes, images as they are and moved."""
    rows = results.value("channels_axes", "batch_64")
    names = {
        "channel": "per channel\n(0, 2, 3)",
        "pixel": "per pixel\n(0,)",
        "sample": "per sample\n(2, 3)",
        "column": "per column\n(0, 1, 2)",
    }
    fig, ax = subplots(3.1)
    for place, axes in enumerate(names):
        for kind, colour, step in (("as_is", BLUE, 0.13), ("moved", ORANGE, -0.13)):
            row = rows[axes][kind]
            y = len(names) - place + step
            ax.plot([row["low"], row["high"]], [y, y], color=colour)
            ax.plot(row["mean"], y, "o", color=colour, ms=8, mec=PAPER)
    ax.set_yticks(range(len(names), 0, -1), names.values())
    ax.set(xlabel="test accuracy, %", xlim=(40, 100), ylim=(0.5, 4.95))
    for text, colour, x in (("as they are", BLUE, 84), ("moved by a pixel", ORANGE, 52)):
        ax.text(x, 4.62, text, color=colour)
    ax.grid(True, axis="x")
    ax.tick_params(axis="y", length=0)
    save(
        fig,
        "channels_accuracy",
        alt="""Test accuracy with 95 % intervals for statistics per channel, per pixel, per sample
        and per column, on test images as they are and moved by one pixel. Per channel is best in
        both. Per pixel is close behind on the images as they are, and by far the lowest on the
        moved ones.""",
    )


FIGURES = (axes_of_a_mean, accuracy)
