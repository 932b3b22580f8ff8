"""Figures of the chapter on writing the test."""

from __future__ import annotations

from matplotlib.ticker import LogLocator

from book import results
from book.experiments.audit_size import SIZES
from book.figures.theme import cases, save, subplots, write
from book.palette import BLUE, GREEN, INK, MUTED, ORANGE

PROBES = {"careless": "careless", "designed": "designed"}
MISTAKES = {
    "unbiased": ("unbiased", BLUE, "o"),
    "eps_outside": ("eps outside", BLUE, "s"),
    "eps_forgotten": ("eps forgotten", BLUE, "^"),
}


def size() -> None:
    """Difference of a wrong layer and of a right one against the size of the batch."""
    rows = results.record("audit_size")["results"]

    def column(kind: str, layer: str) -> list[float]:
        return [rows[kind][f"n{n}"][layer] for n in SIZES]

    fig, ax = subplots(3.6)
    ax.plot(SIZES, column("float64", "wrong"), color=BLUE, marker="o", ms=4)
    for kind, colour, style in (
        ("float32_far", ORANGE, "-"),
        ("float32", GREEN, "-"),
        ("float64", MUTED, "--"),
    ):
        ax.plot(SIZES, column(kind, "right"), color=colour, ls=style)
    ax.annotate("unbiased variance", (11, 0.22), color=BLUE)
    ax.annotate("right, float32, mean 1000", (5, 1.2e-5), color=ORANGE)
    ax.annotate("right, float32", (90, 3e-8), color=GREEN)
    ax.annotate("right, float64", (90, 3e-14), color=INK)
    ax.set(xscale="log", yscale="log", ylim=(1e-16, 3), xticks=SIZES[::2])
    ax.set_xticklabels([str(n) for n in SIZES[::2]])
    ax.yaxis.set_major_locator(LogLocator(numticks=9))
    ax.minorticks_off()
    ax.set(xlabel="rows in the batch", ylabel="difference from torch")
    ax.grid(True)
    save(
        fig,
        "audit_size",
        alt="""Difference from torch's output against the number of rows, both logarithmic. The
        layer with the unbiased variance falls from 0.3 at 2 rows to 0.0005 at 4096. A right layer
        in float64 stays below 1e-13, in float32 it rises from 5e-7 to 6e-6, and in float32 with
        data of mean 1000 it rises from 6e-6 to 4e-3, above the wrong layer from 1024 rows on.""",
    )


def gap() -> None:
    """Room for a tolerance on two probes."""
    rows = results.record("audit_tolerance")["results"]
    fig, ax = subplots(2.3)
    for place, probe in enumerate(PROBES):
        ends = rows[probe]["extremes"]
        least = min(ends[name] for name in MISTAKES)
        ax.fill_betweenx(
            [place - 0.22, place + 0.22], ends["right"], least, color=GREEN, alpha=0.3, lw=0
        )
        ax.plot(ends["right"], place, "D", color=ORANGE, ms=7)
        for name, (_, colour, marker) in MISTAKES.items():
            ax.plot(ends[name], place, marker, color=colour, ms=7, mfc="none", mew=1.5)
    ends = rows["designed"]["extremes"]
    write(ax, "right", (ends["right"], 1), (0, 13), color=ORANGE)
    write(ax, "wrong", (ends["eps_outside"], 1), (0, 13), color=BLUE)
    write(ax, "room for a tolerance", (1e-8, 1), (0, -4))
    cases(ax, PROBES.values())
    ax.set(xscale="log", xlim=(1e-16, 20), ylim=(1.6, -0.6), xlabel="difference from torch")
    ax.xaxis.set_major_locator(LogLocator(numticks=7))
    ax.minorticks_off()
    save(
        fig,
        "audit_gap",
        alt="""Differences from torch on two probes, logarithmic. On the careless probe the right
        layer reaches 4e-6, the two mistakes with eps begin at 1.6e-5 and the unbiased variance at
        1.6e-3, so the room for a tolerance is a thin strip. On the designed probe the right layer
        stays below 1e-15 and all three mistakes are above 0.07.""",
    )


FIGURES = (size, gap)
