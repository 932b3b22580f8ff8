"""A class whose grading is killed again and again: the command, its judges, workers and children.

`bngrader grade` runs as its users run it. At random instants one of its processes gets SIGKILL; a
killed command is started again. Then the same class is judged once more and left alone. Both must
give the same bytes, and the journal of the first must hold every submission once.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.batch_norm import cpu_model
from benchmarks.grading import RESULTS, ROOT, submissions
from bngrader.sandbox.sandbox import Sandbox

FOLDER = ROOT / "_build" / "bench" / "killed"
LEVELS = {"command": 1, "judge": 2, "init": 2, "worker": 2, "child": 8}
"""Who is under whom, and how often each is killed: after the first, many things must begin anew.
With namespaces an init process waits between a judge and its worker."""


def write_class(count: int) -> Path:
    """The folder of a class with so many submissions, all different."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    rounds = -(-count // len(submissions(1)))
    for work in submissions(rounds)[:count]:
        place = FOLDER / "submitted" / work.learner / work.unit / "bnlab"
        place.mkdir(parents=True)
        (place / f"{work.unit}.py").write_text(work.source or "")
    return FOLDER / "submitted"


def children(pid: int) -> list[int]:
    """The processes that a process, or any thread of it, has started."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(word) for word in path.read_text().split()]
        except OSError:
            continue
    return found


def family(command: int, init: bool) -> dict[str, list[int]]:
    """The processes of a run by what they are; only those that are there."""
    names = [name for name in LEVELS if init or name != "init"]
    levels, here = {}, [command]
    for name in names:
        levels[name] = here
        here = [pid for each in here for pid in children(each)]
    return {name: pids for name, pids in levels.items() if pids}


def resident(pids: list[int]) -> float:
    """The megabytes that processes hold."""
    kilobytes = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return kilobytes / 1024


def grade(json_: Path, *words: str) -> subprocess.Popen[bytes]:
    """The command, started."""
    return subprocess.Popen(
        [sys.executable, "-m", "bngrader.cli.main", "grade", str(FOLDER / "submitted"),
         "--json", str(json_), *words],
        env=os.environ | {"BNGRADER_COURSE": str(FOLDER)},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def lines(journal: Path) -> int:
    """How many submissions a journal tells of."""
    return len(journal.read_bytes().splitlines()) if journal.exists() else 0


def entries(journal: Path) -> tuple[list[tuple[str, str]], int]:
    """Learner and unit of each line that is whole, and how many a kill has torn."""
    names, torn = [], 0
    for line in journal.read_bytes().splitlines():
        try:
            row = json.loads(line)
            names.append((row["learner"], row["unit"]))
        except ValueError:
            torn += 1
    return names, torn


def disturbed(
    rng: random.Random, every: float, count: int, init: bool
) -> tuple[Counter[str], dict[str, float]]:
    """Grades the class and kills; how many processes of each sort were killed, and how long the
    command was killed and started again for."""
    journal, killed, runs, judged = FOLDER / "journal.jsonl", Counter[str](), 0, 0
    start = time.perf_counter()
    while True:
        run = grade(FOLDER / "disturbed.json")
        runs += 1
        while run.poll() is None:
            time.sleep(rng.expovariate(1 / every))
            there = family(run.pid, init)
            if lines(journal) == judged and len(there) > 1:
                del there["command"]  # not twice before it did anything: it would never end
            name = rng.choices(list(there), [LEVELS[each] for each in there])[0]
            if run.poll() is None:
                try:
                    os.kill(rng.choice(there[name]), signal.SIGKILL)
                except ProcessLookupError:
                    continue
                killed[name] += 1
                judged = lines(journal) if name == "command" else judged
                print(f"{lines(journal)} of {count} judged, killed {dict(killed)}", flush=True)
        if run.returncode == 0:
            seconds = round(time.perf_counter() - start, 1)
            return killed, {"runs of the command": runs, "seconds": seconds}
        if run.returncode != -signal.SIGKILL:
            raise SystemExit(f"killed: command ended with {run.returncode}, expected 0.")


def left_alone(batch: float, count: int, init: bool) -> list[dict[str, float]]:
    """Grades the class again; how far it was, and what its judges and workers held, over time."""
    journal = FOLDER / "journal.jsonl"
    before, start, points = lines(journal), time.perf_counter(), []
    run = grade(FOLDER / "alone.json", "--force")
    while run.poll() is None:
        time.sleep(batch)
        there = family(run.pid, init)
        points.append(
            {
                "seconds": round(time.perf_counter() - start, 1),
                "done": lines(journal) - before,
                "judges_mb": round(resident(there.get("judge", [])), 1),
                "workers_mb": round(resident(there.get("worker", [])), 1),
            }
        )
        print(f"{points[-1]['done']} of {count} judged again, left alone", flush=True)
    if run.returncode != 0:
        raise SystemExit(f"killed: command ended with {run.returncode}, expected 0.")
    return points


def main(arguments: list[str]) -> None:
    """Runs both, compares, writes the results file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--count", type=int, default=5000, help="submissions (default 5000)")
    parser.add_argument("--every", type=float, default=5.0, help="mean seconds between kills")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    write_class(options.count)
    with Sandbox() as sandbox:
        tier = sandbox.tier
    init = tier == "namespaces"
    rng = random.Random(options.seed)
    killed, course = disturbed(rng, options.every, options.count, init)
    names, torn = entries(FOLDER / "journal.jsonl")
    points = left_alone(2.0, options.count, init)
    same = (FOLDER / "disturbed.json").read_bytes() == (FOLDER / "alone.json").read_bytes()
    results = {
        "submissions": options.count,
        "tier": tier,
        "killed": dict(killed),
        "disturbed": course,
        "journal lines": len(names),
        "torn lines": torn,
        "judged twice": len(names) - len(set(names)),
        "same bytes": same,
        "points": points[:: max(len(points) // 200, 1)],
    }
    origin = {
        "command": " ".join(["python -m benchmarks.chaos", *arguments]),
        "seed": options.seed,
        "device": "cpu",
        "cpu": cpu_model(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "date": datetime.now(UTC).date().isoformat(),
        "seconds": round(time.perf_counter() - start, 1),
    }
    text = json.dumps({"provenance": origin, "results": results}, indent=1)
    (RESULTS / "killed.json").write_text(text + "\n", encoding="utf-8")
    print({name: value for name, value in results.items() if name != "points"})
    if not same or len(set(names)) != options.count:
        raise SystemExit("killed: results differ, expected the same bytes.")


if __name__ == "__main__":
    main(sys.argv[1:])
