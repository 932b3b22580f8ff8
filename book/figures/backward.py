"""Figures of the chapter on the gradient."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import FancyBboxPatch

from book import results
from book.figures import plane
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


def circle() -> None:
    """One position of the interactive figure: the loss reads the first sample only."""
    upstream = np.array([2.4, 0, 0])
    fig, ax = subplots(3.4)
    at = plane.draw(ax, plane.BATCH)
    flat = upstream - upstream.mean()
    left = flat - at * np.mean(flat * at)
    for start, step, colour in ((at, flat, BLUE), (at + flat, left - flat, GREEN), (at, left, INK)):
        ax.quiver(
            *plane.point(start), *plane.point(step), color=colour, angles="xy", scale_units="xy",
            scale=1, width=0.009, zorder=3,
        )  # fmt: skip
    save(
        fig,
        "backward_circle",
        alt="""The circle of the normalized batch, with arrows at it. The upstream gradient without
        its mean leaves the circle at a slant; the path by the variance takes away its part along
        the radius; what is left, the gradient, is tangent to the circle.""",
    )


NODES = {  # name: left, top, value, gradient
    "x": (0, 0, "1, 3, 3, 9", "1, 2⅓, −3⅔, ⅓"),
    "μ": (2.6, 0.55, "4", "−4"),
    "x − μ": (0, 1.2, "−3, −1, −1, 5", "2, 3⅓, −2⅔, 1⅓"),
    "σ²": (2.6, 1.65, "9", "−⅔"),
    "r": (2.6, 2.75, "⅓", "36"),
    "x̂": (0, 2.75, "−1, −⅓, −⅓, 1⅔", "3, 9, −9, 9"),
    "y": (0, 3.95, "−3, −1, −1, 5", "1, 3, −3, 3"),
}
EDGES = (
    ("x", "x − μ"), ("x", "μ"), ("μ", "x − μ"), ("x − μ", "σ²"), ("σ²", "r"), ("r", "x̂"),
    ("x − μ", "x̂"), ("x̂", "y"),
)  # fmt: skip


def graph() -> None:
    """The worked example as a graph: at each node its value and its gradient."""
    fig, ax = subplots(4.2)
    size = {name: (2.1 if left == 0 else 1.3) for name, (left, *_) in NODES.items()}
    for start, end in EDGES:
        (x0, y0, *_), (x1, y1, *_) = NODES[start], NODES[end]
        a, b = (x0 + size[start] / 2, y0 + 0.4), (x1 + size[end] / 2, y1 + 0.4)
        if x0 == x1:
            a, b = (a[0], y0 + 0.8), (b[0], y1)
        else:
            a, b = (
                ((x0 + size[start], a[1]), (x1, b[1]))
                if x0 < x1
                else ((x0, a[1]), (x1 + size[end], b[1]))
            )
        ax.annotate("", b, a, arrowprops={"arrowstyle": "->", "color": INK, "lw": 1.4})
    for name, (left, top, value, gradient) in NODES.items():
        box = FancyBboxPatch((left, top), size[name], 0.8, "round,pad=0,rounding_size=0.1")
        box.set(facecolor="none", edgecolor=MUTED)
        ax.add_patch(box)
        ax.text(left + 0.1, top + 0.3, name, style="italic", fontsize=11)
        right = left + size[name] - 0.1
        ax.text(right, top + 0.32, value, ha="right", fontsize=9)
        ax.text(right, top + 0.68, f"∂ {gradient}", ha="right", fontsize=9, color=BLUE)
    ax.set(xlim=(-0.1, 4.1), ylim=(4.85, -0.1), xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set_visible(False)
    rows = [f"{name} is {value}, gradient {grad}" for name, (_, _, value, grad) in NODES.items()]
    save(fig, "backward_graph", alt=f"The graph of batch norm. {'; '.join(rows)}.")


FIGURES = (paths, depth, circle, graph)
