"""The pictures show the numbers they are given, in colours that can be told apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb

matplotlib.use("Agg")

import matplotlib.pyplot as plt

from bnlab.kit.nets import plots
from bnlab.kit.nets.train import History


@pytest.fixture(autouse=True)
def _no_figures_left_open() -> Iterator[None]:
    yield
    plt.close("all")


def history(*accuracy: float) -> History:
    return History(loss=accuracy, accuracy=accuracy, seconds=accuracy)


def line(ax: plt.Axes, label: str) -> np.ndarray:
    (found,) = [found for found in ax.lines if found.get_label() == label]
    return found.get_xydata()


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours as WCAG 2 defines it, 1 to 21."""

    def luminance(colour: str) -> float:
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)
        ]
        return float(np.dot([0.2126, 0.7152, 0.0722], linear))

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("background", ["white", "#111111"])
def test_every_colour_stands_out_in_a_light_and_in_a_dark_notebook(background: str) -> None:
    assert contrast(plots.INK, background) > 4.3
    assert all(contrast(colour, background) > 3 for colour in plots.COLOURS)


def test_sixteen_lines_are_distinct_and_neighbours_differ_in_dash_too() -> None:
    styles = [(style["color"], style["ls"]) for style in islice(plots._styles(), 16)]
    assert len(set(styles)) == 16
    assert all(one[1] != other[1] for one, other in pairwise(styles))


def test_histories_show_the_mean_over_the_seeds() -> None:
    ax = plots.plot_histories(
        {"before": [history(0.5, 0.8), history(0.7, 0.9)], "none": history(0.2, 0.3)}
    )
    np.testing.assert_allclose(line(ax, "before"), [[1, 0.6], [2, 0.85]])
    np.testing.assert_allclose(line(ax, "none"), [[1, 0.2], [2, 0.3]])
    assert [text.get_text() for text in ax.get_legend().texts] == ["before", "none"]
    assert len(ax.lines) == 4


def test_running_shows_each_trace_with_the_batches_and_the_target() -> None:
    ax = plots.plot_running({"0.1": [0.1, 0.19], "0.5": [0.5, 0.75]}, batch=[1, 1], target=1)
    np.testing.assert_allclose(line(ax, "0.5"), [[1, 0.5], [2, 0.75]])
    np.testing.assert_allclose(line(ax, "batch"), [[1, 1], [2, 1]])
    np.testing.assert_allclose(line(ax, "all the data")[:, 1], 1)
    assert plots.plot_running([0.1, 0.2]).get_legend() is None


def test_intervals_reach_from_low_to_high_in_the_order_given() -> None:
    ax = plots.plot_intervals({"MNIST": (-0.3, -0.1), "Fashion": (-0.6, 0.1)})
    (bars,) = [bars for bars in ax.collections if len(bars.get_segments()) == 2]
    np.testing.assert_allclose(
        bars.get_segments(), [[[-0.3, 0], [-0.1, 0]], [[-0.6, 1], [0.1, 1]]], atol=1e-12
    )
    assert ax.yaxis.get_inverted()


def test_moments_show_every_value_and_one_standard_deviation() -> None:
    x = np.array([[0.0, 1.0], [2.0, 5.0], [4.0, 3.0]])
    ax = plots.plot_moments(x, np.array([2.0, 3.0]), np.array([4.0, 1.0]))
    drawn = np.sort([dots.get_ydata() for dots in ax.lines if len(dots.get_ydata()) == 3], axis=1)
    np.testing.assert_array_equal(drawn, np.sort(x.T, axis=1))
    (bars,) = ax.collections
    np.testing.assert_allclose(bars.get_segments(), [[[0, 0], [0, 4]], [[1, 2], [1, 4]]])


def test_a_picture_can_be_drawn_on_axes_that_exist() -> None:
    _, axes = plt.subplots(1, 2)
    assert plots.plot_running([0.1, 0.2], ax=axes[1]) is axes[1]
    assert len(plt.get_fignums()) == 1
