"""How fast the grader is: against nbgrader and Otter, against its own floor, on two workers.

Every contender judges the same submissions with the same hidden tests of all units. Ratios are of
processor time where the system tells it, for a wall clock measures the neighbours too.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.batch_norm import cpu_model
from benchmarks.cgroup_timer import Meter
from benchmarks.peer_graders import PEERS, nbgrader, otter
from bngrader.core import solutions
from bngrader.core.solutions import ROOT
from bngrader.grading.pool import Job, JudgePool, Settings, cores
from bnlab.kit.course import coded_units

RESULTS = ROOT / "benchmarks" / "results"
SEED = 0
SECRET = b"the benchmark's"
ALL, ONE, FREE = "a judge on each core", "one judge on one core", "one judge on all cores"
TARGETS = {
    "times as fast as nbgrader autograde": ("at least", 60.0),
    "times as fast as otter run": ("at least", 100.0),
    "cost of a submission in floors": ("at most", 3.0),
    "isolation over a bare fork": ("at most", 1.10),
    "two workers over one": ("at least", 1.8),
    "others' time beside a stuck one": ("at most", 1.5),
    "memory of a worker, last over first quarter": ("within 5 % of", 1.0),
}


def submissions(rounds: int, seed: int = SEED) -> list[Job]:
    """Of each unit in turn a right one, one in another style and one with a mistake; all differ."""
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


# --- contenders: each gives seconds per submission ----------------------------------------------


def floor(jobs: Sequence[Job]) -> Callable[[], None]:
    """The same calls and comparisons in this process, with nothing between."""
    from benchmarks import peer_notebook

    def run() -> None:
        for job in jobs:
            assert job.source is not None
            names = peer_notebook.load(job.unit, job.source)
            seen = peer_notebook.outcomes(job.unit, names)
            # What failed is run once more, on the inputs that a mistake is known by.
            for task in {each.property.task for each in seen if not each.passed}:
                peer_notebook.outcomes(job.unit, names, seed=1, task=task)

    return run


@contextmanager
def judging(jobs: Sequence[Job], tier: str | None) -> Iterator[Callable[[], None]]:
    """One judge of ours in this process."""
    from bngrader.judging.judge import Judge

    with Judge(SECRET, tier=tier) as judge:
        judge.warm_up()

        def run() -> None:
            for job in jobs:
                judge.judge(job.unit, job.source)

        yield run


def per_submission(rounds: int, repeats: int) -> dict[str, Any]:
    """Seconds a submission costs: confined, in a bare fork, at the floor; in turns, warmed up."""
    jobs = submissions(rounds)
    meter = Meter()
    seconds: dict[str, list[float]] = {"confined": [], "fork": [], "floor": []}
    try:
        with judging(jobs, None) as confined, judging(jobs, "none") as fork:
            runs = {"confined": confined, "fork": fork, "floor": floor(jobs)}
            for repeat, (name, run) in itertools.product(range(-1, repeats), runs.items()):
                start = meter.seconds()
                run()
                if repeat >= 0:
                    seconds[name].append((meter.seconds() - start) / len(jobs))
        return {"clock": meter.clock, "seconds": seconds, "submissions": len(jobs)}
    finally:
        meter.close()


def throughput(rounds: int, repeats: int) -> dict[str, list[float]]:
    """Submissions per second of the wall clock, in turns: a judge for each core, one judge on a
    machine of one core, and one judge that has all the cores, where its children end elsewhere."""
    jobs, everywhere = submissions(rounds), os.sched_getaffinity(0)
    with tempfile.TemporaryDirectory(prefix="bench-") as kept, ExitStack() as stack:
        settings = Settings(SECRET, Path(kept))
        engines = {}
        for name, count, places in (
            (ALL, None, everywhere),
            (ONE, 1, {min(everywhere)}),
            (FREE, 1, everywhere),
        ):
            os.sched_setaffinity(0, places)  # what it starts is bound as well
            engines[name] = stack.enter_context(JudgePool(settings, count))
            list(engines[name].run(jobs))  # starts the judge processes, and fills what they know
            os.sched_setaffinity(0, everywhere)
        rates: dict[str, list[float]] = {name: [] for name in engines}
        for _, (name, engine) in itertools.product(range(repeats), engines.items()):
            start = time.perf_counter()
            done = list(engine.run(jobs))
            rates[name].append(len(done) / (time.perf_counter() - start))
            assert all(result.judged for _, result in done)
    return rates


def stuck(rounds: int, repeats: int) -> dict[str, list[float]]:
    """Seconds until all others are done, with one judge: alone, and beside an endless loop."""
    jobs = submissions(rounds)
    body = "\n\ndef batch_moments(x):\n    while True:\n        pass\n"
    endless = Job("stuck", "moments", solutions.solved("moments") + body)
    firsts: dict[str, list[Job]] = {"alone": [], "beside": [endless]}
    times: dict[str, list[float]] = {name: [] for name in firsts}
    with JudgePool(Settings(SECRET), 1) as engine:
        list(engine.run(jobs))
        for _, (name, first) in itertools.product(range(repeats), firsts.items()):
            start, last = time.perf_counter(), 0.0
            for job, _ in engine.run([*first, *jobs]):
                if job is not endless:
                    last = time.perf_counter() - start
            times[name].append(last)
    return times


# --- a long run ---------------------------------------------------------------------------------


def long(count: int) -> dict[str, Any]:
    """Throughput and memory over many submissions, a point for every tenth round of all units."""
    rounds = -(-count // len(submissions(1)))
    batch = len(submissions(10))
    jobs = submissions(rounds)[:count]
    points = []
    with JudgePool(Settings(SECRET)) as engine:
        list(engine.run(jobs[:batch]))
        start = last = time.perf_counter()
        for done, _ in enumerate(engine.run(jobs), 1):
            if done % batch == 0:
                now = time.perf_counter()
                memory = [_memory(process.process.pid) for process in engine._processes]
                points.append(
                    {
                        "done": done,
                        "rate": round(batch / (now - last), 2),
                        "seat_mb": round(statistics.mean(process for process, _ in memory), 1),
                        "worker_mb": round(statistics.mean(worker for _, worker in memory), 1),
                    }
                )
                last = now
                print(f"\r{done} of {count}, {points[-1]}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {"submissions": count, "seconds": round(last - start, 1), "points": points}


def _memory(pid: int) -> tuple[float, float]:
    """Megabytes of a judge process and of its worker, without children."""
    below = [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    # With namespaces the worker is the child of a process that only waits.
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
    """Everything that was asked for, as plain data."""
    results: dict[str, Any] = {"cores": cores()}

    def say(what: str) -> None:
        print(f"{datetime.now(UTC):%H:%M:%S}  {what}", flush=True)

    say("cost of a submission")
    results["cost"] = per_submission(options.rounds, options.repeats)
    say("throughput")
    results["throughput"] = throughput(4 * options.rounds, options.repeats)
    say("beside a stuck submission")
    results["stuck"] = stuck(2 * options.rounds, options.repeats)
    if not options.no_peers:
        jobs = submissions(1)  # the first round is right in everything
        jobs = jobs[:: max(len(jobs) // options.peer_submissions, 1)]
        for name, run in (("nbgrader", nbgrader), ("otter", otter)):
            say(f"{PEERS[name]} on {len(jobs)} submissions")
            results[name] = {"seconds": run(jobs), "submissions": len(jobs)}
    return results


def summarize(results: dict[str, Any]) -> dict[str, float]:
    """The figures of `TARGETS` that were measured."""
    figures = {}
    two = statistics.median(results["throughput"][ALL])
    for peer_notebook, name in (("nbgrader", "nbgrader autograde"), ("otter", "otter run")):
        if peer_notebook in results:
            figures[f"times as fast as {name}"] = two * results[peer_notebook]["seconds"]
    cost, rates, times = results["cost"]["seconds"], results["throughput"], results["stuck"]
    figures |= {
        "cost of a submission in floors": ratio(cost["confined"], cost["floor"]),
        "isolation over a bare fork": ratio(cost["confined"], cost["fork"]),
        "two workers over one": ratio(rates[ALL], rates[ONE]),
        "two workers over one that has both cores": ratio(rates[ALL], rates[FREE]),
        "others' time beside a stuck one": ratio(times["beside"], times["alone"]),
    }
    if "long" in results:
        points = [each["worker_mb"] for each in results["long"]["points"]]
        quarter = max(len(points) // 4, 1)
        first, last = statistics.mean(points[:quarter]), statistics.mean(points[-quarter:])
        figures["memory of a worker, last over first quarter"] = last / first
    return {name: round(value, 3) for name, value in figures.items()}


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """The median of the ratios, turn by turn: what slows one turn slows both."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True))


def reached(name: str, value: float) -> bool:
    """Whether a figure is where `TARGETS` wants it."""
    word, target = TARGETS[name]
    if word == "at least":
        return value >= target
    return value <= target if word == "at most" else abs(value / target - 1) <= 0.05


def show(results: dict[str, Any], figures: dict[str, float]) -> None:
    """Prints what was measured, and each figure beside its target."""
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
    """Submissions a second of the contenders; throughput and memory of the long run."""
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
        axes[0, 1].plot(done, [each["worker_mb"] for each in points], label="worker, MB")
        axes[0, 1].plot(done, [each["seat_mb"] for each in points], label="judge, MB")
        axes[0, 1].set_ylim(0)
        axes[0, 1].set_xlabel("submissions judged")
        axes[0, 1].legend(frameon=False)
    for axis in axes.flat:
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main(arguments: list[str]) -> None:
    """Measures, prints the table, writes results and plot."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="submissions per unit (default 3)")
    parser.add_argument("--repeats", type=int, default=5, help="of each timing (default 5)")
    parser.add_argument(
        "--peer-submissions", type=int, default=12, metavar="N", help="for each peer (default 12)"
    )
    parser.add_argument("--no-peers", action="store_true", help="only the grader itself")
    parser.add_argument(
        "--long", type=int, default=0, metavar="N",
        help="only a long run of N submissions; its points are kept beside the other results",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, default=RESULTS / "grading.json")
    options = parser.parse_args(arguments)
    kept = json.loads(options.json.read_text()) if options.json.exists() else {}
    before = kept.get("results", {})
    start = time.perf_counter()
    if options.long:
        results = before | {"long": long(options.long)}
    else:
        results = measure(options)
        results |= {"long": before["long"]} if "long" in before else {}
    origin = {
        "command": " ".join(["python -m benchmarks.grading", *arguments]),
        "seed": SEED,
        "device": "cpu",
        "cpu": cpu_model(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "versions": {
            "python": platform.python_version(),
            **{name: answers_version(name) for name in ("numpy", "torch", "safetensors")},
            **{name: text.partition("==")[2] for name, text in PEERS.items()},
        },
        "date": datetime.now(UTC).date().isoformat(),
        "seconds": round(time.perf_counter() - start, 1),
    }
    if options.long:  # the other results keep the origin that they have
        results["long"]["provenance"] = origin
        origin = kept.get("provenance", origin)
    figures = {}
    if "throughput" in results:
        figures = summarize(results)
        show(results, figures)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    data = {"provenance": origin, "figures": figures, "results": results}
    options.json.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    if "throughput" in results:
        plot(results, options.json.with_suffix(".svg"))


def answers_version(name: str) -> str:
    """The version of an installed library."""
    from importlib.metadata import version

    return version(name)


if __name__ == "__main__":
    main(sys.argv[1:])
