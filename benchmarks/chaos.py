"""Grading a class while its processes are killed at random times.

`bngrader grade` runs as a teacher runs it. At random times SIGKILL goes to one of its processes:
the command, a judge process, an init process, a fork server or a child. The command is started
again whenever it was killed. Then the same class is graded without kills, in a course of its own.
Both results must have the same bytes, and the journal of the first run must hold every submission
once.

With `--gradebook` the class hands in notebooks, too, and the run records and writes the pages. The
gradebook, the graded notebooks and the pages must then be the same as well.

    python -m benchmarks.chaos --count 5000 --every 3 --gradebook --json chaos_gradebook.json

If it is stopped, the same command goes on where it was; a finished one begins anew.
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
from collections.abc import Sequence
from pathlib import Path

from benchmarks import class_run, gradebook_kills
from benchmarks.grading import RESULTS, submissions
from benchmarks.provenance import provenance
from bngrader.core.solutions import ROOT
from bngrader.course.course import Course
from bngrader.sandbox.sandbox import Sandbox

FOLDER = ROOT / "_build" / "bench" / "chaos"
COURSE, UNDISTURBED = Course(FOLDER / "killed"), Course(FOLDER / "undisturbed")
BEGUN, SURVIVED = FOLDER / "begun.json", FOLDER / "survived.json"
"""The arguments of a run that is not finished, and the results of its part with kills."""
KILLED = FOLDER / "killed.json"
"""The kills so far, those before this program was stopped as well."""
KILLS = {"command": 1, "judge": 2, "init": 2, "fork server": 2, "child": 8}
"""Sorts of processes, parents first, with the relative frequency of kills.

The command is killed seldom, because a new one starts all others again. In the tier `namespaces`
an init process, as in a container, is the parent of the fork server.
"""
POINTS_INTERVAL_S = 2.0


def write_class(count: int, gradebook: bool = False) -> None:
    """Write a class of `count` different submissions, with notebooks for a gradebook, twice."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    if gradebook:
        class_run.make_course(COURSE)
        class_run.write_class(COURSE, count // len(submissions(1)))
    else:
        rounds = -(-count // len(submissions(1)))
        for work in submissions(rounds)[:count]:
            folder = COURSE.submitted / work.learner / work.unit / "bnlab"
            folder.mkdir(parents=True)
            (folder / f"{work.unit}.py").write_text(work.source or "")
    COURSE.secret()  # hidden inputs depend on it
    shutil.copytree(COURSE.root, UNDISTURBED.root)


def children(pid: int) -> list[int]:
    """Return the children of a process, whichever of its threads started them."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(word) for word in path.read_text().split()]
        except OSError:
            continue
    return found


def process_tree(command: int, init: bool) -> dict[str, list[int]]:
    """Return the processes of a run by their sort; sorts without a process are left out."""
    found, level = {}, [command]
    for name in (name for name in KILLS if init or name != "init"):
        found[name] = level
        level = [pid for each in level for pid in children(each)]
    return {name: pids for name, pids in found.items() if pids}


def resident_mb(pids: list[int]) -> float:
    """Return the resident memory of processes in megabytes."""
    kilobytes = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return kilobytes / 1024


def grade(course: Course, *words: str) -> subprocess.Popen[bytes]:
    """Start `bngrader grade` on the class of a course."""
    return subprocess.Popen(
        [sys.executable, "-m", "bngrader.cli.main", "grade", str(course.submitted),
         "--json", str(results_of(course)), *words],
        env=os.environ | {"BNGRADER_COURSE": str(course.root)},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def results_of(course: Course) -> Path:
    """Return the file of points and verdicts that a run writes."""
    return course.root / "grades.json"


def line_count(journal: Path) -> int:
    """Return the number of submissions in a journal."""
    return len(journal.read_bytes().splitlines()) if journal.exists() else 0


def entries(journal: Path) -> tuple[list[tuple[str, str]], int]:
    """Return learner and unit of each complete line, and the number of torn lines."""
    names, torn = [], 0
    for line in journal.read_bytes().splitlines():
        try:
            row = json.loads(line)
            names.append((row["learner"], row["unit"]))
        except ValueError:
            torn += 1
    return names, torn


def state(course: Course) -> tuple[dict[str, object], dict[str, bytes]]:
    """Return what the gradebook says, and graded notebooks and pages by path."""
    return gradebook_kills.rows(course), gradebook_kills.files(course)


def grade_with_kills(
    rng: random.Random, every: float, count: int, init: bool, words: Sequence[str]
) -> tuple[Counter[str], dict[str, float]]:
    """Grade the class and kill processes until the command ends by itself.

    Args:
        every: mean seconds between two kills.
        init: whether the tier has init processes.
        words: further words of the command.

    Returns:
        The number of kills of each sort; the number of runs of the command and their seconds.
    """
    journal, runs, judged = COURSE.root / "journal.jsonl", 0, 0
    killed = Counter[str](json.loads(KILLED.read_text()) if KILLED.exists() else {})
    start = time.perf_counter()
    while True:
        run, before = grade(COURSE, *words), killed.total()
        runs += 1
        while run.poll() is None:
            time.sleep(rng.expovariate(1 / every))
            there = process_tree(run.pid, init)
            if line_count(journal) == judged and len(there) > 1:
                del there["command"]  # killed again before it judged anything, it would never end
            name = rng.choices(list(there), [KILLS[each] for each in there])[0]
            if run.poll() is None:
                try:
                    os.kill(rng.choice(there[name]), signal.SIGKILL)
                except ProcessLookupError:
                    continue
                killed[name] += 1
                KILLED.write_text(json.dumps(killed))
                judged = line_count(journal) if name == "command" else judged
                print(f"{line_count(journal)} of {count} judged, kills: {dict(killed)}", flush=True)
        if run.returncode == 0:
            seconds = round(time.perf_counter() - start, 1)
            return killed, {"runs of the command": runs, "seconds": seconds}
        # Where every start of a judge process was killed, the command gives up and says so.
        if run.returncode != -signal.SIGKILL and killed.total() == before:
            raise SystemExit(f"chaos: the command ended with {run.returncode}, expected 0.")


def grade_without_kills(count: int, init: bool, words: Sequence[str]) -> list[dict[str, float]]:
    """Grade the copy; return progress and memory every `POINTS_INTERVAL_S` seconds."""
    journal = UNDISTURBED.root / "journal.jsonl"
    start, points = time.perf_counter(), []
    run = grade(UNDISTURBED, *words)
    while run.poll() is None:
        time.sleep(POINTS_INTERVAL_S)
        there = process_tree(run.pid, init)
        points.append(
            {
                "seconds": round(time.perf_counter() - start, 1),
                "done": line_count(journal),
                "judges_mb": round(resident_mb(there.get("judge", [])), 1),
                "forkservers_mb": round(resident_mb(there.get("fork server", [])), 1),
            }
        )
        print(f"{points[-1]['done']} of {count} graded without kills", flush=True)
    if run.returncode != 0:
        raise SystemExit(f"chaos: the command ended with {run.returncode}, expected 0.")
    return points


def main(arguments: list[str]) -> None:
    """Grade with and without kills, compare, write the results file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--count", type=int, default=5000, help="submissions (default 5000)")
    parser.add_argument("--every", type=float, default=5.0, help="mean seconds between kills")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--gradebook", action="store_true", help="record marks and write pages")
    parser.add_argument("--json", type=Path, default=RESULTS / "chaos.json")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    words = ["--gradebook"] if options.gradebook else []
    begun = json.dumps({**vars(options), "json": ""})
    if not BEGUN.exists() or BEGUN.read_text() != begun:
        write_class(options.count, options.gradebook)
        BEGUN.write_text(begun)
    count = len(list(COURSE.submitted.glob("*/*")))
    with Sandbox() as sandbox:
        tier = sandbox.tier
    init = tier == "namespaces"
    if not SURVIVED.exists():
        # Other kills than before, where an earlier run of this program was stopped.
        rng = random.Random(options.seed + line_count(COURSE.root / "journal.jsonl"))
        survived = grade_with_kills(rng, options.every, count, init, words)
        SURVIVED.write_text(json.dumps(survived))
    killed, course = json.loads(SURVIVED.read_text())
    names, torn = entries(COURSE.root / "journal.jsonl")
    points = grade_without_kills(count, init, words)
    same = results_of(COURSE).read_bytes() == results_of(UNDISTURBED).read_bytes()
    recorded = state(COURSE) == state(UNDISTURBED) if options.gradebook else None
    results = {
        "submissions": count,
        "tier": tier,
        "kills": killed,
        "with kills": course,
        "journal lines": len(names),
        "torn lines": torn,
        "judged twice": len(names) - len(set(names)),
        "same bytes": same,
        **({} if recorded is None else {"same gradebook and pages": recorded}),
        "points": points[:: max(len(points) // 200, 1)],
    }
    origin = provenance("chaos", arguments, options.seed, start)
    text = json.dumps({"provenance": origin, "results": results}, indent=1)
    options.json.write_text(text + "\n", encoding="utf-8")
    print({name: value for name, value in results.items() if name != "points"})
    BEGUN.unlink()
    if not same or recorded is False or len(set(names)) != count:
        raise SystemExit("chaos: the results differ, or a submission is missing from the journal.")


if __name__ == "__main__":
    main(sys.argv[1:])
