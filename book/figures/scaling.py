"""Figures of the chapter on scaling."""

from __future__ import annotations

import numpy as np

from book import results
from book.figures.theme import log_x, means, save, subplots, write
from book.palette import BLUE, GREEN, INK, MUTED, ORANGE

STEPS = 12


def paths() -> None:
    """Gradient descent on the loss of two features, in unequal and in equal units."""
    panels = (
        (np.array([1.0, 20.0]), ORANGE, "unequal units: condition number 20"),
        (np.array([1.0, 1.0]), BLUE, "equal units: condition number 1"),
    )
    fig, axes = subplots(4.6, nrows=2)
    for ax, (curvature, colour, title) in zip(axes, panels, strict=True):
        lr = 1.9 / (curvature[0] + curvature[1])
        points = [np.array([-3.0, 1.0])]
        for _ in range(STEPS):
            points.append(points[-1] * (1 - lr * curvature))
        trace = np.array(points)
        a, b = np.meshgrid(np.linspace(-3.6, 1.6, 120), np.linspace(-1.35, 1.35, 80))
        loss = curvature[0] * a**2 + curvature[1] * b**2
        levels = loss.max() * np.array([0.003, 0.03, 0.12, 0.3, 0.6])
        ax.contour(a, b, loss, levels, colors=MUTED, linewidths=0.8)
        ax.plot(*trace.T, "o-", color=colour, ms=4.5, lw=1.4)
        ax.plot(0, 0, "*", color=INK, ms=11, zorder=4)
        ax.set_title(title, loc="left", pad=3, color=colour)
        ax.set(xticks=[], yticks=[], xlabel="weight of feature 1", ylabel="weight of feature 2")
        ax.set(xlim=(-3.6, 1.6), ylim=(-1.35, 1.35))
    save(
        fig,
        "scaling_paths",
        alt="""Two maps of a loss with twelve steps of gradient descent on each, from the same
        start. With unequal units, at condition number 20, the loss is a narrow valley: the steps
        jump from wall to wall and have covered two thirds of the way. With equal units the lines
        of equal loss are circles and the steps have arrived.""",
    )


def steps() -> None:
    """Measured steps against the condition number, for changed units and for the wines."""
    units = results.record("scaling_units")["results"]
    wine = results.record("scaling_wine")["results"]
    fig, ax = subplots(3.3)
    kappa = np.logspace(0.3, 8.5, 60)
    shrink = (kappa - 1) / (kappa + 1)
    ax.plot(kappa, np.log(1e-6) / (2 * np.log(shrink)), color=MUTED, lw=1.2, zorder=1)
    write(ax, "the slowest\ndirection alone", (2e5, 2e4), color=MUTED, ha="left")
    rows = [row for factor, row in units.items() if factor != "1"]
    ax.plot(
        [row["condition"]["mean"] for row in rows],
        [row["steps"]["mean"] for row in rows],
        "o",
        color=BLUE,
    )
    write(ax, "two features,\nunits changed", (1e4, 3.4e4), (-6, 12), color=BLUE, ha="right")
    for name, label in (
        ("raw", "wines, raw"),
        ("centred", "wines, centered"),
        ("minmax", "wines, min-max"),
        ("standardized", "wines, standardized"),
    ):
        place = (wine[name]["condition"], wine[name]["steps"])
        bound = (wine[name]["condition"], wine[name]["bound"])
        ax.plot(*zip(bound, place, strict=True), "-", color=ORANGE, lw=1.2)
        ax.plot(*bound, "s", color=ORANGE, ms=7, mfc="none")
        ax.plot(*place, "s", color=ORANGE, ms=7)
        shift, side = ((-8, -4), "right") if name == "raw" else ((8, -9), "left")
        write(ax, label, place, shift, color=ORANGE, ha=side)
    ax.set(xscale="log", yscale="log", xlim=(2, 4e9), ylim=(2, 3e9))
    ax.set(xlabel="condition number", ylabel="steps")
    ax.grid(True)
    save(
        fig,
        "scaling_steps",
        alt=f"""Steps of gradient descent against the condition number, both axes logarithmic. The
        points of two features in changing units rise along a straight line: ten times the
        condition number, ten times the steps. For the wines the numbers fall from
        {wine["raw"]["steps"]:.0e} steps raw and {wine["centred"]["steps"]:.0e} centered to
        {wine["minmax"]["steps"]} with min-max scaling and
        {wine["standardized"]["steps"]} standardized. The
        bounds of the wines are {wine["raw"]["bound"]:.0e}, {wine["centred"]["bound"]:.0e},
        {wine["minmax"]["bound"]} and {wine["standardized"]["bound"]}.""",
    )


def inputs() -> None:
    """Measured accuracy against a factor on all pixels, without and with batch norm."""
    rows = results.record("scaling_inputs")["results"]
    factors = [name for name in rows["none"] if name != "offset"]
    x = [float(factor) for factor in factors]
    fig, ax = subplots(2.9)
    means(ax, x, [rows["before"][f] for f in factors], "o-", color=BLUE)
    means(ax, x, [rows["none"][f] for f in factors], "o-", color=ORANGE)
    means(ax, x, [rows["none"][f]["tuned"] for f in factors], "s--", color=GREEN)
    write(ax, "batch norm", (x[-1], 99), (0, 5), color=BLUE, ha="right")
    write(ax, "no batch norm,\nits own rate", (0.35, 62), color=GREEN, ha="center")
    write(ax, "no batch norm,\nsame rate", (38, 22), color=ORANGE, ha="center")
    ax.set(ylim=(0, 113), xlabel="all pixels times", ylabel="accuracy, %")
    log_x(ax, x)
    ax.grid(True)
    words = "; ".join(
        f"times {f}: {rows['before'][f]['mean']:.0f} % with batch norm, "
        f"{rows['none'][f]['mean']:.0f} % without at the same rate, "
        f"{rows['none'][f]['tuned']['mean']:.0f} % without at a rate of its own"
        for f in factors
    )
    save(fig, "scaling_inputs", alt=f"Test accuracy against a factor on all pixels. {words}.")


FIGURES = (paths, steps, inputs)
