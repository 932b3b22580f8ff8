"""Figures of the chapter on what batch norm does to training, and what it costs."""

from __future__ import annotations

from typing import Any

from book import results
from book.figures.theme import cases, save, subplots, write
from book.palette import BLUE, GREEN, INK, MUTED, ORANGE

ARMS = {
    "none": (GREEN, "no batch norm"),
    "before": (BLUE, "before the ReLU"),
    "after": (ORANGE, "after"),
}
TUTORIAL = {
    "none": {1: 96.6, 2: 97.85, 3: 98.55, 18: 99.25, 20: 99.08},
    "before": {1: 97.15, 2: 98.35, 3: 98.55, 11: 99.2, 20: 98.75},
}
"""Its two runs: the last values as printed, the others read off its published curve."""
WAYS = {
    "torch": "torch's own",
    "compiled": "operations, compiled",
    "layer": "the course's layer",
    "operations": "operations",
    "operations_var": "operations, torch.var",
}


def source() -> None:
    """Test accuracy by epoch of the program behind the tutorial, and the tutorial's two runs."""
    rows = results.record("training_source")["results"]
    fig, axes = subplots(4.6, nrows=2, sharex=True, height_ratios=(3, 2))
    for arm, shift in (("none", -0.1), ("before", 0.1)):
        colour, label = ARMS[arm]
        epochs = range(1, len(rows[arm]["accuracy"]) + 1)
        for run in rows[arm]["accuracies"]:
            axes[0].plot(epochs, run, color=colour, lw=0.5, alpha=0.35)
        _line(axes[0], rows[arm]["accuracy"], shift, colour, label)
        places, values = zip(*TUTORIAL[arm].items(), strict=True)
        axes[0].plot(places, values, "D", color=colour, mfc="none", ms=6)
    axes[0].set(ylim=(95.8, 99.5), ylabel="test accuracy, %")
    axes[0].legend(loc="lower right")
    _line(axes[1], rows["change"]["accuracy"], 0.0, INK, "with − without")
    change = {n: TUTORIAL["before"][n] - TUTORIAL["none"][n] for n in (1, 2, 3, 20)}
    axes[1].plot(list(change), list(change.values()), "D", color=INK, mfc="none", ms=6)
    axes[1].axhline(0, color=MUTED, lw=1)
    axes[1].set(xlim=(0.5, 20.6), xticks=(1, 5, 10, 15, 20), xlabel="epoch")
    axes[1].set(ylabel="with − without, points")
    for ax in axes:
        ax.grid(True)
    first, last = rows["change"]["first"], rows["change"]["final"]
    ahead = rows["change"]["prediction"]
    save(
        fig,
        "training_source",
        alt=f"""Two panels against the epoch. Above, the test accuracy of ten runs without
        batch norm and ten with it, and diamonds for the two runs of the tutorial. Below, the
        difference, with batch norm minus without: {first["mean"]:+.2f} points after the first epoch
        and {last["mean"]:+.2f} after the last, 95 % interval {last["low"]:+.2f} to
        {last["high"]:+.2f}. The tutorial's last difference is −0.33; one further pair is expected
        between {ahead["low"]:+.2f} and {ahead["high"]:+.2f}.""",
    )


def _line(ax: Any, cells: list[dict], shift: float, colour: str, label: str) -> None:
    epochs = [epoch + shift for epoch in range(1, len(cells) + 1)]
    mean, half = ([cell[part] for cell in cells] for part in ("mean", "half"))
    ax.errorbar(
        epochs, mean, half, color=colour, marker="o", ms=4, elinewidth=1, lw=1.5, label=label
    )


def decades(values: list[float]) -> list[float]:
    """Those of the values that are powers of ten."""
    return [value for value in values if f"{value:e}".startswith("1.000000")]


def curves(ax: Any, xs: list[float], arms: dict[str, list[dict]]) -> None:
    """One line with intervals for each arm, on a logarithmic axis."""
    for arm, cells in arms.items():
        colour, label = ARMS[arm]
        mean = [cell["mean"] for cell in cells]
        low, high = ([max(0, min(100, cell[part])) for cell in cells] for part in ("low", "high"))
        ax.fill_between(xs, low, high, color=colour, alpha=0.2, lw=0)
        ax.plot(xs, mean, "o-", color=colour, ms=4, lw=1.5, label=label)
    ax.set(xscale="log", ylim=(0, 104), ylabel="accuracy, %")
    ax.minorticks_off()
    ax.grid(True)


def rate() -> None:
    """Accuracy over learning rates for two initializations."""
    found = results.record("training_rate")["results"]
    fig, axes = subplots(4.4, nrows=2, sharex=True)
    panels = {"he": "weights of He et al.", "default": "torch's default weights"}
    for ax, (name, title) in zip(axes, panels.items(), strict=True):
        curves(ax, found["rates"], found[name]["arms"])
        ax.set_title(title, loc="left")
    axes[-1].set(xlabel="learning rate")
    axes[-1].set_xticks(decades(found["rates"]))
    axes[-1].set_xticklabels([f"{rate:g}" for rate in decades(found["rates"])])
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    usable = {
        name: ", ".join(
            f"{label} {cell['low']:g} to {cell['high']:g}"
            for arm, (_, label) in ARMS.items()
            for cell in [found[name]["usable"][arm]]
        )
        for name in panels
    }
    save(
        fig,
        "training_rate",
        alt=f"""Test accuracy against the learning rate. Rates within five points of the best,
        with the weights of He: {usable["he"]}. With torch's default weights:
        {usable["default"]}.""",
    )


def init() -> None:
    """Accuracy over the scale of the first weights, at one rate and at a rate for each scale."""
    one, tuned = (results.record(name)["results"] for name in ("training_init", "training_scales"))
    fig, axes = subplots(4.4, nrows=2, sharex=True)
    curves(axes[0], one["scales"], one["arms"])
    axes[0].set_title("at a rate of 0.1", loc="left")
    curves(axes[1], tuned["scales"], tuned["arms"])
    axes[1].set_title("each scale and network at its own rate", loc="left")
    shown = decades(one["scales"])
    axes[1].set(xlabel="first weights, in multiples of those of He et al.", xticks=shown)
    axes[1].set_xticklabels([f"{scale:g}" if scale >= 1e-3 else "10⁻⁴" for scale in shown])
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    good = "; ".join(
        f"{label} {_usable(found, arm)}"
        for label, found in (("at one rate", one), ("at its own rate", tuned))
        for arm in ("none", "before")
    )
    save(
        fig,
        "training_init",
        alt=f"""Two panels: test accuracy against the scale of the first weights, in multiples of
        those of He. Scales within five points of the best of the arm: {good}.""",
    )


def _usable(found: dict, arm: str) -> str:
    means = [cell["mean"] for cell in found["arms"][arm]]
    near = [s for s, m in zip(found["scales"], means, strict=True) if m > max(means) - 5]
    return f"{ARMS[arm][1]}: {min(near):g} to {max(near):g}"


def depth() -> None:
    """Accuracy over depth, each arm at its own best rate."""
    found = results.record("training_depth")["results"]
    depths = [int(name.removeprefix("depth")) for name in found]
    fig, ax = subplots(2.9)
    curves(ax, depths, {arm: [cell[arm] for cell in found.values()] for arm in ("none", "before")})
    ax.set_xticks(depths, [str(depth) for depth in depths])
    ax.set(xlabel="hidden layers")
    ax.legend(*ax.get_legend_handles_labels(), loc="lower left")
    parts = "; ".join(
        f"{depth}: {cell['none']['mean']:.0f} and {cell['before']['mean']:.0f}"
        for depth, cell in zip(depths, found.values(), strict=True)
    )
    save(
        fig,
        "training_depth",
        alt=f"""Test accuracy in percent against the number of hidden layers, without and with
        batch norm. {parts}.""",
    )


def cost() -> None:
    """Time of each way to compute batch norm, in multiples of what moving the bytes takes."""
    found = results.record("training_cost")["results"]
    fig, axes = subplots(4.2, nrows=2, sharex=True)
    titles = {"large": "a tensor of 98 MiB", "small": "a tensor of 6 MiB"}
    said = []
    for ax, (name, title) in zip(axes, titles.items(), strict=True):
        ways = [way for way in WAYS if way in found[name]]
        for place, way in enumerate(ways):
            cell = found[name][way]["both"]["floors"]
            ax.barh(place, cell["median"], 0.6, color=BLUE if way == "torch" else MUTED, lw=0)
            ax.errorbar(
                cell["median"],
                place,
                xerr=[[cell["median"] - cell["low"]], [cell["high"] - cell["median"]]],
                color=INK,
                lw=1,
            )
            at = (cell["high"], place)
            write(ax, f"{cell['median']:.1f}", at, (4, 0), ha="left", va="center")
            said.append(f"{title}, {WAYS[way]}: {cell['median']:.1f}")
        ax.axvline(1, color=ORANGE, lw=1.5)
        cases(ax, [WAYS[way] for way in ways])
        ax.set(ylim=(len(ways) - 0.4, -0.6), axisbelow=True)
        ax.set_title(title, loc="left")
    longest = max(
        cell["both"]["floors"]["high"]
        for name in titles
        for cell in found[name].values()
        if isinstance(cell, dict) and "both" in cell
    )
    axes[-1].set(xlabel="time, in multiples of eight passes", xlim=(0, 1.15 * longest))
    save(
        fig,
        "training_cost",
        alt="Time of forward and backward in multiples of the time that eight passes over the "
        "tensor take. " + "; ".join(said) + ".",
    )


FIGURES = (source, rate, init, depth, cost)
