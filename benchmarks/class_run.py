"""The minutes of a class, from the command to the last page: judging, recording, feedback apart.

The same class is graded without and with the gradebook, again with nothing new, and again with
three new submissions, each by the command `bngrader grade`. nbgrader's `autograde` and
`generate_feedback` run on a part of the class. Use the ratios; the seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.cgroup_timer import CgroupTimer
from benchmarks.grading import RESULTS, SEED, submissions
from benchmarks.peer_graders import nbgrader
from benchmarks.provenance import provenance
from bngrader.authoring.notebooks import notebook_bytes
from bngrader.core.solutions import ROOT, questions
from bngrader.course.course import Course
from bngrader.grading.jobs import Job
from bnlab.kit.course import coded_units, unit, units

TARGETS = {
    "recording and pages over judging": ("at most", 2.0),
    "with the gradebook over without, nothing new": ("at most", 2.0),
    "times as fast as nbgrader autograde and generate_feedback": ("at least", 40.0),
}
SIZES = (30, 100, 300, 1000, 3000, 10_000)

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


def make_course(course: Course) -> None:
    """Write the assignments of a course and its gradebook."""
    from bngrader.gradebook.gradebook import make_assignments

    for each in units().values():
        source = course.root / "source" / each.name / f"{each.slug}.ipynb"
        source.parent.mkdir(parents=True)
        source.write_bytes(notebook_bytes(each))
    make_assignments(course)


def write_class(course: Course, learners: int) -> list[Job]:
    """Write a class in which each learner hands in each unit with code; return what they wrote."""
    jobs = submissions(learners)
    for number, job in enumerate(jobs):
        folder = course.submitted / job.learner / job.unit
        (folder / "bnlab").mkdir(parents=True)
        (folder / "bnlab" / f"{job.unit}.py").write_text(job.source or "", "utf-8")
        notebook = json.loads(notebook_bytes(unit(job.unit)))
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


def grade(course: Course, *words: str, timer: CgroupTimer | None = None) -> float:
    """Run the command on the class; return its seconds, of wall time or of a timer."""
    program = [str(Path(sys.executable).with_name("bngrader")), "grade"]
    clock = timer.seconds if timer else time.perf_counter
    start = clock()
    done = subprocess.run(
        [*program, "--course", str(course.root), *words],
        cwd=ROOT, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"bngrader grade: {done.stdout[-500:]}{done.stderr[-500:]}")
    return clock() - start


def recording(course: Course, report: Path) -> tuple[float, float]:
    """Record a class and write its pages; return the seconds of both."""
    done = subprocess.run(
        [sys.executable, "-c", PARTS, str(course.root), str(report)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    first, second, lines = json.loads(done.stdout.splitlines()[-1])
    if lines:
        raise RuntimeError(f"recording: {lines[:3]}")
    return first, second


def change_three(course: Course, mark: str) -> None:
    """Hand in three submissions again."""
    for path in sorted(course.submitted.glob("*/*/bnlab/*.py"))[:3]:
        path.write_text(f"{path.read_text('utf-8')}\n# {mark}\n", "utf-8")


def measure(learners: int, peer_submissions: int) -> dict[str, Any]:
    """Grade a class in all ways; return seconds."""
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        course, report = Course(Path(folder) / "course"), Path(folder) / "grades.json"
        make_course(course)
        jobs = write_class(course, learners)
        results["submissions"] = len(jobs)
        results["judging"] = grade(course, "--json", str(report))
        results["recording"], results["pages"] = recording(course, report)
        grade(course, "--gradebook")  # the report of another process can differ in its remarks
        timer = CgroupTimer()  # other jobs of the machine change wall times of a second most
        results["clock of the rest"] = timer.clock
        try:
            for what in ("nothing new", "three new"):
                for how, words in (("without", ()), ("with", ("--gradebook",))):
                    if what == "three new":
                        change_three(course, how)
                    results[f"{what}, {how}"] = grade(course, *words, timer=timer)
        finally:
            timer.close()
    if peer_submissions:
        some = jobs[: len(coded_units())]
        some = some[:: max(len(some) // peer_submissions, 1)]
        results["nbgrader"] = {"submissions": len(some), "seconds": nbgrader(some, feedback=True)}
    return results


def summarize(results: dict[str, Any]) -> dict[str, float]:
    """Return the ratios."""
    recorded = results["recording"] + results["pages"]
    figures = {
        "recording and pages over judging": recorded / results["judging"],
        "with the gradebook over without, nothing new": results["nothing new, with"]
        / results["nothing new, without"],
        "with the gradebook over without, three new": results["three new, with"]
        / results["three new, without"],
    }
    if "nbgrader" in results:
        ours = (results["judging"] + recorded) / results["submissions"]
        figures["times as fast as nbgrader autograde and generate_feedback"] = (
            results["nbgrader"]["seconds"] / ours
        )
    return {name: round(value, 3) for name, value in figures.items()}


def plot(results: dict[str, Any], path: Path) -> None:
    """Draw the seconds of a class by its size; all but the measured size are extrapolated."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    figure, axis = plt.subplots(figsize=(7, 4))
    count = results["submissions"]
    parts = {"judging": "o-", "recording": "s-", "pages": "^-"}
    for name, style in parts.items():
        axis.plot(SIZES, [results[name] * n / count for n in SIZES], style, label=name)
    grading = json.loads((RESULTS / "grading.json").read_text("utf-8"))["results"]
    peers = {"nbgrader autograde": grading.get("nbgrader"), "otter run": grading.get("otter")}
    peers["nbgrader autograde and generate_feedback"] = results.get("nbgrader")
    for name, peer in peers.items():
        if peer:
            axis.plot(SIZES, [peer["seconds"] * n for n in SIZES], "--", label=name)
    axis.set(xscale="log", yscale="log", xlabel="submissions", ylabel="seconds, extrapolated")
    axis.axvline(count, color="0.7", linewidth=1)
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(frameon=False, fontsize="small")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main(arguments: list[str]) -> None:
    """Measure, print each figure with its target, write results and plot."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.class_run", description=__doc__)
    parser.add_argument("--learners", type=int, default=300, help="learners (default 300)")
    parser.add_argument(
        "--peer-submissions", type=int, default=12, metavar="N", help="for nbgrader (default 12)"
    )
    parser.add_argument("--json", type=Path, default=RESULTS / "class_run.json")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    results = measure(options.learners, options.peer_submissions)
    figures = summarize(results)
    for name, value in figures.items():
        word, target = TARGETS.get(name, ("", None))
        missed = (value > target if word == "at most" else value < target) if target else False
        aim = f"   {word} {target:g}" if target else ""
        print(f"{name:60} {value:8.2f}{aim}{'   MISSED' if missed else ''}")
    origin = provenance("class_run", arguments, SEED, start, ("numpy", "torch", "nbgrader"))
    data = {"provenance": origin, "figures": figures, "results": results}
    options.json.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    plot(results, options.json.with_suffix(".svg"))


if __name__ == "__main__":
    main(sys.argv[1:])
