"""Figures of the chapter on the layer and its state."""

from __future__ import annotations

import numpy as np

from book import results
from book.experiments.layer_half import MEAN, SHOWN
from book.figures.theme import log_x, save, subplots
from book.palette import BLUE, GREEN, INK, MUTED, ORANGE

PARTS = (2, 4, 8, 16, 32)


def half() -> None:
    """Running mean against steps, in three precisions and for two momenta."""
    rows = results.record("layer_half")["results"]
    lines = (
        ("float32", BLUE, "-", "float32"),
        ("float16", GREEN, "--", "float16"),
        ("bfloat16", ORANGE, "-", "bfloat16"),
    )
    fig, axes = subplots(3.0, ncols=2, sharey=True)
    fig.get_layout_engine().set(wspace=0.08)  # or 2000 and the next 0 would read as one number
    for ax, momentum in zip(axes, ("0.01", "0.001"), strict=True):
        ax.axhline(MEAN, color=MUTED, lw=1, ls=":")
        for kind, colour, style, _ in lines:
            curve = rows[kind][f"m{momentum}"]["curve"]
            ax.plot(SHOWN * np.arange(1, len(curve) + 1), curve, color=colour, ls=style)
        ax.set_title(f"momentum {momentum}", loc="left")
        ax.set(xlabel="steps", xlim=(0, 2000), ylim=(0, 3.3), xticks=(0, 1000, 2000))
        ax.grid(True)
    axes[0].set(ylabel="running mean")
    axes[0].annotate(
        "truth", (1950, MEAN), (0, 4), textcoords="offset points", ha="right", color=INK
    )
    axes[0].annotate("float32,\nfloat16", (1950, 2.42), ha="right", color=BLUE)
    axes[0].annotate("bfloat16", (1950, 1.75), ha="right", color=ORANGE)
    axes[1].annotate("float32", (1150, 2.35), ha="right", color=BLUE)
    axes[1].annotate("float16", (1950, 1.95), ha="right", color=GREEN)
    axes[1].annotate("bfloat16", (1950, 0.72), ha="right", color=ORANGE)
    save(
        fig,
        "layer_half",
        alt="""Running mean against 2000 steps, the data having mean 3. With momentum 0.01 the
        buffers in float32 and float16 arrive at 3 within 500 steps, and those in bfloat16 stop
        at 2. With momentum 0.001 float32 has come to 2.6 and float16 to 2.4 by the end, and
        bfloat16 stops at 1.""",
    )


def accumulation() -> None:
    """Cosine between the gathered gradient and that of the whole batch."""
    rows = results.record("layer_accumulation")["results"]
    fig, ax = subplots(2.8)
    for norm, colour, style in (("none", MUTED, "--"), ("batch", ORANGE, "-")):
        cells = [rows[norm][f"parts{parts}"]["cosine"] for parts in PARTS]
        mean, bar = ([cell[part] for cell in cells] for part in ("mean", "half"))
        ax.errorbar(PARTS, mean, bar, color=colour, ls=style, marker="o", ms=5, elinewidth=1)
    ax.annotate("no norm, or layer norm", (2, 1.04), color=INK)
    ax.annotate("batch norm", (9, 0.8), color=ORANGE)
    ax.set(ylim=(-0.05, 1.14))
    log_x(ax, PARTS, [f"{parts}\nof {64 // parts}" for parts in PARTS])
    ax.set(xlabel="parts of the batch, images in a part", ylabel="cosine")
    ax.grid(True)
    save(
        fig,
        "layer_accumulation",
        alt="""Cosine between the gradient of a batch of 64 and the one gathered over its parts.
        Without batch norm, and with layer norm, it is 1 for any number of parts. With batch norm
        it falls from 0.96 for two parts of 32 to 0.8 for eight parts of 8 and to 0.04 for 32
        parts of 2.""",
    )


FIGURES = (half, accumulation)
