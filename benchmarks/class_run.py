"""The minutes of a class, from the command to the last page: judging, recording, feedback apart.

Classes of several sizes are graded by the command `bngrader grade`. The largest is graded without
and with the gradebook, again with nothing new, and again with three new submissions. nbgrader's
`autograde` and `generate_feedback` run on a part of the class. Use the ratios; the seconds depend
on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.cgroup_timer import CgroupTimer
from benchmarks.class_figure import plot
from benchmarks.gradebook_lock import SaveAttempts
from benchmarks.grading import RESULTS, SEED, submissions
from benchmarks.peer_graders import nbgrader
from benchmarks.provenance import provenance
from bngrader.authoring.notebooks import notebook_bytes
from bngrader.cli.console import progress
from bngrader.core.solutions import ROOT, questions
from bngrader.course.course import Course
from bngrader.grading.jobs import Job
from bnlab.kit.course import coded_units, unit, units

SIZES = (3, 25, 300)
"""Learners of the classes that are graded."""
TARGETS = {
    "with the gradebook over judging": ("at most", 3.0),
    "with the gradebook over without, nothing new": ("at most", 2.0),
    "times as fast as nbgrader autograde and generate_feedback": ("at least", 40.0),
    "longest lock of the gradebook, seconds": ("at most", 1.0),
}
POLL_S = 0.5

PARTS = """
import json, sys, time
from pathlib import Path
from bngrader.course.course import Course
from bngrader.course.grade import from_class_data
course = Course(Path(sys.argv[1]))
graded = from_class_data(json.loads(Path(sys.argv[2]).read_text()), course.submitted)
start = time.perf_counter()
from bngrader.gradebook import gradebook
lines = gradebook.record(course, graded)
recorded = time.perf_counter()
lines += gradebook.write_feedback(course, list(dict.fromkeys(e.submission.unit for e in graded)))
print(json.dumps([recorded - start, time.perf_counter() - recorded, lines]))
"""


# --- a class --------------------------------------------------------------------------------------


def make_course(course: Course) -> None:
    """Write the assignments of a course and its gradebook."""
    from bngrader.gradebook.gradebook import make_assignments

    for each in units().values():
        source = course.root / "source" / each.name / f"{each.slug}.ipynb"
        source.parent.mkdir(parents=True)
        source.write_bytes(notebook_bytes(each))
    make_assignments(course)


@cache
def _notebook_text(name: str) -> str:
    return notebook_bytes(unit(name)).decode()


def write_class(course: Course, learners: int) -> list[Job]:
    """Write a class in which each learner hands in each unit with code; return what they wrote."""
    jobs = submissions(learners)
    for number, job in enumerate(jobs):
        folder = course.submitted / job.learner / job.unit
        (folder / "bnlab").mkdir(parents=True)
        (folder / "bnlab" / f"{job.unit}.py").write_text(job.source or "", "utf-8")
        notebook = json.loads(_notebook_text(job.unit))
        for cell in notebook["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            kind, _, name = grade_id.partition("-")
            if kind == "quiz":
                cell["source"] = [f"{name} = {questions(job.unit)[name]['answer']!r}"]
            elif kind == "written":
                cell["source"] = [f"The answer of submission {number}."]
        path = folder / f"{unit(job.unit).slug}.ipynb"
        path.write_text(json.dumps(notebook), "utf-8")
    return jobs


def change_three(course: Course, mark: str) -> None:
    """Hand in three submissions again."""
    for path in sorted(course.submitted.glob("*/*/bnlab/*.py"))[:3]:
        path.write_text(f"{path.read_text('utf-8')}\n# {mark}\n", "utf-8")


# --- the commands ---------------------------------------------------------------------------------


class Steps:
    """Runs the commands on one class, with a progress bar for each.

    Args:
        course: the course.
        count: submissions of the class.
    """

    def __init__(self, course: Course, count: int):
        self._course, self._count = course, count

    def grade(
        self, what: str, *words: str, clock: Callable[[], float] = time.perf_counter
    ) -> float:
        """Run `bngrader grade` on the class; return its seconds on the clock."""
        program = [str(Path(sys.executable).with_name("bngrader")), "grade"]
        start = clock()
        self._run(what, [*program, "--course", str(self._course.root), *words], self._judged)
        return clock() - start

    def record(self, report: Path) -> tuple[float, float]:
        """Record the class and write its pages; return the seconds of both."""
        words = [sys.executable, "-c", PARTS, str(self._course.root), str(report)]
        said = self._run("recording and pages", words, self._pages)
        first, second, lines = json.loads(said.splitlines()[-1])
        if lines:
            raise RuntimeError(f"recording: {lines[:3]}")
        return first, second

    def _run(self, what: str, words: list[str], done: Callable[[], int]) -> str:
        variables = os.environ | {"OMP_NUM_THREADS": "1"}
        with tempfile.TemporaryFile("w+") as output, progress() as bar:
            row = bar.add_task(f"{self._count} submissions, {what}", total=self._count)
            process = subprocess.Popen(
                words, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env=variables
            )
            while process.poll() is None:
                try:
                    process.wait(POLL_S)
                except subprocess.TimeoutExpired:
                    bar.update(row, completed=done())
            bar.update(row, completed=self._count)
            output.seek(0)
            said = output.read()
        if process.returncode:
            raise RuntimeError(f"{' '.join(words[:2])}: {said[-1000:]}")
        return said

    def _judged(self) -> int:
        path = self._course.journal()
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def _pages(self) -> int:
        return sum(1 for _ in self._course.feedback.glob("*/*/*.html"))


def measure(learners: int, again: bool) -> dict[str, Any]:
    """Grade a class of a size; return seconds.

    Args:
        learners: its size.
        again: whether to grade it again as well, with nothing new and with three new submissions.
    """
    results: dict[str, Any] = {"learners": learners}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        course, report = Course(Path(folder) / "course"), Path(folder) / "grades.json"
        make_course(course)
        results["submissions"] = len(write_class(course, learners))
        steps = Steps(course, results["submissions"])
        results["judging"] = steps.grade("judging", "--json", str(report))
        with SaveAttempts(course.gradebook) as attempts:
            results["recording"], results["pages"] = steps.record(report)
        results["lock"] = {"longest": attempts.longest, "attempts": attempts.count}
        if not again:
            return results
        # The report of another process can differ in its remarks: write what then has changed.
        steps.grade("all the rest", "--gradebook")
        timer = CgroupTimer()  # other jobs of the machine change wall times of a second most
        results["clock of the rest"] = timer.clock
        try:
            for what in ("nothing new", "three new"):
                for how, words in (("without", ()), ("with", ("--gradebook",))):
                    if what == "three new":
                        change_three(course, how)
                    name = f"{what}, {how}"
                    results[name] = steps.grade(name, *words, clock=timer.seconds)
        finally:
            timer.close()
    return results


def summarize(results: dict[str, Any]) -> dict[str, float]:
    """Return the ratios of the largest class."""
    largest = list(results["classes"].values())[-1]
    recorded = largest["recording"] + largest["pages"]
    figures = {
        "with the gradebook over judging": 1 + recorded / largest["judging"],
        "with the gradebook over without, nothing new": largest["nothing new, with"]
        / largest["nothing new, without"],
        "seconds more with three new than with nothing new": largest["three new, with"]
        - largest["nothing new, with"],
        "longest lock of the gradebook, seconds": largest["lock"]["longest"],
    }
    if "nbgrader" in results:
        ours = (largest["judging"] + recorded) / largest["submissions"]
        figures["times as fast as nbgrader autograde and generate_feedback"] = (
            results["nbgrader"]["seconds"] / ours
        )
    return {name: round(value, 3) for name, value in figures.items()}


def show(results: dict[str, Any], figures: dict[str, float]) -> None:
    """Print the seconds of each class, then each figure with its target."""
    for each in results["classes"].values():
        parts = ", ".join(
            f"{name} {each[name]:.1f} s" for name in ("judging", "recording", "pages")
        )
        print(f"{each['submissions']:6} submissions: {parts}")
    for name, value in figures.items():
        word, target = TARGETS.get(name, ("", None))
        missed = (value > target if word == "at most" else value < target) if target else False
        aim = f"   {word} {target:g}" if target else ""
        print(f"{name:60} {value:8.2f}{aim}{'   MISSED' if missed else ''}")


def main(arguments: list[str]) -> None:
    """Measure, print each figure with its target, write results and plot."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.class_run", description=__doc__)
    parser.add_argument(
        "--learners", type=int, nargs="+", default=SIZES, metavar="N",
        help=f"sizes of the classes (default {' '.join(map(str, SIZES))})",
    )  # fmt: skip
    parser.add_argument(
        "--peer-submissions", type=int, default=36, metavar="N", help="for nbgrader (default 36)"
    )
    parser.add_argument("--json", type=Path, default=RESULTS / "class_run.json")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    sizes = sorted(options.learners)
    classes = [measure(each, again=each == sizes[-1]) for each in sizes]
    results: dict[str, Any] = {"classes": {str(each["submissions"]): each for each in classes}}
    if options.peer_submissions:
        rounds = -(-options.peer_submissions // len(coded_units()))
        # nbgrader gets the references: it would run a failed test once, and the grader twice.
        jobs = submissions(3 * rounds)
        some = [job for job in jobs if int(job.learner[1:]) % 3 == 0][: options.peer_submissions]
        print(f"nbgrader on {len(some)} submissions ...", flush=True)
        results["nbgrader"] = {"submissions": len(some), "seconds": nbgrader(some, feedback=True)}
    figures = summarize(results)
    show(results, figures)
    origin = provenance("class_run", arguments, SEED, start, ("numpy", "torch", "nbgrader"))
    data = {"provenance": origin, "figures": figures, "results": results}
    options.json.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    plot(results, options.json.with_suffix(".svg"))


if __name__ == "__main__":
    main(sys.argv[1:])
