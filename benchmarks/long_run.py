"""One long run of the judge pool: its rate, and the memory of its processes.

The memory must stay flat: what a judge process or a fork server keeps of a submission would grow
with the class.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.grading import RESULTS, SECRET, SEED, submissions
from benchmarks.provenance import provenance
from bngrader.cli.console import progress
from bngrader.grading.jobs import Settings
from bngrader.grading.pool import JudgePool

PROCESSES = {"judge_mb": "judge processes", "forkserver_mb": "fork servers"}
TOLERANCE = 0.05
"""By how much the memory of the last quarter may differ from that of the second."""


def run(count: int) -> dict[str, Any]:
    """Return rate and memory of all processes by submissions, a point for every ten rounds."""
    rounds = -(-count // len(submissions(1)))
    batch = len(submissions(10))
    jobs = submissions(rounds)[:count]
    points = []
    with JudgePool(Settings(SECRET)) as pool, progress() as bar:
        row = bar.add_task("submissions", total=count)
        list(pool.run(jobs[:batch]))  # starts them, and ends when all children have ended
        judges = [process.process.pid for process in pool._processes]
        servers = [pid for judge in judges for pid in _fork_servers(judge)]
        start = last = time.perf_counter()
        for done, _ in enumerate(pool.run(jobs), 1):
            bar.advance(row)
            if done % batch == 0:
                now = time.perf_counter()
                points.append(
                    {
                        "done": done,
                        "rate": round(batch / (now - last), 2),
                        "judge_mb": round(sum(map(_resident, judges)), 1),
                        "forkserver_mb": round(sum(map(_resident, servers)), 1),
                    }
                )
                last = now
    return {"submissions": count, "seconds": round(last - start, 1), "points": points}


def _resident(pid: int) -> float:
    """Return the megabytes of a process; 0 of one that has ended since it was listed."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return 0.0
    for line in status.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _fork_servers(pid: int) -> list[int]:
    """Return the fork servers of an idle judge process, with their init processes."""
    below = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return below + [deeper for each in below for deeper in _fork_servers(each)]


def summarize(results: dict[str, Any]) -> dict[str, float]:
    """Return the memory of the last quarter over that of the second.

    In the first quarter the mistake cache is filled.
    """
    points = results["points"]
    quarter = max(len(points) // 4, 1)
    figures = {}
    for key, name in PROCESSES.items():
        second = statistics.mean(each[key] for each in points[quarter : 2 * quarter])
        last = statistics.mean(each[key] for each in points[-quarter:])
        figures[f"memory of the {name}, last over second quarter"] = last / second
    return {name: round(value, 3) for name, value in figures.items()}


def plot(results: dict[str, Any], path: Path) -> None:
    """Draw rate and memory by the submissions judged."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    matplotlib.rcParams["svg.hashsalt"] = "bnlab"
    figure, (above, below) = plt.subplots(2, 1, figsize=(6, 4), sharex=True)
    done = [each["done"] for each in results["points"]]
    above.plot(done, [each["rate"] for each in results["points"]], color="#4477aa")
    above.set(ylim=(0, None), ylabel="submissions\nper second")
    for (key, name), color in zip(PROCESSES.items(), ("#228833", "#aa3377"), strict=True):
        below.plot(done, [each[key] for each in results["points"]], color=color, label=name)
    below.set(ylim=(0, None), ylabel="MB", xlabel="submissions judged")
    below.legend(frameon=False)
    for axis in (above, below):
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def main(arguments: list[str]) -> None:
    """Judge, print the figures, write results and plot."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.long_run", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="submissions (default 10000)")
    parser.add_argument("--json", type=Path, default=RESULTS / "long_run.json")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    results = run(options.count)
    figures = summarize(results)
    for name, value in figures.items():
        missed = abs(value - 1) > TOLERANCE
        print(f"{name:60} {value:8.3f}   1 within {TOLERANCE:g}{'   MISSED' if missed else ''}")
    origin = provenance("long_run", arguments, SEED, start, ("numpy", "torch"))
    data = {"provenance": origin, "figures": figures, "results": results}
    options.json.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    plot(results, options.json.with_suffix(".svg"))


if __name__ == "__main__":
    main(sys.argv[1:])
