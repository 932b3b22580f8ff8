"""`bngrader grade --gradebook` while it is killed at random points, and what is left of it.

Before each run some submissions change: quiz and written answers, and at times the module, so that
there is something to judge, to record and to write. SIGKILL goes to the command at a random time,
or with `--aim pages` when a random number of pages have been written, which takes a small part of
the time of a run. The last run ends by itself. The gradebook, the graded notebooks and the pages
must then equal those of a course that was graded once, without kills, from the same files.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.class_run import make_course, write_class
from benchmarks.grading import RESULTS
from benchmarks.provenance import provenance
from bngrader.cli.main import main as main_of_bngrader
from bngrader.core.solutions import questions
from bngrader.course.course import Course
from bngrader.gradebook import database
from bnlab.kit.course import units

CHANGED = 8
"""Submissions that change before each run."""
PAGE_S = 0.05
"""About the time of one page."""


def change(course: Course, rng: random.Random, modules: float = 0.0) -> None:
    """Hand in some submissions with other answers.

    Args:
        modules: the share of these whose module changes, too, so that it is judged again.
    """
    paths = sorted(course.submitted.glob("*/*/*.ipynb"))
    for path in rng.sample(paths, min(CHANGED, len(paths))):
        name = path.parent.name
        notebook = json.loads(path.read_text("utf-8"))
        for cell in notebook["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            kind, _, question = grade_id.partition("-")
            if kind == "quiz":
                right = questions(name)[question]["answer"]
                cell["source"] = [f"{question} = {rng.choice([right, 'wrong'])!r}"]
            elif kind == "written":
                cell["source"] = [f"Answer number {rng.randrange(10**6)}."]
        path.write_text(json.dumps(notebook), "utf-8")
        if rng.random() < modules:
            module = path.parent / "bnlab" / f"{name}.py"
            module.write_text(f"{module.read_text('utf-8')}\n# {rng.random()}\n", "utf-8")


class Run:
    """The command on a class, in a fork of this process."""

    def __init__(self, course: Course):
        words = ["grade", "--gradebook", "-j", "1", "--course", str(course.root)]
        words += ["--json", str(course.root / "grades.json")]
        self._pid = os.fork()
        if self._pid == 0:
            quiet = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(quiet, descriptor)
            try:
                os._exit(main_of_bngrader(words))
            finally:
                os._exit(1)

    def wait(self, seconds: float = 600.0) -> int | None:
        """Return its exit code, None if it still runs after so many seconds."""
        end = time.perf_counter() + seconds
        while True:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if time.perf_counter() >= end:
                return None
            time.sleep(0.005)

    def kill(self) -> None:
        """Kill it and wait for its end."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def import_everything() -> None:
    """Import what the command imports when it needs it."""
    for name in (
        "course.class_report", "course.grade", "grading.pool", "gradebook.gradebook",
        "gradebook.writer", "gradebook.pages", "gradebook.late",
    ):  # fmt: skip
        import_module(f"bngrader.{name}")


def finish(course: Course) -> float:
    """Let the command end by itself; return its seconds."""
    begun = time.perf_counter()
    code = Run(course).wait()
    if code:
        raise SystemExit(f"gradebook_kills: the command ended with {code}, expected 0.")
    return time.perf_counter() - begun


def rows(course: Course) -> dict[str, Any]:
    """Return what the gradebook says of each submission, without the random ids of its rows."""
    with closing(sqlite3.connect(course.gradebook)) as base:
        (state,) = base.execute("pragma integrity_check").fetchone()
        if state != "ok":
            raise SystemExit(f"gradebook_kills: the gradebook is damaged ({state}).")
        book = database.read(base.execute, units())
    return {
        "/".join(name): [
            each.timestamp, each.penalty,
            {k: (g.auto, g.manual, g.extra, g.pending) for k, g in each.grades.items()},
            {k: (c.auto, c.manual) for k, c in each.comments.items()},
        ]
        for name, each in book.submissions.items()
    }  # fmt: skip


def files(course: Course) -> dict[str, bytes]:
    """Return the graded notebooks and pages by path."""
    return {
        str(path.relative_to(course.root)): path.read_bytes()
        for folder in (course.autograded, course.feedback)
        for path in folder.rglob("*")
        if path.is_file()
    }


def kill_at_random(course: Course, rng: random.Random, latest: float, aim: str = "") -> str:
    """Run the command, kill it, and return how far it had got.

    Args:
        latest: the kill comes at a random time, up to so many seconds.
        aim: "pages" for a kill when a random number of pages have been written.
    """
    before, since = rows(course), time.time_ns()
    run = Run(course)
    ended = run_to_a_page(run, course, rng, since) if aim else run.wait(rng.uniform(0, latest))
    if ended is not None:
        return "ended before the kill"
    run.kill()
    if new_pages(course, since):
        return "while pages were written"
    if rows(course) != before:
        return "while marks were recorded"
    return "before anything was recorded"


def run_to_a_page(run: Run, course: Course, rng: random.Random, since: int) -> int | None:
    """Let a run go on until a random number of pages are new, and a little longer.

    Returns:
        its exit code if it ended first, else None.
    """
    wanted, code = rng.randint(1, CHANGED - 1), None
    while code is None and new_pages(course, since) < wanted:
        code = run.wait(0.0)
    return run.wait(rng.uniform(0, PAGE_S)) if code is None else code


def new_pages(course: Course, since: int) -> int:
    """Return how many pages are newer than a time, in nanoseconds."""
    pages = course.feedback.rglob("*.html")
    with suppress(FileNotFoundError):  # a folder that is being replaced
        return sum(path.stat().st_mtime_ns > since for path in pages)
    return 0


def compare(killed: Course, undisturbed: Course) -> dict[str, list[str]]:
    """Return what differs between two courses: submissions by rows, and files."""
    pairs = {
        "rows": (rows(killed), rows(undisturbed)),
        "files": (files(killed), files(undisturbed)),
    }
    return {
        what: sorted(each for each in one.keys() | other if one.get(each) != other.get(each))
        for what, (one, other) in pairs.items()
    }


def measure(
    learners: int,
    kills: int,
    seed: int,
    modules: float = 0.0,
    say: Callable[[str], None] = lambda _: None,
    aim: str = "",
) -> dict[str, Any]:
    """Kill the command so many times, and compare with a run without kills."""
    import_everything()
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        killed, undisturbed = (Course(Path(folder) / name) for name in ("killed", "undisturbed"))
        make_course(killed)
        count = len(write_class(killed, learners))
        shutil.copytree(killed.root, undisturbed.root)
        finish(killed)
        change(killed, rng)
        latest = finish(killed)
        when: Counter[str] = Counter()
        while when.total() - when["ended before the kill"] < kills:
            change(killed, rng, modules)
            when[kill_at_random(killed, rng, latest, aim)] += 1
            say(f"{when.total()} runs: {dict(when)}")
        finish(killed)
        shutil.rmtree(undisturbed.submitted)
        shutil.copytree(killed.submitted, undisturbed.submitted)
        shutil.copy(killed.root / "secret", undisturbed.root / "secret")
        finish(undisturbed)
        different = compare(killed, undisturbed)
        same_report = (killed.root / "grades.json").read_bytes() == (
            undisturbed.root / "grades.json"
        ).read_bytes()
        again = finish(killed)
        return {
            "submissions": count,
            "kills": {name: n for name, n in when.items() if name != "ended before the kill"},
            "ended before the kill": when["ended before the kill"],
            "pages": len(list(killed.feedback.rglob("*.html"))),
            "rows that differ": different["rows"],
            "files that differ": different["files"],
            "same": not any(different.values()) and same_report,
            "seconds of a run without kills": round(latest, 1),
            "seconds with nothing new": round(again, 1),
        }


def main(arguments: list[str]) -> None:
    """Measure, and write the results file."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gradebook_kills", description=__doc__
    )
    parser.add_argument("--learners", type=int, default=2, help="learners (default 2)")
    parser.add_argument("--kills", type=int, default=100, help="kills (default 100)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--modules", type=float, default=0.0, metavar="SHARE",
        help="share of changed submissions whose module changes, too (default 0)",
    )  # fmt: skip
    parser.add_argument("--aim", choices=("pages",), default="", help="when to kill")
    parser.add_argument("--json", type=Path, default=RESULTS / "gradebook_kills.json")
    options = parser.parse_args(arguments)
    begun = time.perf_counter()
    results = measure(
        options.learners,
        options.kills,
        options.seed,
        options.modules,
        lambda line: print(line, flush=True),
        options.aim,
    )
    origin = provenance("gradebook_kills", arguments, options.seed, begun, ("nbgrader",))
    text = json.dumps({"provenance": origin, "results": results}, indent=1)
    options.json.write_text(text + "\n", encoding="utf-8")
    print(results)
    if not results["same"]:
        raise SystemExit("gradebook_kills: the courses differ, expected the same.")


if __name__ == "__main__":
    main(sys.argv[1:])
