"""Figures of the chapter on running statistics."""

from __future__ import annotations

import numpy as np

from book import results
from book.figures.theme import cases, log_x, means, save, subplots, write
from book.palette import BLUE, GREEN, INK, MUTED, ORANGE, PINK

STEPS = (10, 50, 100, 300)
MODES = {
    "running": "running statistics",
    "batch128": "batches of 128",
    "batch32": "batches of 32",
    "batch8": "batches of 8",
    "batch2": "batches of 2",
    "sorted": "100, sorted by label",
    "after_sorted": "running statistics,\nafter that pass",
}

CAMERAS = {
    "same": "as in training",
    "dim": "a third of the light",
    "fog": "fog",
    "grain": "grain",
    "negative": "negative",
}
WAYS = {
    "none_running": ("s", GREEN, "no batch norm"),
    "before_running": ("o", ORANGE, "old statistics"),
    "before_few": ("^", PINK, "32 new images"),
    "before_many": ("D", BLUE, "1000 new images"),
}


def memory() -> None:
    """Weight of each of 100 batches in the running mean, and of the starting value."""
    age = np.arange(100)
    fig, axes = subplots(3.3, nrows=3, sharex=True)
    for ax, momentum, colour in zip(axes, (0.5, 0.1, 0.01), (PINK, BLUE, ORANGE), strict=True):
        weight = momentum * (1 - momentum) ** age
        ax.fill_between(age, weight / weight[0], step="mid", color=colour, alpha=0.75, lw=0)
        ax.set(ylim=(0, 1.05), xlim=(100, -1), yticks=[])
        ax.spines["left"].set_visible(False)
        left = (1 - momentum) ** len(age)
        share = f"{100 * left:.0f} %" if left > 0.01 else "nothing"
        ax.set_title(f"momentum {momentum:g}: {share} of the start is left", loc="left", pad=3)
    axes[-1].set(xlabel="age of the batch, in steps")
    save(
        fig,
        "inference_memory",
        alt="""Three panels, the weight of a batch against its age in steps, after 100 steps. With
        momentum 0.5 only the last few batches count and nothing of the starting value remains.
        With 0.1 about the last 30 count. With 0.01 all 100 count, the oldest a third as
        much as the newest, and 37 % of the running mean is still its starting value.""",
    )


def momentum() -> None:
    """Accuracy against steps for the running statistics of three momenta."""
    rows = results.record("inference_momentum")["results"]
    lines = (
        ("m0_1", BLUE, "-", "0.1", (23, 52)),
        ("batch", INK, "--", "batch statistics", (11, 90)),
        ("m0_01", ORANGE, "-", "0.01", (118, 13)),
        ("m0_001", MUTED, "-", "0.001", (160, 72)),
    )
    fig, ax = subplots(3.2)
    for name, colour, style, label, where in lines:
        cells = [rows[f"steps{steps}"][name] for steps in STEPS]
        means(ax, STEPS, cells, f"o{style}", color=colour, ms=5)
        write(ax, label, where, color=colour, ha="left")
    ax.set(ylim=(0, 103))
    log_x(ax, STEPS)
    ax.set(xlabel="training steps", ylabel="test accuracy, %")
    ax.grid(True)
    save(
        fig,
        "inference_momentum",
        alt="Test accuracy in percent after 10, 50, 100 and 300 training steps. "
        + "; ".join(
            f"{name}: " + ", ".join(f"{rows[f'steps{n}'][key]['mean']:.0f}" for n in STEPS)
            for key, _, _, name, _ in lines
        )
        + ". Momentum 0.1 has caught up with the statistics of test batches by 50 steps, 0.01 has "
        "not by 300, and 0.001 is best at 100 steps and falls.",
    )


def modes() -> None:
    """Accuracy of one LeNet for each way of evaluating it."""
    rows = results.value("inference_modes", "lenet")
    fig, ax = subplots(3.1)
    for place, name in enumerate(MODES):
        cell = rows[name]
        running = name in ("running", "after_sorted")
        colour = BLUE if running else ORANGE
        ax.errorbar(cell["mean"], place, xerr=cell["half"], fmt="o", ms=7, color=colour)
        write(ax, f"{cell['mean']:.1f}", (cell["mean"], place), (0, 7), color=colour)
    cases(ax, MODES.values())
    ax.set(xlim=(0, 104), ylim=(len(MODES) - 0.5, -0.8), xlabel="test accuracy, %")
    save(
        fig,
        "inference_modes",
        alt="""Test accuracy of trained LeNets. With running statistics 98 %. With batch
        statistics 98 % in batches of 128, 97 % in batches of 32, 91 % in batches of 8, 62 % in
        batches of 2, and 16 % in batches of 100 sorted by label. With running statistics after
        that sorted pass 89 %.""",
    )


def shift() -> None:
    """Accuracy behind each camera, for each source of the two numbers."""
    found = results.record("inference_shift")["results"]
    fig, ax = subplots(4.2)
    for place, camera in enumerate(CAMERAS):
        for step, (way, (marker, colour, _)) in enumerate(WAYS.items()):
            cell = found[camera][way]
            ax.errorbar(
                cell["mean"],
                place + 0.18 * (step - 1.5),
                xerr=cell["half"],
                fmt=marker,
                ms=5.5,
                color=colour,
                label=WAYS[way][2] if place == 0 else None,
            )
    cases(ax, CAMERAS.values())
    ax.set(xlim=(0, 104), ylim=(len(CAMERAS) - 0.4, -0.6), xlabel="test accuracy, %")
    fig.legend(loc="outside lower center", ncols=2)
    parts = []
    for camera, label in CAMERAS.items():
        cells = [f"{name} {found[camera][way]['mean']:.0f}" for way, (_, _, name) in WAYS.items()]
        parts.append(f"{label}: {', '.join(cells)}")
    save(
        fig,
        "inference_shift",
        alt="Test accuracy in percent of LeNet behind five cameras. " + "; ".join(parts) + ".",
    )


FIGURES = (memory, momentum, modes, shift)
