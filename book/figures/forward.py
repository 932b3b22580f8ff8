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


FIGURES = (shape, eps)
