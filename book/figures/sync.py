"""Figures of the chapter on one batch in many places."""

from __future__ import annotations

import numpy as np

from book import results
from book.figures.theme import log_x, means, save, subplots, write
from book.palette import BLUE, GREEN, INK, MUTED, ORANGE, PAPER

DEALS = (([1.0, 3.0], [3.0, 9.0]), ([9.0], [1.0, 3.0, 3.0]))
COLOURS = (BLUE, ORANGE)
WAYS = {
    "apart": (BLUE, "o-", "apart", (19, 4)),
    "constants": (ORANGE, "s-", "shared, as constants", (7, 1.8)),
    "own": (GREEN, "^--", "shared, own rows only", (32, 0.6)),
}


def shards() -> None:
    """Four rows on two machines in two ways, with the variance within and between."""
    fig, axes = subplots(3.6, nrows=3, height_ratios=(1, 1, 1.1))
    parts = []
    for ax, deal, title in zip(axes, DEALS, ("two and two", "one and three"), strict=False):
        seen: dict[float, int] = {}
        for rows, colour in zip(deal, COLOURS, strict=True):
            mean = np.mean(rows)
            ax.plot([mean, mean], [-0.5, 1.6], color=colour, lw=1.5)
            write(ax, "a" if colour == BLUE else "b", (mean, 1.6), (7, -7), color=colour)
            for row in rows:
                height = seen[row] = seen.get(row, -1) + 1  # equal rows are stacked
                ax.plot(row, height, "o", color=colour, ms=8, clip_on=False)
        ax.axvline(4, color=INK, lw=1.5, ls=":")
        ax.set(xlim=(0, 10), ylim=(-0.5, 2), yticks=[], xticks=range(0, 11, 2))
        ax.set_title(title, loc="left", pad=2)
        ax.spines["left"].set_visible(False)
        sizes = np.array([len(rows) for rows in deal])
        within = np.sum(sizes * [np.var(rows) for rows in deal]) / 4
        between = np.sum(sizes * (np.array([np.mean(rows) for rows in deal]) - 4) ** 2) / 4
        parts.append((within, between))
    ax = axes[2]
    for place, (within, between) in enumerate(parts):
        ax.barh(place, within, color=MUTED, alpha=0.55)
        ax.barh(place, between, left=within, color=GREEN)
        if place == 0:
            ax.annotate("within", (within / 2, place), ha="center", va="center")
            ax.annotate(
                "between", (within + between / 2, place), ha="center", va="center", color=PAPER
            )
    ax.set_yticks([0, 1], ["two and two", "one and three"])
    ax.set(ylim=(1.5, -0.5), xlim=(0, 10), xticks=range(0, 11, 3), xlabel="variance")
    ax.tick_params(axis="y", length=0)
    save(
        fig,
        "sync_shards",
        alt="""The rows 1, 3, 3, 9 on two machines, dealt two and two, then one and three. Lines
        mark the mean of each machine, a dotted line the common mean of 4. Two and two: variance 5
        within the machines and 4 between them. One and three: two thirds within and eight and a
        third between. Both add up to 9.""",
    )


def gradient() -> None:
    """Measured error of the gradient against the number of shards."""
    rows = results.record("sync_gradient")["results"]
    counts = [int(name[1:]) for name in rows]
    fig, ax = subplots(3.1)
    for way, (colour, style, name, where) in WAYS.items():
        means(ax, counts, [rows[f"k{k}"][way]["error"] for k in counts], style, color=colour)
        write(ax, name, where, color=colour, ha="right")
    ax.axhline(1, color=MUTED, lw=1, ls=":")
    ax.set(yscale="log", ylim=(0.25, 30))
    ax.set_yticks([0.3, 1, 3, 10], ["0.3", "1", "3", "10"])
    log_x(ax, counts)
    ax.set(xlabel="shards of a batch of 64", ylabel="error of the gradient")
    ax.grid(True)
    words = "; ".join(
        f"{k} shards: {rows[f'k{k}']['apart']['error']['mean']:.2g} apart, "
        f"{rows[f'k{k}']['constants']['error']['mean']:.2g} as constants, "
        f"{rows[f'k{k}']['own']['error']['mean']:.2g} with own rows only"
        for k in counts
    )
    save(fig, "sync_gradient", alt=f"Relative error of the gradient. {words}.")


FIGURES = (shards, gradient)
