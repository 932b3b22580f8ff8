"""The drawing of a class: seconds by its size, for this grader, nbgrader and Otter-Grader."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.grading import RESULTS

SIZES = (30, 100, 300, 1000, 3000, 10_000)
"""Submissions at which the lines are drawn."""
TICKS = {
    "0.1 s": 0.1, "1 s": 1, "10 s": 10, "1 min": 60, "10 min": 600, "1 h": 3600, "10 h": 36_000,
}  # fmt: skip
STYLES = {"judging": ("o", "#4477aa"), "recording": ("s", "#228833"), "pages": ("^", "#aa3377")}
PEER_STYLES = {
    "nbgrader autograde and generate_feedback": ("#ccbb44", "--"),
    "nbgrader autograde": ("#ccbb44", ":"),
    "otter run": ("#ee6677", "--"),
}


def line(points: list[tuple[float, float]]) -> Callable[[float], float]:
    """Return seconds by size: between measured sizes and beyond the largest, on straight lines.

    Args:
        points: measured sizes with their seconds, two at least, in rising order.
    """

    def seconds(size: float) -> float:
        pairs = list(pairwise(points))
        (x, y), (x2, y2) = next((pair for pair in pairs if size <= pair[1][0]), pairs[-1])
        return y + (y2 - y) * (size - x) / (x2 - x)

    return seconds


def plot(results: dict[str, Any], path: Path) -> None:
    """Draw the measured seconds as points, and lines through them to 10,000 submissions."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    matplotlib.rcParams["svg.hashsalt"] = "bnlab"
    figure, axis = plt.subplots(figsize=(8.5, 4))
    classes = results["classes"].values()
    for name, (marker, color) in STYLES.items():
        points = [(each["submissions"], each[name]) for each in classes]
        axis.plot(*zip(*points, strict=True), marker, color=color, label=name)
        if len(points) > 1:
            at = line(points)
            axis.plot(SIZES, [max(at(size), 1e-3) for size in SIZES], color=color, linewidth=1)
    for name, seconds in _peers(results).items():
        color, style = PEER_STYLES[name]
        axis.plot(SIZES, [seconds * size for size in SIZES], style, color=color, label=name)
    axis.set(xscale="log", yscale="log", xlabel="submissions", ylabel="time on two cores")
    axis.set_yticks(list(TICKS.values()), list(TICKS))
    axis.minorticks_off()
    axis.set_xticks(SIZES, [f"{size:,}" for size in SIZES])
    axis.grid(axis="y", color="0.9", linewidth=0.8)
    axis.set_title("points: measured; lines: extrapolated", fontsize="medium", loc="left")
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _peers(results: dict[str, Any]) -> dict[str, float]:
    """Return the seconds per submission of the peers, as far as they were measured."""
    path = RESULTS / "grading.json"
    grading = json.loads(path.read_text("utf-8"))["results"] if path.exists() else {}
    found = {
        "nbgrader autograde and generate_feedback": results.get("nbgrader"),
        "nbgrader autograde": grading.get("nbgrader"),
        "otter run": grading.get("otter"),
    }
    return {name: each["seconds"] for name, each in found.items() if each}
