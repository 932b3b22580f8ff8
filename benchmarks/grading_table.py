"""What the measurements of the grader say: figures with their targets, a table and a drawing."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peer_graders import PEERS

ALL, ONE, FREE = "a judge on each core", "one judge on one core", "one judge on all cores"
ONE_PROCESS = "one process"
TARGETS = {
    "times as fast as nbgrader autograde": ("at least", 150.0),
    "times as fast as otter run": ("at least", 100.0),
    "numpy unit, confined over one process": ("at most", 2.0),
    "numpy unit, confined over a bare fork": ("at most", 1.10),
    "torch unit, confined over one process": ("at most", 2.5),
    "torch unit, confined over a bare fork": ("at most", 1.10),
    "judges on two cores over one": ("at least", 1.8),
    "time of the others, with an endless one over without": ("at most", 1.5),
}


def summarize(results: dict[str, Any]) -> dict[str, float]:
    """Compute the figures in `TARGETS` from the measurements."""
    figures = {}
    two = statistics.median(results["throughput"][ALL])
    for peer, name in (("nbgrader", "nbgrader autograde"), ("otter", "otter run")):
        if peer in results:
            figures[f"times as fast as {name}"] = two * results[peer]["seconds"]
            free = results["cores"] / without_isolation(results["cost"])
            figures[f"times as fast as {name}, without isolation"] = free * results[peer]["seconds"]
    rates, times = results["throughput"], results["endless"]
    with_endless = ratio(times["with"], times["without"])
    figures |= {
        "judges on two cores over one": ratio(rates[ALL], rates[ONE]),
        "judges on two cores over one that has both cores": ratio(rates[ALL], rates[FREE]),
        "time of the others, with an endless one over without": with_endless,
    }
    for library, cost in results["cost"].items():
        for name, other in (("one process", ONE_PROCESS), ("a bare fork", "fork")):
            seconds = cost["seconds"]
            figures[f"{library} unit, confined over {name}"] = ratio(
                seconds["confined"], seconds[other]
            )
    return {name: round(value, 3) for name, value in figures.items()}


def without_isolation(cost: dict[str, Any]) -> float:
    """Return the mean seconds of a submission whose calls and comparisons are in one process."""
    counts = [each["submissions"] for each in cost.values()]
    seconds = [statistics.median(each["seconds"][ONE_PROCESS]) for each in cost.values()]
    return sum(n * each for n, each in zip(counts, seconds, strict=True)) / sum(counts)


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """Return the median of the ratios within each repeat: load of the machine affects both."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True))


def reached(name: str, value: float) -> bool:
    """Return whether a figure meets its target."""
    word, target = TARGETS[name]
    return value >= target if word == "at least" else value <= target


def show(results: dict[str, Any], figures: dict[str, float]) -> None:
    """Print the measurements, then each figure with its target."""
    for library, cost in results["cost"].items():
        for name, seconds in cost["seconds"].items():
            milliseconds = 1e3 * statistics.median(seconds)
            print(f"{f'{library} unit, {name}':44} {milliseconds:8.1f} ms of {cost['clock']}")
    for name, rates in results["throughput"].items():
        print(f"{f'submissions a second, {name}':44} {statistics.median(rates):8.1f}")
    for name in PEERS.keys() & results.keys():
        print(f"{PEERS[name]:44} {results[name]['seconds']:8.2f} s a submission, on one core")
    print()
    for name, value in figures.items():
        word, target = TARGETS.get(name, ("", None))
        aim = "" if target is None else f"   {word} {target:g}"
        mark = "" if target is None or reached(name, value) else "   MISSED"
        print(f"{name:44} {value:8.2f}{aim}{mark}")


def plot(results: dict[str, Any], path: Path) -> None:
    """Draw the submissions per second of all contenders."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    matplotlib.rcParams["svg.hashsalt"] = "bnlab"
    rates = {f"ours, {each}": statistics.median(results["throughput"][each]) for each in (ALL, ONE)}
    rates |= {PEERS[each]: 1 / results[each]["seconds"] for each in PEERS if each in results}
    figure, axis = plt.subplots(figsize=(6, 2.6))
    names = list(rates)[::-1]
    bars = axis.barh(names, [rates[name] for name in names], color="#4477aa")
    axis.bar_label(bars, fmt="%.2g", padding=3)
    axis.set(xscale="log", xlabel="submissions per second")
    axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
