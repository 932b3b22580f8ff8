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

from benchmarks.grading import RESULTS, ROOT, submissions
from benchmarks.speed import cpu_model

FOLDER = ROOT / "_build" / "bench" / "killed"
LEVELS = ("command", "judge", "worker", "child")


def write_class(count: int) -> Path:
    """The folder of a class with so many submissions, all different."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    rounds = -(-count // len(submissions(1)))
    for work in submissions(rounds)[:count]:
        place = FOLDER / "submitted" / work.learner / work.stem / "bnlab"
        place.mkdir(parents=True)
        (place / f"{work.stem}.py").write_text(work.source or "")
    return FOLDER / "submitted"


def below(pid: int) -> list[list[int]]:
    """The processes under one, level by level."""
    levels, here = [], [pid]
    while here:
        under = []
        for each in here:
            try:
                text = Path(f"/proc/{each}/task/{each}/children").read_text()
            except OSError:
                continue
            under += [int(word) for word in text.split()]
        levels.append(under)
        here = under
    return levels


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
        [sys.executable, "-m", "bngrader.doors.cli", "grade", str(FOLDER / "submitted"),
         "--json", str(json_), *words],
        env=os.environ | {"BNGRADER_COURSE": str(FOLDER)},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def disturbed(rng: random.Random, every: float) -> Counter[str]:
    """Grades the class and kills; how many processes of each level were killed."""
    killed: Counter[str] = Counter()
    while True:
        run = grade(FOLDER / "disturbed.json")
        while run.poll() is None:
            time.sleep(rng.expovariate(1 / every))
            levels = [[run.pid], *below(run.pid)]
            level = rng.choices(range(4), weights=(1, 3, 3, 3))[0]
            # Between a judge and its worker may stand a process that only waits.
            pids = levels[min(level, len(levels) - 1)]
            if run.poll() is None and pids:
                try:
                    os.kill(rng.choice(pids), signal.SIGKILL)
                except ProcessLookupError:
                    continue
                killed[LEVELS[min(level, len(levels) - 1)]] += 1
        if run.returncode == 0:
            return killed
        if run.returncode != -signal.SIGKILL:
            raise SystemExit(f"killed: command ended with {run.returncode}, expected 0.")


def left_alone(batch: float) -> list[dict[str, float]]:
    """Grades the class again; how far it was, and what its judges and workers held, over time."""
    journal = FOLDER / "journal.jsonl"
    before, start, points = len(journal.read_bytes().splitlines()), time.perf_counter(), []
    run = grade(FOLDER / "alone.json", "--again")
    while run.poll() is None:
        time.sleep(batch)
        levels = below(run.pid)
        done = len(journal.read_bytes().splitlines()) - before
        points.append(
            {
                "seconds": round(time.perf_counter() - start, 1),
                "done": done,
                "judges_mb": round(resident(levels[0]), 1),
                "workers_mb": round(resident([pid for level in levels[1:3] for pid in level]), 1),
            }
        )
    return points


def main(arguments: list[str]) -> None:
    """Runs both, compares, writes the results file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.killed", description=__doc__)
    parser.add_argument("--count", type=int, default=5000, help="submissions (default 5000)")
    parser.add_argument("--every", type=float, default=5.0, help="mean seconds between kills")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    write_class(options.count)
    killed = disturbed(random.Random(options.seed), options.every)
    rows = [json.loads(line) for line in (FOLDER / "journal.jsonl").read_bytes().splitlines()]
    names = [(row["learner"], row["stem"]) for row in rows]
    points = left_alone(2.0)
    same = (FOLDER / "disturbed.json").read_bytes() == (FOLDER / "alone.json").read_bytes()
    results = {
        "submissions": options.count,
        "killed": dict(killed),
        "journal lines": len(names),
        "judged twice": len(names) - len(set(names)),
        "same bytes": same,
        "points": points[:: max(len(points) // 200, 1)],
    }
    origin = {
        "command": " ".join(["python -m benchmarks.killed", *arguments]),
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
