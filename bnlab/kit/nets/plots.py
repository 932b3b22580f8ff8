"""The plots of the notebooks; every function returns its Axes.

The background is transparent and each colour stands out from white and from near-black, so a
picture is readable in a light and in a dark notebook. Lines differ by dash as well as by colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

if TYPE_CHECKING:
    from .train import History

INK = "#797979"
# The four of the Okabe-Ito palette that stand out from white and from black alike.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
DASHES = ("-", "--", "-.", ":")


def plot_moments(x: np.ndarray, mean: np.ndarray, var: np.ndarray, ax: Axes | None = None) -> Axes:
    """Plot the values of each feature with its mean and one standard deviation to both sides.

    Args:
        x: (N, D), floating.
        mean: (D,), floating.
        var: (D,), floating.
        ax: to draw on; None makes a new figure.

    >>> x = np.array([[0.0, 1.0], [2.0, 5.0]])
    >>> plot_moments(x, x.mean(0), x.var(0)).get_ylabel()
    'value'
    """
    ax = _axes(ax)
    n, d = x.shape
    # Thousands of opaque dots would hide where most of them lie.
    alpha = max(0.15, min(0.7, 20 / n))
    spread = np.random.default_rng(0).uniform(-0.25, 0.25, (n, 1))
    ax.plot(np.arange(d) + spread, x, ".", ms=4, color=INK, alpha=alpha)
    ax.errorbar(np.arange(d), mean, np.sqrt(var), fmt="_", ms=9, lw=2, color=COLOURS[1], zorder=3)
    ax.set(xlabel="feature", ylabel="value", title="mean and one standard deviation")
    ax.locator_params(axis="x", integer=True)
    return ax


def plot_histories(
    histories: Mapping[str, History | Sequence[History]],
    quantity: str = "accuracy",
    ax: Axes | None = None,
) -> Axes:
    """Plot training by epoch: a bold mean for each label, a thin line for each seed.

    Args:
        histories: label -> history, or the histories of several seeds.
        quantity: "accuracy", "loss" or "seconds".
        ax: to draw on; None makes a new figure.

    >>> from bnlab.kit.nets.train import History
    >>> history = History(loss=(0.9, 0.4), accuracy=(0.7, 0.9), seconds=(1.0, 1.0))
    >>> plot_histories({"before": history, "after": [history, history]}).get_ylabel()
    'accuracy'
    """
    ax = _axes(ax)
    for (label, seeds), style in zip(histories.items(), _styles(), strict=False):
        seeds = seeds if isinstance(seeds, Sequence) else [seeds]
        curves = np.array([getattr(history, quantity) for history in seeds])  # (seeds, epochs)
        epochs = np.arange(1, curves.shape[1] + 1)
        if len(curves) > 1:
            ax.plot(epochs, curves.T, lw=0.8, alpha=0.6, color=style["color"])
        ax.plot(epochs, curves.mean(0), lw=2, marker="o", ms=4, label=label, **style)
    ax.set(xlabel="epoch", ylabel=quantity)
    ax.locator_params(axis="x", integer=True)
    _legend(ax)
    return ax


def plot_running(
    trace: Sequence[float] | Mapping[str, Sequence[float]],
    batch: Sequence[float] | None = None,
    target: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plot running statistics over the steps that updated them.

    Args:
        trace: (T,), a running statistic after each step; or label -> (T,), to compare some.
        batch: (T,), the statistic of each batch, drawn as dots; None leaves it out.
        target: the value for all the data, drawn as a level line; None leaves it out.
        ax: to draw on; None makes a new figure.

    >>> plot_running([0.1, 0.19, 0.27], batch=[1.0, 1.0, 1.0], target=1.0).get_xlabel()
    'step'
    """
    ax = _axes(ax)
    traces = trace if isinstance(trace, Mapping) else {"running": trace}
    if batch is not None:
        # Fainter where there are more, so that the lines stay in front.
        alpha = max(0.25, min(1.0, 50 / len(batch)))
        ax.plot(np.arange(1, len(batch) + 1), batch, ".", color=INK, alpha=alpha, label="batch")
    for (label, values), style in zip(traces.items(), _styles(), strict=False):
        ax.plot(np.arange(1, len(values) + 1), values, lw=2, label=label, **style)
    if target is not None:
        ax.axhline(target, lw=1, color=INK, label="all the data")
    ax.set(xlabel="step", ylabel="statistic")
    ax.locator_params(axis="x", integer=True)
    _legend(ax)
    return ax


def plot_intervals(
    intervals: Mapping[str, tuple[float, float]],
    xlabel: str = "difference",
    ax: Axes | None = None,
) -> Axes:
    """Plot intervals, one above the other, with a line at zero for no difference.

    Args:
        intervals: label -> (low, high); the dot stands in the middle.
        xlabel: what is measured, with its unit.
        ax: to draw on; None makes a new figure.

    >>> ax = plot_intervals({"MNIST": (-0.28, -0.11), "Fashion-MNIST": (-0.64, 0.09)})
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['MNIST', 'Fashion-MNIST']
    """
    rows = np.arange(len(intervals))
    ax = _axes(ax, height=1 + 0.5 * len(rows))
    low, high = np.array(list(intervals.values()), dtype=float).T
    ax.axvline(0, lw=1, color=INK)
    ax.errorbar(
        (low + high) / 2, rows, xerr=(high - low) / 2, fmt="o", lw=2, capsize=5, color=COLOURS[0]
    )
    ax.set_yticks(rows, list(intervals))
    ax.set(xlabel=xlabel, ylim=(len(rows) - 0.5, -0.5))
    return ax


def _axes(ax: Axes | None, height: float = 3.5) -> Axes:
    if ax is None:
        _, ax = plt.subplots(figsize=(6, height), layout="constrained", facecolor="none")
    ax.set_facecolor("none")
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(INK)
    ax.tick_params(colors=INK)
    for text in (ax.title, ax.xaxis.label, ax.yaxis.label):
        text.set_color(INK)
    return ax


def _styles() -> Iterator[dict[str, str]]:
    # The dash moves on by one after each round of colours, so that sixteen lines are distinct.
    for index in count():
        dash = DASHES[(index + index // len(COLOURS)) % len(DASHES)]
        yield {"color": COLOURS[index % len(COLOURS)], "ls": dash}


def _legend(ax: Axes) -> None:
    if len(ax.get_legend_handles_labels()[1]) > 1:
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, labelcolor=INK)
