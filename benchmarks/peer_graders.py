"""nbgrader and Otter-Grader, each in its own environment in `_build/bench`, made on first use.

Each gets the same submissions and hidden tests, in notebooks of its own format: the module in one
cell, and for each task a cell or file that runs the tests (`peer_notebook.assert_passes`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bngrader.core.solutions import ROOT
from bngrader.grading.jobs import Job
from bnlab.kit.course import units

BENCH = ROOT / "_build" / "bench"
PEERS = {"nbgrader": "nbgrader==0.9.6", "otter": "otter-grader==7.0.0"}
LIBRARIES = ("ipykernel", "torch==2.13.0", "numpy==2.4.6", "scipy==1.17.1")


def environment(peer: str) -> Path:
    """Return the programs of a peer's Python environment; install it where it is missing."""
    folder = BENCH / peer
    ready = folder / ".ready"
    if not ready.exists():
        print(f"Installing {PEERS[peer]} into {folder.relative_to(ROOT)}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q"]
        subprocess.run([*pip, PEERS[peer], *LIBRARIES], check=True)
        ready.touch()
    return folder / "bin"


def notebook(job: Job | None, unit: str, graded: bool) -> dict[str, Any]:
    """Return a notebook with the module in one cell and one cell of tests for each task."""
    source = job.source if job else "# BEGIN SOLUTION\npass\n# END SOLUTION\n"
    cells = [_cell(source or "", {"grade_id": "module", "solution": True, "grade": False}, graded)]
    for task in units()[unit].tasks:
        tests = (
            f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
            "from benchmarks import peer_notebook\n"
            f"peer_notebook.assert_passes({unit!r}, {task.name!r}, globals())"
        )
        marks = {"grade_id": task.name.replace(".", "-"), "solution": False, "grade": True}
        cells.append(_cell(tests, marks | {"points": task.points}, graded))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _cell(source: str, marks: dict[str, Any], graded: bool) -> dict[str, Any]:
    marks = {"locked": not marks["solution"], "schema_version": 3, "task": False} | marks
    return {
        "cell_type": "code", "id": marks["grade_id"][:60], "source": source, "outputs": [],
        "metadata": {"nbgrader": marks} if graded else {}, "execution_count": None,
    }  # fmt: skip


def nbgrader(jobs: Sequence[Job], feedback: bool = False) -> float:
    """Return the seconds per submission of `nbgrader autograde`, including its start.

    Args:
        jobs: the submissions.
        feedback: whether to include `nbgrader generate_feedback`.
    """
    bin_ = environment("nbgrader")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        course = Path(folder)
        for job in jobs:
            source = course / "source" / "lab" / f"{job.unit}.ipynb"
            handed_in = course / "submitted" / job.learner / "lab" / source.name
            for path, text in ((source, None), (handed_in, job)):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps(notebook(text, job.unit, True)))
        variables = os.environ | {"PATH": f"{bin_}:{os.environ['PATH']}", "HOME": folder}
        variables |= {"OMP_NUM_THREADS": "1"}
        words = [str(bin_ / "nbgrader")]
        _run([*words, "generate_assignment", "lab"], course, variables)
        start = time.perf_counter()
        said = _run([*words, "autograde", "lab"], course, variables)
        if feedback:
            _run([*words, "generate_feedback", "lab"], course, variables)
        seconds = time.perf_counter() - start
        graded = list((course / "autograded").rglob("*.ipynb"))
        if len(graded) != len(jobs):
            raise RuntimeError(f"nbgrader: {len(graded)} of {len(jobs)} graded\n{said}")
        if any('"output_type": "error"' in path.read_text() for path in graded):
            raise RuntimeError("nbgrader: a right submission failed, expected its tests to pass.")
    return seconds / len(jobs)


def _run(words: list[str], place: Path, variables: dict[str, str]) -> str:
    """Run a command of a peer; return its output."""
    done = subprocess.run(words, cwd=place, env=variables, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{Path(words[0]).name} {words[1]}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def otter(jobs: Sequence[Job]) -> float:
    """Return the seconds per submission of `otter run`, which grades one per command."""
    bin_ = environment("otter")
    total = 0.0
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        variables = os.environ | {"PATH": f"{bin_}:{os.environ['PATH']}", "HOME": folder}
        variables |= {"OMP_NUM_THREADS": "1"}
        for number, job in enumerate(jobs):
            place = Path(folder) / str(number)
            (place / "tests").mkdir(parents=True)
            for task in units()[job.unit].tasks:
                name = task.name.replace(".", "_")
                (place / "tests" / f"{name}.py").write_text(
                    "OK_FORMAT = False\nfrom otter.test_files import test_case\n"
                    f"name = {name!r}\npoints = {task.points}\n\n"
                    f"@test_case(points={task.points})\ndef test_all(env):\n"
                    f"    import sys; sys.path.insert(0, {str(ROOT)!r})\n"
                    "    from benchmarks import peer_notebook\n"
                    f"    peer_notebook.assert_passes({job.unit!r}, {task.name!r}, env)\n"
                )
            text = json.dumps(notebook(job, job.unit, False))
            (place / "lab.ipynb").write_text(text)
            command = str(bin_ / "otter")
            _run([command, "generate", "-t", "tests", "--no-environment"], place, variables)
            start = time.perf_counter()
            said = _run([command, "run", "-a", "autograder.zip", "lab.ipynb"], place, variables)
            total += time.perf_counter() - start
            if not (place / "results.json").exists():
                raise RuntimeError(f"otter: {job.unit} failed\n{said}")
            tests = json.loads((place / "results.json").read_text())["tests"]
            if any(test.get("score", 0) != test.get("max_score") for test in tests[1:]):
                raise RuntimeError(f"otter: right {job.unit} failed, expected full marks.")
    return total / len(jobs)
