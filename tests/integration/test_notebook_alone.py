"""A unit without code has a notebook only: nothing to check, all else as for any other unit."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bngrader.authoring.notebooks import IMPORT, build, notebook_bytes
from bngrader.core import solutions
from bngrader.course.collecting.collect import collect
from bngrader.course.grade import judge_submission
from bngrader.course.submissions import Submission
from bnlab.kit.course import unit, units
from tests.helpers.learner import bnlab, unpack

TRAINING = unit("training")
NOTEBOOK = f"{TRAINING.slug}.ipynb"
ALONE = [name for name, each in units().items() if not each.coded]


def answered():
    """The notebook of `training` with a right quiz answer, a wrong one, and words."""
    notebook = json.loads(notebook_bytes(TRAINING))
    said = {"quiz-bill": "bill = 7.0", "quiz-larger_gain": 'larger_gain = "a"'}
    said["written-training"] = "One pair is one pair."
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = said.get(grade_id, cell["source"])
    return json.dumps(notebook)


@pytest.fixture
def submission(tmp_path):
    folder = tmp_path / "submitted" / "ada" / "training"
    folder.mkdir(parents=True)
    (folder / NOTEBOOK).write_text(answered())
    return Submission("ada", "training", folder)


@pytest.fixture
def learner(tmp_path):
    return unpack(tmp_path / "learner")


@pytest.mark.parametrize("name", ALONE)
def test_its_notebook_loads_no_module_and_checks_nothing(name):
    sources = [cell.source for cell in build(unit(name)).cells if cell.cell_type == "code"]
    assert sources[0] == f'{IMPORT}\n\nkit.chapter("{name}")'
    assert not any("check(" in source or f"bnlab.{name}" in source for source in sources)


def test_its_report_has_no_task_and_the_points_of_its_quiz(judge, submission):
    report = judge_submission(judge, submission)
    assert (report.tasks, report.problem, report.remarks) == ((), "", ())
    assert (report.points, report.max_points) == (1, 2)


def test_a_module_that_is_handed_in_for_it_is_not_read(judge, submission):
    (submission.folder / "bnlab").mkdir()
    (submission.folder / "bnlab" / "training.py").write_text("raise SystemExit(3)\n")
    assert submission.source() == (None, "")
    assert judge_submission(judge, submission).problem == ""


def test_check_and_status_say_that_there_is_nothing_to_check(learner):
    done = bnlab(learner, "check", "training")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("training: no code to check; ")
    both = bnlab(learner, "check", "why", "normalize").stdout.splitlines()
    assert [line.partition(":")[0] for line in both] == ["normalize", "why"]


def test_check_of_everything_and_hint_speak_of_tasks_alone(learner):
    *said, last = bnlab(learner, "check").stdout.splitlines()
    assert last == "For a hint, run `bnlab hint TASK`."
    assert len(said) == sum(len(each.tasks) for each in units().values())
    done = bnlab(learner, "hint", "training")
    assert done.returncode == 2
    assert "'training' is a unit without code" in done.stderr


def test_what_a_learner_hands_in_is_its_notebook_and_the_teacher_takes_it_in(learner, tmp_path):
    (learner / "exercises" / NOTEBOOK).write_text(answered())
    done = bnlab(learner, "submit", "training")
    assert done.returncode == 0, done.stderr
    for said in (
        "training: no code to check", "quiz bill: your answer is 7", "written answer: 5 words",
    ):  # fmt: skip
        assert said in done.stdout
    assert "missing" not in done.stdout
    (archive,) = (learner / "submissions").iterdir()
    with zipfile.ZipFile(archive) as zipped:
        assert zipped.namelist() == [f"training/{NOTEBOOK}", "training/receipt.json"]
    inbox = tmp_path / "inbox" / "ada_1_file"
    inbox.mkdir(parents=True)
    archive.rename(inbox / archive.name)
    said = collect([inbox.parent], tmp_path / "taken")
    (line,) = said
    assert line.text == "ada/training taken (the learner's clock, in the receipt)"


def test_without_its_notebook_there_is_nothing_to_hand_in(learner):
    (learner / "exercises" / NOTEBOOK).unlink()
    done = bnlab(learner, "submit", "training")
    assert done.returncode == 2
    assert f"exercises/{NOTEBOOK} not found in {learner}; nothing to hand in." in done.stderr


def test_status_counts_tasks_and_says_which_units_have_a_zip(learner):
    assert bnlab(learner, "submit", "why").returncode == 0
    lines = bnlab(learner, "status").stdout.splitlines()
    rows = {line.split()[0]: line for line in lines if "(notebook only)" in line}
    assert list(rows) == ["09_training", "11_why"]
    assert rows["09_training"].endswith("(notebook only)")
    assert rows["11_why"].endswith(" zip written")
    total = sum(len(each.tasks) for each in units().values())
    assert f"of {total} tasks done" in lines[-1]


def test_the_grader_and_nbgrader_take_it_as_any_other_unit(submission, tmp_path):
    source = tmp_path / "source" / "training" / NOTEBOOK
    source.parent.mkdir(parents=True)
    source.write_bytes(notebook_bytes(TRAINING))
    environment = os.environ | {"BNGRADER_COURSE": str(tmp_path)}

    def run(*words):
        done = subprocess.run(
            [str(Path(sys.executable).parent / words[0]), *words[1:]],
            cwd=solutions.ROOT, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    run("nbgrader", "generate_assignment", "training")
    grades = tmp_path / "grades.json"
    run("bngrader", "grade", str(tmp_path / "submitted"), "--gradebook", "--json", str(grades))
    report = json.loads(grades.read_text())["learners"]["ada"]["training"]
    assert (report["points"], report["max_points"], report["tasks"]) == (1, 2, [])
    page = (tmp_path / "feedback" / "ada" / "training" / f"{TRAINING.slug}.html").read_text()
    assert "<code>bill</code>: 1 of 1 point<" in page
    assert "Your answer 7 is right." in page
    assert "<code>larger_gain</code>: 0 of 1 point<" in page
    assert "One pair is one pair." in page
