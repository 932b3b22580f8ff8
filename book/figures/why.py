"""Figures of the chapter on explanations."""

from __future__ import annotations

from book import results
from book.experiments.why_groups import GROUPS
from book.figures.theme import log_x, means, save, subplots, write
from book.palette import BLUE, GREEN, MUTED, ORANGE

ARMS = {
    "none": ("no batch norm", MUTED, "s"),
    "bn": ("batch norm", BLUE, "o"),
    "shift0_5": ("shifted, ν = 0.5", GREEN, "^"),
    "shift1": ("shifted, ν = 1", GREEN, "D"),
    "noisy0_5": ("scaled and shifted, ν = 0.5", ORANGE, "^"),
    "noisy1": ("scaled and shifted, ν = 1", ORANGE, "D"),
}
PANELS = {"shallow": "5 layers", "deep": "10 layers"}


def drift() -> None:
    """Accuracy against drift, for two networks and six arms, each at its own rate."""
    rows = results.record("why_drift")["results"]
    fig, axes = subplots(3.6, ncols=2, sharey=True)
    for ax, (net, title) in zip(axes, PANELS.items(), strict=True):
        for arm, (label, colour, marker) in ARMS.items():
            moved, right = (rows[net][arm][part] for part in ("drift", "accuracy"))
            ax.errorbar(moved["mean"], right["mean"], right["half"], fmt=marker, ms=6, mew=1.5,
                        color=colour, label=label, elinewidth=1)  # fmt: skip
        ax.set_title(title, loc="left")
        log_x(ax, (0.02, 0.1, 0.5))
        ax.set(xlim=(0.015, 2), ylim=(0, 103))
        ax.set(xlabel="drift per step")
        ax.grid(True)
    axes[0].set(ylabel="test accuracy, %")
    handles, labels = axes[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper center", ncols=2)
    words = "; ".join(
        f"{title}: "
        + ", ".join(
            f"{label} {rows[net][arm]['drift']['mean']:.2f} and "
            f"{rows[net][arm]['accuracy']['mean']:.1f} %"
            for arm, (label, _, _) in ARMS.items()
        )
        for net, title in PANELS.items()
    )
    save(
        fig,
        "why_drift",
        alt=f"Drift of a middle layer's input, and test accuracy. {words}.",
    )


def groups() -> None:
    """Test accuracy against the size of the groups that share statistics."""
    rows = results.record("why_groups")["results"]
    groups = {name: size for name, size in GROUPS.items() if size}
    cells = [rows[name]["test"] for name in groups]
    plain = rows["none"]["test"]
    fig, ax = subplots(2.7)
    sizes = list(groups.values())
    ax.axhspan(plain["low"], plain["high"], color=MUTED, alpha=0.25, lw=0)
    ax.axhline(plain["mean"], color=MUTED, ls="--", lw=1.5)
    means(ax, sizes, cells, "o-", color=BLUE, ms=6)
    write(ax, "no batch norm", (30, plain["mean"]), (0, 5), ha="left")
    log_x(ax, sizes)
    ax.set(xlabel="images that share a mean", ylabel="test accuracy, %")
    ax.grid(True)
    save(
        fig,
        "why_groups",
        alt="Test accuracy against the number of images that share a mean. "
        + "; ".join(
            f"{rows[name]['test']['mean']:.1f} % for groups of {groups[name]}" for name in groups
        )
        + f". Without batch norm it is {plain['mean']:.1f} %.",
    )


FIGURES = (drift, groups)
