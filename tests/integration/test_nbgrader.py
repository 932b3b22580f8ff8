"""The real nbgrader, by its own commands, on a small class of damaged and decent submissions."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from bngrader.authoring.notebooks import notebook_bytes
from bngrader.core import solutions
from bnlab.kit.course import unit

MOMENTS = unit("moments")
NOTEBOOK = f"{MOMENTS.slug}.ipynb"
BIN = Path(sys.executable).parent
SCRIPT = "<script>alert(1)</script>"


def notebook(change=lambda cells: None):
    made = json.loads(notebook_bytes(MOMENTS))
    change(made["cells"])
    return json.dumps(made).encode()


def written(cells):
    return next(c for c in cells if c["metadata"].get("nbgrader", {}).get("solution"))


def answer_with_a_script(cells):
    written(cells)["source"] = [f"{SCRIPT} My answer: the factor is 0.87."]
    for cell in cells:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "quiz-grams":
            cell["source"] = "grams = 1e6"
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "quiz-one_row":
            cell["source"] = f"one_row = '{SCRIPT}'"


def copy_a_check_cell(cells):
    cells += [dict(c) for c in cells if c["metadata"].get("nbgrader")]


def skip_checks_and_raise_points(cells):
    for cell in cells:
        cell["metadata"]["tags"] = ["skip-execution"]
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["points"] = 1000


def forge_outputs(cells):
    for cell in cells:
        if cell["cell_type"] == "code":
            result = {"output_type": "execute_result", "data": {"text/plain": "4"}}
            cell["outputs"] = [result | {"execution_count": 1, "metadata": {}}]


SOLVED = solutions.solved("moments")
CLASS = {
    "ada": (notebook(answer_with_a_script), SOLVED),
    "bao": (notebook(copy_a_check_cell), SOLVED),
    "cyd": (notebook(skip_checks_and_raise_points), "def batch_moments(x):\n    return None\n"),
    "dee": (notebook(forge_outputs), ""),
    "eli": (b"\x00\xff not a notebook", f"{SOLVED}\nimport warnings\nwarnings.warn('careful')\n"),
    "fay": (b"{}", solutions.mistakes("moments")[0].source),
    "gus": (b'{"cells": 7}', "x = ("),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course that has been through every nbgrader command once; the folder and its run."""
    folder = tmp_path_factory.mktemp("course")
    environment = os.environ | {"BNGRADER_COURSE": str(folder)}

    def run(*words):
        done = subprocess.run(
            [str(BIN / words[0]), *words[1:]],
            cwd=solutions.ROOT, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    source = folder / "source" / "moments" / NOTEBOOK
    source.parent.mkdir(parents=True)
    source.write_bytes(notebook_bytes(MOMENTS))
    for learner, (its_notebook, module) in CLASS.items():
        place = folder / "submitted" / learner / "moments"
        (place / "bnlab").mkdir(parents=True)
        (place / NOTEBOOK).write_bytes(its_notebook)
        (place / "bnlab" / "moments.py").write_text(module)
    run("nbgrader", "generate_assignment", "moments")
    run("nbgrader", "autograde", "moments")
    run("nbgrader", "generate_feedback", "moments")
    return folder, run


@pytest.fixture(scope="module")
def grades(course):
    folder, run = course
    run("bngrader", "grade", str(folder / "submitted"), "--json", str(folder / "grades.json"))
    return json.loads((folder / "grades.json").read_text())["learners"]


def test_nbgrader_and_bngrader_give_the_same_points_task_by_task(course, grades):
    with Gradebook(f"sqlite:///{course[0]}/gradebook.db") as book:
        for learner in CLASS:
            submission = book.find_submission("moments", learner)
            for task in grades[learner]["moments"]["tasks"]:
                cell = f"check-{task['task']}"
                grade = book.find_grade(cell, MOMENTS.slug, "moments", learner)
                assert grade.auto_score == task["points"]
                assert grade.max_score == task["max_points"]
            for mark in grades[learner]["moments"]["quiz"]:
                cell = f"quiz-{mark['question']}"
                grade = book.find_grade(cell, MOMENTS.slug, "moments", learner)
                assert grade.auto_score == mark["points"]
                assert grade.max_score == mark["max_points"]
            assert submission.notebooks[0].score == grades[learner]["moments"]["points"]


def test_right_code_has_full_marks_whatever_the_notebook_and_stderr_look_like(grades):
    points = {learner: grades[learner]["moments"]["points"] for learner in CLASS}
    assert [points[name] for name in ("ada", "bao", "eli")] == [8, 7, 7]
    assert [points[name] for name in ("cyd", "dee", "gus")] == [0, 0, 0]
    assert 0 < points["fay"] < 7


def test_the_written_answer_waits_for_a_person(course):
    with Gradebook(f"sqlite:///{course[0]}/gradebook.db") as book:
        grade = book.find_grade("written-moments", MOMENTS.slug, "moments", "ada")
        assert grade.needs_manual_grade
        assert grade.max_score == MOMENTS.written


def test_feedback_says_what_and_why_and_shows_no_test_no_input_and_no_script(course):
    folder, _ = course
    page = (folder / "feedback" / "fay" / "moments" / f"{MOMENTS.slug}.html").read_text()
    hint = solutions.mistakes("moments")[0].hint.replace("'", "&#39;")
    assert hint[:40] in page
    assert "<b>failed</b>" in page
    pages = [path.read_text() for path in (folder / "feedback").rglob("*.html")]
    assert len(pages) == len(CLASS)
    for text in pages:
        assert SCRIPT not in text
        text = re.sub(r'<pre class="own[^>]*>[^<]*</pre>', "", text)  # what the learner wrote
        assert "agree(" not in text
        assert "student.batch_moments" not in text
        assert "BEGIN" not in text
    ada = (folder / "feedback" / "ada" / "moments" / f"{MOMENTS.slug}.html").read_text()
    assert "the factor is 0.87" in ada


def test_the_release_has_locked_checks_and_no_answer(course):
    text = (course[0] / "release" / "moments" / NOTEBOOK).read_text()
    cells = json.loads(text)["cells"]
    locked = [c for c in cells if c["metadata"].get("nbgrader", {}).get("locked")]
    calls = ["".join(c["source"]).partition("  #")[0] for c in locked]
    assert calls == ['check("batch_moments")', 'check("normalize")']
    assert written(cells)["source"] == ["Your answer here."]
    marks = [c["metadata"] for c in cells if "nbgrader" in c["metadata"]]
    frozen = [m["nbgrader"]["grade_id"] for m in marks if m.get("editable") is False]
    assert frozen == ["check-batch_moments", "check-normalize"]
    assert sum(m["nbgrader"]["grade_id"].startswith("quiz-") for m in marks) == 2


def test_autograde_takes_reports_from_the_journal_and_adds_its_own(course, grades):
    folder, run = course
    rows = [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]
    assert sorted(row["learner"] for row in rows) == sorted(CLASS)  # once, by the first of them
    ada = next(row for row in rows if row["learner"] == "ada")
    ada["report"]["tasks"][0]["verdicts"][0]["passed"] = False
    journal = (folder / "journal.jsonl").read_bytes()
    try:
        with (folder / "journal.jsonl").open("a") as file:
            file.write(json.dumps(ada) + "\n")
        run("nbgrader", "autograde", "moments", "--student", "ada", "--force")
        with Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
            changed = book.find_submission("moments", "ada").score
        assert changed < grades["ada"]["moments"]["points"]
    finally:
        (folder / "journal.jsonl").write_bytes(journal)
        run("nbgrader", "autograde", "moments", "--student", "ada", "--force")


def test_export_writes_every_learner(course, tmp_path):
    path = tmp_path / "grades.csv"
    course[1]("nbgrader", "export", "--to", str(path))
    rows = path.read_text().splitlines()
    assert sum(row.startswith("moments") for row in rows) == len(CLASS)


def test_grading_again_changes_nothing(course, grades):
    folder, run = course
    run("nbgrader", "autograde", "moments", "--force")
    again = ("--force", "--json", str(folder / "again.json"))
    run("bngrader", "grade", str(folder / "submitted"), *again)
    assert (folder / "again.json").read_bytes() == (folder / "grades.json").read_bytes()
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
        for learner in CLASS:
            score = book.find_submission("moments", learner).score
            assert score == grades[learner]["moments"]["points"]


def test_a_manual_mark_survives_grading_again(course):
    folder, run = course
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
        book.find_grade("written-moments", MOMENTS.slug, "moments", "ada").manual_score = 1.5
        book.db.commit()
    run("nbgrader", "autograde", "moments", "--force")
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
        assert book.find_submission("moments", "ada").score == 9.5


def test_the_formgrader_shows_the_class(course):
    folder, _ = course
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    root = "--allow-root" if os.geteuid() == 0 else "--ServerApp.token=t"
    server = subprocess.Popen(
        [str(BIN / "jupyter"), "server", f"--port={port}", "--no-browser", root,
         "--ServerApp.token=t", f"--ServerApp.root_dir={folder}"],
        cwd=solutions.ROOT, env=os.environ | {"BNGRADER_COURSE": str(folder)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}/formgrader/api/submissions/moments?token=t"
        for _ in range(400):
            try:
                with urllib.request.urlopen(address, timeout=5) as reply:
                    rows = json.load(reply)
                break
            except OSError:
                time.sleep(0.3)
        scores = {row["student"]: row["score"] for row in rows}
        assert set(scores) == set(CLASS)
        assert scores["bao"] == 7
    finally:
        server.terminate()
        server.wait()


def test_nbgrader_is_found_without_activating_the_environment():
    assert shutil.which("nbgrader", path=str(BIN))
