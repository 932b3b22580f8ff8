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
TUTORIAL = {"none": 99.08, "before": 98.75}  # its accuracies, one run each
WAYS = {
    "torch": "torch's own",
    "compiled": "operations, compiled",
    "layer": "the course's layer",
    "operations": "operations",
    "operations_var": "operations, torch.var",
}


def lenet() -> None:
    """Test accuracy of the tutorial's LeNet by epoch, and the tutorial's own two runs."""
    rows = results.record("training_lenet")["results"]
    fig, ax = subplots(3.2)
    for arm, shift in (("none", -0.1), ("before", 0.1)):
        colour, label = ARMS[arm]
        cells = rows[arm]["accuracy"]
        epochs = [epoch + shift for epoch in range(1, len(cells) + 1)]
        mean, half = ([cell[part] for cell in cells] for part in ("mean", "half"))
        ax.errorbar(
            epochs, mean, half, color=colour, marker="o", ms=4, elinewidth=1, lw=1.5, label=label
        )
        ax.plot(len(cells) + 1.2, TUTORIAL[arm], "D", color=colour, mfc="none", clip_on=False)
    at = (len(cells) + 1.2, 98.7)
    write(ax, "the tutorial's\ntwo runs", at, (0, -6), ha="right", va="top", color=MUTED)
    ax.set(xlim=(0.5, len(cells) + 1.6), ylim=(95.4, 99.4), xticks=(1, 5, 10, 15, 20))
    ax.set(xlabel="epoch", ylabel="test accuracy, %")
    ax.grid(True)
    ax.legend(loc="lower center")
    first, last = rows["change"]["accuracy"][0], rows["change"]["final_accuracy"]
    save(
        fig,
        "training_lenet",
        alt=f"""Test accuracy of LeNet on MNIST against the epoch. With batch norm it starts higher,
        by {first["mean"]:.1f} points after the first epoch, and the two curves draw together;
        after the last epoch the difference is {last["mean"]:+.2f} points, 95 % interval
        {last["low"]:+.2f} to {last["high"]:+.2f}. The tutorial's two runs, 99.08 % without and
        98.75 % with batch norm, are drawn beside the last epoch.""",
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
    """Accuracy over the scale of the first weights."""
    found = results.record("training_init")["results"]
    fig, ax = subplots(2.9)
    curves(ax, found["scales"], found["arms"])
    ax.set(xlabel="first weights, in multiples of those of He et al.")
    ax.set_xticks(decades(found["scales"]))
    ax.set_xticklabels(
        [f"{scale:g}" if scale >= 1e-3 else "10⁻⁴" for scale in decades(found["scales"])]
    )
    ax.legend(*ax.get_legend_handles_labels(), loc="center left")
    good = {
        arm: [
            scale
            for scale, cell in zip(found["scales"], found["arms"][arm], strict=True)
            if cell["mean"] > 90
        ]
        for arm in found["arms"]
    }
    parts = "; ".join(
        f"{ARMS[arm][1]}: {min(scales):g} to {max(scales):g}" for arm, scales in good.items()
    )
    save(
        fig,
        "training_init",
        alt=f"""Test accuracy against the scale of the first weights, in multiples of those of He.
        Scales at which the mean accuracy is above 90 %: {parts}.""",
    )


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


FIGURES = (lenet, rate, init, depth, cost)
