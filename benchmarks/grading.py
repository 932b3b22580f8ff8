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
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.cgroup_timer import CgroupTimer
from benchmarks.grading_table import ALL, FREE, ONE, ONE_PROCESS, plot, show, summarize
from benchmarks.peer_graders import PEERS, nbgrader, otter
from benchmarks.provenance import provenance
from bngrader.cli.console import console
from bngrader.core import solutions
from bngrader.core.solutions import ROOT
from bngrader.grading.jobs import Job, Settings, cores
from bngrader.grading.pool import JudgePool
from bnlab.kit.course import coded_units, unit

RESULTS = ROOT / "benchmarks" / "results"
SEED = 0
SECRET = b"the benchmark's"
LIBRARIES = ("numpy", "torch")


def submissions(rounds: int, seed: int = SEED) -> list[Job]:
    """Return submissions that all differ: per round one of each unit.

    The rounds hold references, accepted solutions and mistakes in turn.
    """
    rng, jobs = random.Random(seed), []
    for number in range(rounds):
        for name in coded_units():
            pick = (
                solutions.solved(name),
                rng.choice(solutions.accepted(name)).source,
                rng.choice(solutions.mistakes(name)).source,
            )[number % 3]
            jobs.append(Job(f"l{number}", name, f"{pick}\n# {number} {name}\n"))
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


def per_submission(jobs: Sequence[Job], repeats: int) -> dict[str, Any]:
    """Return the seconds per submission: confined, in a bare fork, and in one process."""
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


def of_library(jobs: Sequence[Job], library: str) -> list[Job]:
    """Return the submissions to units that are written in a library."""
    return [job for job in jobs if unit(job.unit).library == library]


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


# --- the table ----------------------------------------------------------------------------------


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Run the measurements that the options ask for; return plain data."""
    results: dict[str, Any] = {"cores": cores()}

    console.print("cost of a submission ...")
    results["cost"] = {
        library: per_submission(of_library(submissions(options.rounds), library), options.repeats)
        for library in LIBRARIES
    }
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


def main(arguments: list[str]) -> None:
    """Measure, print the table, write results and plot."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="submissions per unit (default 3)")
    parser.add_argument("--repeats", type=int, default=5, help="of each timing (default 5)")
    parser.add_argument(
        "--peer-submissions", type=int, default=12, metavar="N", help="for each peer (default 12)"
    )
    parser.add_argument("--no-peers", action="store_true", help="only the grader itself")
    parser.add_argument("--json", type=Path, default=RESULTS / "grading.json")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    results = measure(options)
    figures = summarize(results)
    show(results, figures)
    origin = provenance("grading", arguments, SEED, start, ("numpy", "torch", "safetensors"))
    origin["versions"] |= {name: text.partition("==")[2] for name, text in PEERS.items()}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    data = {"provenance": origin, "figures": figures, "results": results}
    options.json.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    plot(results, options.json.with_suffix(".svg"))


if __name__ == "__main__":
    main(sys.argv[1:])
