"""One look for all figures, in light and in dark.

Importing this module sets matplotlib's style. Draw with the colours of `book.palette`, at the width
of `subplots`, and hand the figure to `save`. In a chapter the figure is shown by

    ```{figure-svg} moments_two_numbers
    The caption.
    ```

which inlines the SVG, so that the page's CSS variables colour it. The figure is named by its
file: `{numref}` refers to it as `fig-moments_two_numbers`.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from book.palette import BLUE, GREEN, GRID, INK, LIGHT, MUTED, ORANGE, PINK

FOLDER = Path(__file__).parent
WIDTH = 4.4  # inches: 317 points, so text keeps its size on a phone and grows on a desk

mpl.rcParams.update(
    {
        "svg.fonttype": "none",
        "svg.hashsalt": "book",
        "font.family": "DejaVu Sans",
        "font.size": 10.5,
        "axes.titlesize": 10.5,
        "axes.labelsize": 10.5,
        "xtick.labelsize": 10,
        "ytick.labelsize": 10,
        "legend.fontsize": 10,
        "legend.frameon": False,
        "lines.linewidth": 2,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "savefig.facecolor": "none",
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": MUTED,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "grid.color": GRID,
        "grid.linewidth": 0.6,
        "axes.prop_cycle": mpl.cycler(color=[BLUE, ORANGE, GREEN, PINK]),
    }
)


def subplots(height: float, **options: Any) -> tuple[Figure, Any]:
    """A figure of the book's width and its axes.

    Args:
        height: in inches.
        options: passed on to `matplotlib.pyplot.subplots`.
    """
    return plt.subplots(figsize=(WIDTH, height), layout="constrained", **options)


def write(
    ax: Axes, text: str, at: tuple[float, float], shift: tuple[float, float] = (0, 0), **style: Any
) -> None:
    """Write a word next to what it names, in place of a legend.

    Args:
        ax: what is drawn there gives the colour, in `style`.
        text: lines are parted by a newline.
        at: in units of the axes.
        shift: from there, in points.
        style: passed on to the text, which is centred unless `ha` says otherwise.
    """
    ax.annotate(text, at, shift, textcoords="offset points", **{"ha": "center"} | style)


def means(
    ax: Axes, x: Sequence[float], cells: Sequence[Mapping[str, float]], *style: str, **options: Any
) -> None:
    """Draw a line through measured means, with their intervals.

    Args:
        ax: any axes.
        x: one for each cell.
        cells: each with a mean, a low and a high.
        style: matplotlib's short form of line and marker.
        options: passed on to the line; it must have a `color`.
    """
    ax.plot(x, [cell["mean"] for cell in cells], *style, **options)
    low, high = ([cell[end] for cell in cells] for end in ("low", "high"))
    ax.vlines(x, low, high, color=options["color"])


def cases(ax: Axes, names: Iterable[str]) -> None:
    """Name the rows of axes in which each row is a case, from 0 on, and its value lies across."""
    ax.set_yticks(*zip(*enumerate(names), strict=True))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(True, axis="x")


def log_x(ax: Axes, ticks: Sequence[float], labels: Sequence[str] | None = None) -> None:
    """Make the horizontal axis logarithmic, with these ticks and no smaller ones on either axis.

    Args:
        ax: its vertical axis has its scale already.
        ticks: where the axis is labelled.
        labels: one for each tick, the number itself if None.
    """
    ax.set_xscale("log")
    ax.set_xticks(ticks, labels or [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()


def save(fig: Figure, name: str, alt: str) -> Path:
    """Path of the figure's SVG, written so that the same drawing gives the same bytes.

    Args:
        fig: closed afterwards.
        name: `<unit>_<what>`.
        alt: what a reader who cannot see the figure must know; kept in the SVG.
    """
    buffer = io.StringIO()
    fig.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(fig)
    target = FOLDER / f"{name}.svg"
    target.write_text(_themed(buffer.getvalue(), name, alt), "utf8")
    return target


def _themed(svg: str, name: str, alt: str) -> str:
    svg = svg[svg.index("<svg") :]
    # Inlined, matplotlib's style element would rule the whole page.
    svg = re.sub(
        r"<defs>\s*<style.*?</defs>|<metadata>.*?</metadata>", "", svg, count=2, flags=re.S
    )
    # The last digits differ between processors; a thousandth of a point is not seen.
    svg = re.sub(r"-?\d+\.\d{4,}", lambda m: f"{float(m[0]):.3f}", svg)
    for variable, colour in LIGHT.items():
        svg = svg.replace(colour, f"var(--fig-{variable}, {colour})")
    svg = svg.replace("'DejaVu Sans'", "system-ui, 'DejaVu Sans', sans-serif")
    # Ids are global in a page that shows several figures.
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r"\n\s*\n+", "\n", svg)
    label = html.escape(" ".join(alt.split()))
    root = f'<svg role="img" aria-label="{label}" stroke-linejoin="round" '
    return svg.replace("<svg ", root, 1)
