"""Figures of the chapter on weight and bias."""

from __future__ import annotations

import numpy as np

from book import results
from book.figures.theme import save, subplots
from book.palette import BLUE, GREEN, INK, MUTED, ORANGE, PINK


def shape() -> None:
    """One skewed feature, normalized, then scaled, shifted and mirrored: always the same shape."""
    x = np.random.default_rng(0).gamma(2.0, 1.5, size=4000) + 2
    xhat = (x - x.mean()) / x.std()
    rows = [
        ("the feature", x, MUTED),
        ("normalized", xhat, BLUE),
        ("γ = 2, β = 3", 2 * xhat + 3, ORANGE),
        ("γ = −1, β = 0", -xhat, PINK),
    ]
    fig, axes = subplots(3.9, nrows=4, sharex=True)
    for ax, (name, values, colour) in zip(axes, rows, strict=True):
        ax.hist(values, bins=60, color=colour, alpha=0.75, density=True)
        mean, sd = values.mean(), values.std()
        ax.plot([mean - sd, mean + sd], [0, 0], color=INK, lw=3, solid_capstyle="butt")
        ax.plot(mean, 0, "o", color=INK, ms=6, clip_on=False, zorder=3)
        ax.set_title(name, loc="left", pad=2, y=0.62)
        ax.set(yticks=[], xlim=(-7, 18))
        ax.spines["left"].set_visible(False)
    save(
        fig,
        "forward_shape",
        alt="""Four histograms on one axis: a skewed feature, the same feature normalized, then
        with weight 2 and bias 3, then with weight minus 1. Mean and standard deviation move;
        the skewed shape stays, and a negative weight mirrors it.""",
    )


def eps() -> None:
    """Output sd against feature sd: what eps leaves of a quiet feature."""
    rows = results.record("forward_eps")["results"]
    sds = np.logspace(-4.3, 0.3, 200)
    colours = {"1e-07": GREEN, "1e-05": BLUE, "1e-03": ORANGE}
    names = {"1e-07": "ε = 10⁻⁷", "1e-05": "10⁻⁵\ntorch", "1e-03": "10⁻³\nKeras"}
    fig, ax = subplots(3.1)
    for key, row in rows.items():
        ax.plot(sds, sds / np.sqrt(sds**2 + float(key)), color=colours[key], lw=1.5)
        measured = [row[sd]["mean"] for sd in row]
        ax.plot([float(sd) for sd in row], measured, "o", color=colours[key])
        low = (0.5 * float(key) ** 0.5, 0.45)  # a point of the curve with room to its right
        ax.annotate(names[key], low, (9, 0), textcoords="offset points", color=colours[key])
    ax.set(xscale="log", ylim=(0, 1.08), xlim=(sds[0], sds[-1]))
    ax.set(xlabel="standard deviation of the feature", ylabel="standard deviation of x̂")
    ax.grid(True)
    save(
        fig,
        "forward_eps",
        alt="""Standard deviation of the normalized output against that of the feature, for three
        values of eps. Each curve rises from 0 to 1 and passes 0.71 where the feature's standard
        deviation equals the square root of eps. The measured points lie on the curves.""",
    )


def trained() -> None:
    """Weights and biases of a trained network, and the outputs of three of its channels."""
    found = results.record("forward_trained")["results"]
    colours = (BLUE, ORANGE, GREEN, PINK)
    names = ("first convolution", "second convolution", "first linear", "second linear")
    fig, (points, *rows) = subplots(6.2, nrows=4, height_ratios=(4, 1, 1, 1))
    points.axhline(0, color=MUTED, lw=0.8)
    points.axvline(1, color=MUTED, lw=0.8)
    # The widest layers lie below, so that the six points of the first one are seen.
    for layer, colour, name in reversed(list(zip(found["layers"], colours, names, strict=True))):
        weights, biases = ([each[key] for each in layer] for key in ("weight", "bias"))
        points.plot(weights, biases, "o", color=colour, ms=4.5, alpha=0.8, label=name)
    points.set(xlabel="weight γ", ylabel="bias β")
    points.legend(loc="lower center", bbox_to_anchor=(0.45, 1), ncols=2, handletextpad=0.1)
    points.grid(True)
    edges = np.linspace(-found["edge"], found["edge"], len(found["histograms"][0]["share"]) + 1)
    for ax, channel in zip(rows, found["histograms"], strict=True):
        ax.stairs(channel["share"], edges, color=GREEN, fill=True, alpha=0.75)
        title = f"γ = {channel['weight']:.2f}, β = {channel['bias']:.2f}".replace("-", "−")
        ax.set_title(title, loc="right", pad=2, y=0.6)
        ax.set(yticks=[], xlim=(edges[0], edges[-1]))
        ax.spines["left"].set_visible(False)
        ax.tick_params(labelbottom=ax is rows[-1])
    rows[-1].set_xlabel("output of batch norm, first linear layer")
    words = "; ".join(
        f"weight {each['weight']:.2f} and bias {each['bias']:.2f}, mean {each['mean']:.2f} and "
        f"standard deviation {each['sd']:.2f}"
        for each in found["histograms"]
    )
    save(
        fig,
        "forward_trained",
        alt=f"""Above, bias against weight for all {found["channels"]} channels of a trained LeNet:
        weights from {found["weight"]["min"]:.2f} to {found["weight"]["max"]:.2f}, biases from
        {found["bias"]["min"]:.2f} to {found["bias"]["max"]:.2f} over all networks. Below,
        histograms of the outputs of three units behind the first linear layer: {words}.""",
    )


FIGURES = (shape, eps, trained)
