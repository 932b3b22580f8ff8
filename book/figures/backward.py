"""Figures of the chapter on the gradient."""

from __future__ import annotations

import numpy as np

from book import results
from book.figures.theme import save, subplots
from book.palette import BLUE, GREEN, INK, MUTED, ORANGE

BATCH = np.array([1.0, 3.0, 3.0, 9.0])
ABOVE = np.array([1.0, 3.0, -3.0, 3.0])
WORDS = (
    ("direct", BLUE, ["1", "3", "−3", "3"]),
    ("by the mean", ORANGE, ["−1", "−1", "−1", "−1"]),
    ("by the variance", GREEN, ["1", "⅓", "⅓", "−1⅔"]),
    ("dx, the sum", INK, ["1", "2⅓", "−3⅔", "⅓"]),
)


def paths() -> None:
    """The worked example, path by path."""
    xhat = (BATCH - BATCH.mean()) / BATCH.std()
    # gamma times rstd is 1
    parts = [ABOVE, np.full(4, -ABOVE.mean()), -xhat * np.mean(ABOVE * xhat)]
    fig, axes = subplots(3.4, ncols=4, sharey=True)
    for ax, values, (title, colour, texts) in zip(axes, [*parts, sum(parts)], WORDS, strict=True):
        ax.bar(range(1, 5), values, color=colour, width=0.7)
        ax.axhline(0, color=MUTED, lw=1)
        for n, (value, text) in enumerate(zip(values, texts, strict=True), 1):
            above = value >= 0
            ax.annotate(
                text,
                (n, value),
                (0, 3 if above else -3),
                textcoords="offset points",
                ha="center",
                va="bottom" if above else "top",
                fontsize=9,
            )
        ax.set_title(title, color=colour, fontsize=9.5)
        ax.set(xticks=range(1, 5), ylim=(-4.4, 3.7), yticks=[])
        ax.spines["left"].set_visible(False)
        ax.tick_params(axis="x", length=0)
    fig.supxlabel("sample", fontsize=10.5)
    save(
        fig,
        "backward_paths",
        alt="""Four bar charts over the four samples. Direct: 1, 3, -3, 3. By the mean: -1 for
        each. By the variance: 1, 1/3, 1/3, -5/3. Their sum, dx: 1, 7/3, -11/3, 1/3. The last
        sample, far from the others, keeps a ninth of what it asked for.""",
    )


def depth() -> None:
    """Measured length of the gradient behind each layer of deep networks at the start."""
    rows = results.record("backward_depth")["results"]
    fig, ax = subplots(3.2)
    arms = (("batch", BLUE, "batch norm"), ("layer", GREEN, "layer norm"), ("none", ORANGE, "none"))
    for norm, colour, label in arms:
        profile = np.array(rows[norm]["profile"])
        layers = np.arange(1, len(profile) + 1)
        ax.plot(layers, profile, "--" if norm == "none" else "-", color=colour, label=label)
    growth = rows["predicted"] ** (len(layers) - layers)
    ax.plot(layers, growth, ":", color=INK, lw=1.6, label="1.21 per layer")
    ax.set(yscale="log", xlim=(1, 50), ylim=(0.3, 3e4), xticks=[1, 10, 20, 30, 40, 50])
    ax.set(xlabel="layer (the gradient comes from the right)", ylabel="length of the gradient")
    ax.grid(True)
    ax.legend(loc="upper right")
    save(
        fig,
        "backward_depth",
        alt=f"""Length of the gradient against the layer, logarithmic, in networks of 50 layers
        before training. With batch norm it rises in a straight line from the last layer to the
        first, to {rows["batch"]["total"]["mean"]:.0f} times the last, close to the line of 1.21
        per layer. With layer norm and without a norm it stays flat.""",
    )


FIGURES = (paths, depth)
