"""Figures of the chapter on explanations."""

from __future__ import annotations

from book import results
from book.experiments.why_ghost import GROUPS
from book.experiments.why_noisy import RATES
from book.figures.theme import log_x, means, save, subplots, write
from book.palette import BLUE, GREEN, MUTED, ORANGE

ARMS = {
    "none": ("no batch norm", MUTED, "s"),
    "bn": ("batch norm", BLUE, "o"),
    "noisy0_5": ("noise 0.5", GREEN, "^"),
    "noisy1": ("noise 1", ORANGE, "D"),
}
PANELS = {"shallow": "5 layers", "deep": "10 layers"}
FARTHEST = 2.0  # a drift beyond it, of a run that has left the numbers, is drawn at the edge


def noisy() -> None:
    """Accuracy against drift, for two networks, four arms and three rates."""
    rows = results.record("why_noisy")["results"]
    fig, axes = subplots(3.4, ncols=2, sharey=True)
    for ax, (net, title) in zip(axes, PANELS.items(), strict=True):
        for arm, (label, colour, marker) in ARMS.items():
            cells = [rows[net][f"lr{rate:g}"][arm] for rate in RATES]
            x = [min(cell["drift"]["mean"], FARTHEST) for cell in cells]
            y, half = ([cell["accuracy"][part] for cell in cells] for part in ("mean", "half"))
            ax.errorbar(x, y, half, fmt=marker, ms=6, color=colour, label=label, elinewidth=1,
                        mfc=colour if arm == "bn" else "none", mew=1.5)  # fmt: skip
        ax.set_title(title, loc="left")
        log_x(ax, (0.02, 0.1, 0.5))
        ax.set(xlim=(0.015, 2.6), ylim=(0, 103))
        ax.set(xlabel="drift per step")
        ax.grid(True)
    axes[0].set(ylabel="test accuracy, %")
    handles, labels = axes[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper center", ncols=2)
    save(
        fig,
        "why_noisy",
        alt="""Test accuracy against the drift of a middle layer's input, two panels. Five layers:
        batch norm drifts 0.02 and reaches 98 % at all rates. Without it the drift is 0.15 and the
        accuracy between 11 and 76 %. With noise of 0.5 the drift is 0.55 and the accuracy still
        98 %, with noise of 1 the drift is 0.9 and the accuracy 51 to 90 %. Ten layers: batch norm
        98 %, no batch norm from 96 % at the lowest rate to 10 %, noise of 0.5 between 92 and 97 %,
        noise of 1 near 10 %.""",
    )


def ghost() -> None:
    """Test accuracy against the size of the groups that share statistics."""
    rows = results.record("why_ghost")["results"]
    groups = {name: size for name, size in GROUPS.items() if size}
    cells = [rows[name]["test"] for name in groups]
    plain = rows["none"]["test"]
    fig, ax = subplots(2.7)
    sizes = list(groups.values())
    ax.axhspan(plain["low"], plain["high"], color=MUTED, alpha=0.25, lw=0)
    ax.axhline(plain["mean"], color=MUTED, ls="--", lw=1.5)
    means(ax, sizes, cells, "o-", color=BLUE, ms=6)
    write(ax, "no batch norm", (sizes[0], plain["mean"]), (0, 5), ha="left")
    log_x(ax, sizes)
    ax.set(xlabel="images that share a mean", ylabel="test accuracy, %")
    ax.grid(True)
    save(
        fig,
        "why_ghost",
        alt="""Test accuracy against the number of images that share a mean. It rises from
        91 % for groups of 4 to 93 % for groups of 16 and of 128. Without batch norm it is
        82 %.""",
    )


FIGURES = (noisy, ghost)
