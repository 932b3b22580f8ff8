"""Figures of the chapter on the place of batch norm."""

from __future__ import annotations

import numpy as np
from scipy import stats

from book import results
from book.figures.theme import save, subplots, write
from book.palette import BLUE, GREEN, INK, MUTED, ORANGE

ARMS = {"none": (GREEN, "no batch norm"), "before": (BLUE, "before"), "after": (ORANGE, "after")}


def order() -> None:
    """The same feature behind the convolution, and behind each order of the two layers."""
    quantiles = (np.arange(20_000) + 0.5) / 20_000
    z = stats.norm.ppf(quantiles, loc=1.0, scale=1.5)
    before = np.maximum(standardized(z), 0)
    after = standardized(np.maximum(z, 0))
    panels = (
        (z, MUTED, "behind the convolution"),
        (before, BLUE, "batch norm, then ReLU"),
        (after, ORANGE, "ReLU, then batch norm"),
    )
    fig, axes = subplots(3.9, nrows=3, sharex=True, sharey=True)
    bins = np.arange(-4.0625, 6.2, 0.125)
    for ax, (values, colour, title) in zip(axes, panels, strict=True):
        share, edges = np.histogram(values, bins, weights=np.full(values.size, 1 / values.size))
        ax.stairs(np.minimum(share, 0.1), edges, fill=True, color=colour)
        ax.axvline(0, color=MUTED, lw=1)
        pile = np.mean(values == values.min())
        if pile > 0.1:
            said = f"{100 * pile:.0f} % on one value"
            write(ax, said, (0, 0.1), (9, -2), ha="left", va="top", color=colour)
        ax.set(yticks=[], xlim=(-4, 6), ylim=(0, 0.11))
        ax.spines["left"].set_visible(False)
        ax.set_title(title, loc="left", pad=3)
    save(
        fig,
        "placement_order",
        alt="""Three histograms. Behind the convolution the feature is a symmetric heap with mean 1.
        Batch norm and then ReLU leave the right half of the heap and a pile of half of
        the values at 0. ReLU and then batch norm leave a pile of a quarter of the values at
        a negative value, and a tail to the right.""",
    )


def standardized(x: np.ndarray) -> np.ndarray:
    return (x - x.mean()) / x.std()


def zeros() -> None:
    """Measured share of zeros behind each ReLU."""
    rows = results.record("placement_zeros")["results"]
    fig, axes = subplots(3.0, ncols=2, sharey=True)
    for ax, time, title in zip(axes, ("start", "end"), ("at the start", "trained"), strict=True):
        for shift, (arm, (colour, label)) in zip((-0.15, 0, 0.15), ARMS.items(), strict=True):
            layers = rows[arm][time]["layers"]
            ax.errorbar(
                np.arange(1, 5) + shift,
                [layer["mean"] for layer in layers],
                [layer["half"] for layer in layers],
                fmt="o",
                color=colour,
                label=label,
            )
        ax.axhline(50, color=MUTED, lw=1, ls="--", zorder=0)
        ax.set(ylim=(0, 100), xlim=(0.5, 4.5), xticks=range(1, 5), xlabel="ReLU")
        ax.set_title(title, loc="left")
        ax.grid(True, axis="y")
    axes[0].set(ylabel="zeros, %")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    save(
        fig,
        "placement_zeros",
        alt=zeros_in_words(rows),
    )


def zeros_in_words(rows: dict) -> str:
    parts = [
        f"{label}: {rows[arm]['start']['all']['mean']:.0f} % at the start and "
        f"{rows[arm]['end']['all']['mean']:.0f} % when trained"
        for arm, (_, label) in ARMS.items()
    ]
    return "Share of zeros behind each of the four ReLUs of LeNet. On average, " + "; ".join(parts)


def networks() -> None:
    """Forest plot of the networks, the pooled effect and the interval of a further network."""
    found = results.record("placement_networks")["results"]
    rows, pooled = found["rows"], found["together"]["after_minus_before"]["pooled"]
    corrected = found["together"]["after_minus_before"]["holm"]
    fig, ax = subplots(4.4)
    for place, (name, row) in enumerate(rows.items()):
        total = row["after_minus_before"]["total"]
        colour = ORANGE if corrected[name] < 0.05 else INK
        half = (total["high"] - total["low"]) / 2
        ax.errorbar(total["mean"], -place, xerr=half, fmt="o", color=colour, ms=6)
    bottom = -len(rows) - 0.5
    ends = [pooled["low"], pooled["mean"], pooled["high"], pooled["mean"]]
    ax.fill(ends, [bottom, bottom + 0.3, bottom, bottom - 0.3], color=BLUE, lw=0)
    ax.plot([pooled["next_low"], pooled["next_high"]], [bottom - 1] * 2, color=BLUE, lw=4)
    ax.axvline(0, color=MUTED, lw=1)
    ax.set(yticks=[*(-n for n in range(len(rows))), bottom, bottom - 1])
    ax.set_yticklabels([*map(_named, rows), "all together", "a further network"])
    ax.set(xlabel="after − before, points")
    ax.grid(True, axis="x")
    listed = "; ".join(
        f"{_named(name)} {row['after_minus_before']['total']['mean']:+.2f}"
        for name, row in rows.items()
    )
    save(
        fig,
        "placement_networks",
        alt=f"""Ten networks, accuracy of after minus before with its 95 % interval, in points:
        {listed}. Pooled: {pooled["mean"]:+.2f}, from {pooled["low"]:+.2f} to {pooled["high"]:+.2f}.
        A further network is expected between {pooled["next_low"]:+.2f} and
        {pooled["next_high"]:+.2f}.""",
    )


def _named(row: str) -> str:
    net, _, data = row.partition("_")
    nets = {
        "mlp": "3 linear layers",
        "lenet": "LeNet",
        "three": "3 convolutions",
        "nine": "9 convolutions",
        "residual": "9 with shortcuts",
    }
    return f"{nets[net]}, {'MNIST' if data == 'mnist' else 'Fashion'}"


FIGURES = (order, networks, zeros)
