"""Speed of the grader: per submission, per core, and relative to nbgrader and Otter-Grader.

All contenders judge the same submissions with the same hidden tests of all units. The cost of a
submission is measured in processor time where the system counts it, because wall time also depends
on other jobs of the machine.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.cgroup_timer import CgroupTimer
from benchmarks.peer_graders import PEERS, nbgrader, otter
from benchmarks.provenance import provenance
from bngrader.cli.console import console, progress
from bngrader.core import solutions
from bngrader.core.solutions import ROOT
from bngrader.grading.jobs import Job, Settings, cores
from bngrader.grading.pool import JudgePool
from bnlab.kit.course import coded_units

RESULTS = ROOT / "benchmarks" / "results"
SEED = 0
SECRET = b"the benchmark's"
ALL, ONE, FREE = "a judge on each core", "one judge on one core", "one judge on all cores"
ONE_PROCESS = "one process"
TARGETS = {
    "times as fast as nbgrader autograde": ("at least", 60.0),
    "times as fast as otter run": ("at least", 100.0),
    "confined over one process": ("at most", 3.0),
    "confined over a bare fork": ("at most", 1.10),
    "judges on two cores over one": ("at least", 1.8),
    "time of the others, with an endless one over without": ("at most", 1.5),
    "memory of a fork server, last over first quarter": ("within 5 % of", 1.0),
}


def submissions(rounds: int, seed: int = SEED) -> list[Job]:
    """Return submissions that all differ: per round one of each unit.

    The rounds hold references, accepted solutions and mistakes in turn.
    """
    rng, jobs = random.Random(seed), []
    for number in range(rounds):
        for unit in coded_units().values():
            pick = (
                solutions.solved(unit.name),
                rng.choice(solutions.accepted(unit.name)).source,
                rng.choice(solutions.mistakes(unit.name)).source,
            )[number % 3]
            jobs.append(Job(f"l{number}", unit.name, f"{pick}\n# {number} {unit.name}\n"))
    return jobs


# --- contenders -----------------------------------------------------------------------------------


def in_one_process(jobs: Sequence[Job]) -> Callable[[], None]:
    """Return a function that makes the same calls and comparisons in this process."""
    from benchmarks import peer_notebook

    def run() -> None:
        for job in jobs:
            assert job.source is not None
            names = peer_notebook.load(job.unit, job.source)
            seen = peer_notebook.outcomes(job.unit, names)
            # A judge runs failed tasks again on fixed inputs, to recognise mistakes.
            for task in {each.property.task for each in seen if not each.passed}:
                peer_notebook.outcomes(job.unit, names, seed=1, task=task)

    return run


@contextmanager
def judging(jobs: Sequence[Job], tier: str | None) -> Iterator[Callable[[], None]]:
    """Yield a function that judges the jobs in this process."""
    from bngrader.judging.judge import Judge

    with Judge(SECRET, tier=tier) as judge:
        judge.warm_up()

        def run() -> None:
            for job in jobs:
                judge.judge(job.unit, job.source)

        yield run


def per_submission(rounds: int, repeats: int) -> dict[str, Any]:
    """Return the seconds per submission: confined, in a bare fork, and in one process."""
    jobs = submissions(rounds)
    timer = CgroupTimer()
    seconds: dict[str, list[float]] = {"confined": [], "fork": [], ONE_PROCESS: []}
    try:
        with judging(jobs, None) as confined, judging(jobs, "none") as fork:
            runs = {"confined": confined, "fork": fork, ONE_PROCESS: in_one_process(jobs)}
            for repeat, (name, run) in itertools.product(range(-1, repeats), runs.items()):
                start = timer.seconds()
                run()
                if repeat >= 0:
                    seconds[name].append((timer.seconds() - start) / len(jobs))
        return {"clock": timer.clock, "seconds": seconds, "submissions": len(jobs)}
    finally:
        timer.close()


def throughput(rounds: int, repeats: int) -> dict[str, list[float]]:
    """Return submissions per second of wall time, for three pools of judge processes.

    `ALL` has one on each core. `ONE` has one, bound to one core with its children. `FREE` has one
    that can use all cores, on which its children end in parallel.
    """
    jobs, all_cores = submissions(rounds), os.sched_getaffinity(0)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        settings = Settings(SECRET, Path(folder))
        pools = {}
        for name, count, usable in (
            (ALL, None, all_cores),
            (ONE, 1, {min(all_cores)}),
            (FREE, 1, all_cores),
        ):
            os.sched_setaffinity(0, usable)  # inherited by the judge processes
            pools[name] = stack.enter_context(JudgePool(settings, count))
            list(pools[name].run(jobs))  # starts the judge processes and fills the mistake cache
            os.sched_setaffinity(0, all_cores)
        rates: dict[str, list[float]] = {name: [] for name in pools}
        for _, (name, pool) in itertools.product(range(repeats), pools.items()):
            start = time.perf_counter()
            done = list(pool.run(jobs))
            rates[name].append(len(done) / (time.perf_counter() - start))
            assert all(result.judged for _, result in done)
    return rates


def endless_submission(rounds: int, repeats: int) -> dict[str, list[float]]:
    """Return the seconds until a class is judged, without and with an endless submission."""
    jobs = submissions(rounds)
    body = "\n\ndef batch_moments(x):\n    while True:\n        pass\n"
    endless = Job("stuck", "moments", solutions.solved("moments") + body)
    firsts: dict[str, list[Job]] = {"without": [], "with": [endless]}
    times: dict[str, list[float]] = {name: [] for name in firsts}
    with JudgePool(Settings(SECRET), 1) as pool:
        list(pool.run(jobs))
        for _, (name, first) in itertools.product(range(repeats), firsts.items()):
            start, last = time.perf_counter(), 0.0
            for job, _ in pool.run([*first, *jobs]):
                if job is not endless:
                    last = time.perf_counter() - start
            times[name].append(last)
    return times


# --- a long run ---------------------------------------------------------------------------------


def long(count: int) -> dict[str, Any]:
    """Return rate and memory over many submissions, one point for every ten rounds."""
    rounds = -(-count // len(submissions(1)))
    batch = len(submissions(10))
    jobs = submissions(rounds)[:count]
    points = []
    with JudgePool(Settings(SECRET)) as pool, progress() as bar:
        row = bar.add_task("submissions", total=count)
        list(pool.run(jobs[:batch]))
        start = last = time.perf_counter()
        for done, _ in enumerate(pool.run(jobs), 1):
            bar.advance(row)
            if done % batch == 0:
                now = time.perf_counter()
                memory = [_memory(process.process.pid) for process in pool._processes]
                points.append(
                    {
                        "done": done,
                        "rate": round(batch / (now - last), 2),
                        "judge_mb": round(statistics.mean(judge for judge, _ in memory), 1),
                        "forkserver_mb": round(statistics.mean(server for _, server in memory), 1),
                    }
                )
                last = now
    return {"submissions": count, "seconds": round(last - start, 1), "points": points}


def _memory(pid: int) -> tuple[float, float]:
    """Return the megabytes of a judge process and of its fork server."""
    below = [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    # In the tier `namespaces` an init process of a few MB is between the two.
    while below and (deeper := Path(f"/proc/{below[0]}/task/{below[0]}/children").read_text()):
        if _resident(below[0]) > 50:
            break
        below = [int(p) for p in deeper.split()]
    return _resident(pid), _resident(below[0]) if below else 0.0


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


# --- the table ----------------------------------------------------------------------------------


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Run the measurements that the options ask for; return plain data."""
    results: dict[str, Any] = {"cores": cores()}

    console.print("cost of a submission ...")
    results["cost"] = per_submission(options.rounds, options.repeats)
    console.print("throughput ...")
    results["throughput"] = throughput(4 * options.rounds, options.repeats)
    console.print("with an endless submission ...")
    results["endless"] = endless_submission(2 * options.rounds, options.repeats)
    if not options.no_peers:
        jobs = submissions(1)  # the first round holds references
        jobs = jobs[:: max(len(jobs) // options.peer_submissions, 1)]
        for name, run in (("nbgrader", nbgrader), ("otter", otter)):
            console.print(f"{PEERS[name]} on {len(jobs)} submissions ...")
            results[name] = {"seconds": run(jobs), "submissions": len(jobs)}
    return results


def summarize(results: dict[str, Any]) -> dict[str, float]:
    """Compute the figures in `TARGETS` from the measurements."""
    figures = {}
    two = statistics.median(results["throughput"][ALL])
    for peer, name in (("nbgrader", "nbgrader autograde"), ("otter", "otter run")):
        if peer in results:
            figures[f"times as fast as {name}"] = two * results[peer]["seconds"]
    cost, rates, times = results["cost"]["seconds"], results["throughput"], results["endless"]
    with_endless = ratio(times["with"], times["without"])
    figures |= {
        "confined over one process": ratio(cost["confined"], cost[ONE_PROCESS]),
        "confined over a bare fork": ratio(cost["confined"], cost["fork"]),
        "judges on two cores over one": ratio(rates[ALL], rates[ONE]),
        "judges on two cores over one that has both cores": ratio(rates[ALL], rates[FREE]),
        "time of the others, with an endless one over without": with_endless,
    }
    if "long" in results:
        points = [each["forkserver_mb"] for each in results["long"]["points"]]
        quarter = max(len(points) // 4, 1)
        first, last = statistics.mean(points[:quarter]), statistics.mean(points[-quarter:])
        figures["memory of a fork server, last over first quarter"] = last / first
    return {name: round(value, 3) for name, value in figures.items()}


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """Return the median of the ratios within each repeat: load of the machine affects both."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True))


def reached(name: str, value: float) -> bool:
    """Return whether a figure meets its target."""
    word, target = TARGETS[name]
    if word == "at least":
        return value >= target
    return value <= target if word == "at most" else abs(value / target - 1) <= 0.05


def show(results: dict[str, Any], figures: dict[str, float]) -> None:
    """Print the measurements, then each figure with its target."""
    cost = results["cost"]
    for name, seconds in cost["seconds"].items():
        print(f"{name:44} {1e3 * statistics.median(seconds):8.1f} ms of {cost['clock']}")
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
    """Draw the submissions per second of all contenders, and rate and memory of the long run."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    rates = {f"ours, {each}": statistics.median(results["throughput"][each]) for each in (ALL, ONE)}
    rates |= {PEERS[each]: 1 / results[each]["seconds"] for each in PEERS if each in results}
    figure, axes = plt.subplots(1, 2 if "long" in results else 1, figsize=(9, 3), squeeze=False)
    names = list(rates)[::-1]
    bars = axes[0, 0].barh(names, [rates[name] for name in names], color="#4477aa")
    axes[0, 0].bar_label(bars, fmt="%.2g", padding=3)
    axes[0, 0].set_xscale("log")
    axes[0, 0].set_xlabel("submissions per second")
    if "long" in results:
        points = results["long"]["points"]
        done = [each["done"] for each in points]
        axes[0, 1].plot(done, [each["rate"] for each in points], label="submissions per second")
        axes[0, 1].plot(done, [each["forkserver_mb"] for each in points], label="fork server, MB")
        axes[0, 1].plot(done, [each["judge_mb"] for each in points], label="judge, MB")
        axes[0, 1].set_ylim(0)
        axes[0, 1].set_xlabel("submissions judged")
        axes[0, 1].legend(frameon=False)
    for axis in axes.flat:
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main(arguments: list[str]) -> None:
    """Measure, print the table, write results and plot."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="submissions per unit (default 3)")
    parser.add_argument("--repeats", type=int, default=5, help="of each timing (default 5)")
    parser.add_argument(
        "--peer-submissions", type=int, default=12, metavar="N", help="for each peer (default 12)"
    )
    parser.add_argument("--no-peers", action="store_true", help="only the grader itself")
    parser.add_argument(
        "--long", type=int, default=0, metavar="N",
        help="measure only a run of N submissions; the other results in the file stay",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, default=RESULTS / "grading.json")
    options = parser.parse_args(arguments)
    old = json.loads(options.json.read_text()) if options.json.exists() else {}
    before = old.get("results", {})
    start = time.perf_counter()
    if options.long:
        results = before | {"long": long(options.long)}
    else:
        results = measure(options)
        results |= {"long": before["long"]} if "long" in before else {}
    origin = provenance("grading", arguments, SEED, start, ("numpy", "torch", "safetensors"))
    origin["versions"] |= {name: text.partition("==")[2] for name, text in PEERS.items()}
    if options.long:  # the provenance of the other results stays
        results["long"]["provenance"] = origin
        origin = old.get("provenance", origin)
    figures = {}
    if "throughput" in results:
        figures = summarize(results)
        show(results, figures)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    data = {"provenance": origin, "figures": figures, "results": results}
    options.json.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    if "throughput" in results:
        plot(results, options.json.with_suffix(".svg"))


if __name__ == "__main__":
    main(sys.argv[1:])
