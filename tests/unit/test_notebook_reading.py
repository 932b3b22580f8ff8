"""A notebook that cannot be read is named; one that can be repaired is read; nothing is lost."""

import json
import time

import pytest

from bngrader.core.report import Report, as_data
from bngrader.core.solutions import ROOT, questions
from bngrader.course import submissions
from bngrader.course.class_report import class_report
from bngrader.course.grade import Graded, grade
from bngrader.course.notebooks import parsed, read_notebook
from bngrader.course.report.page import class_page
from bngrader.course.report.situation import Situation
from bngrader.course.submissions import Submission
from bngrader.judging.quiz import grade_quiz
from bnlab.kit.course import unit
from bnlab.kit.formats import MAX_NOTEBOOK_BYTES

FORWARD = unit("forward")
NAME = f"{FORWARD.slug}.ipynb"
ANSWER = "Because the mean is subtracted."


@pytest.fixture
def submission(tmp_path):
    return Submission("ada", "forward", tmp_path)


def answered():
    """Our notebook with right answers to the quiz and an answer in words."""
    content = json.loads((ROOT / "exercises" / NAME).read_text())
    right = questions("forward")
    for cell in content["cells"]:
        kind, _, name = cell["metadata"].get("nbgrader", {}).get("grade_id", "").partition("-")
        if kind == "quiz":
            cell["source"] = [f"{name} = {right[name]['answer']!r}"]
        if kind == "written":
            cell["source"] = [ANSWER]
    return content


def written_cell(content):
    cells = content["cells"]
    return next(i for i, c in enumerate(cells) if c["source"] == [ANSWER])


def reading(submission, content, name=NAME, encoding="utf-8"):
    if content is not None:
        text = content if isinstance(content, str) else json.dumps(content)
        (submission.folder / name).write_bytes(text.encode(encoding))
    read = read_notebook(FORWARD, submission)
    return read, sum(mark.points for mark in grade_quiz("forward", read.quiz))


FULL = sum(question.points for question in FORWARD.quiz)


def test_a_sound_notebook_has_no_problem(submission):
    read, points = reading(submission, answered())
    assert (read.problem, read.written, read.others, points) == ("", ANSWER, (), FULL)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "is missing"),
        ("", "is empty"),
        (" \n", "is empty"),
        (
            '{"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> theirs\n]}',
            "marks of a merge conflict",
        ),
        ("{", "is not JSON"),
        ("[]", "has no cells"),
        ('{"cells": 7}', "has no cells"),
        ('{"cells": []}', "none of the cells of its exercise"),
        ('{"worksheets": [7]}', "has no cells"),
        ("#" * (MAX_NOTEBOOK_BYTES + 1), "is larger than 8192 KiB"),
        ("a\0b", "is not text"),
    ],
)
def test_what_cannot_be_read_is_named_and_costs_quiz_and_answer(submission, content, problem):
    read, points = reading(submission, content)
    assert problem in read.problem
    assert read.problem.endswith("quiz and written answer earn no points.")
    assert (points, read.written) == (0, "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16_is_read_and_said(submission, encoding):
    content = json.dumps(answered())
    mark = "" if encoding == "utf-16" else "\ufeff"
    read, points = reading(submission, mark + content, encoding=encoding)
    assert "UTF-16" in read.problem
    assert (points, read.written) == (FULL, ANSWER)


@pytest.mark.parametrize(
    "name",
    [f"{FORWARD.slug} (1).ipynb", f"{FORWARD.slug}-Copy1.ipynb", f"{FORWARD.slug}(12).ipynb",
     f"Copy of {FORWARD.slug}.ipynb", f"{FORWARD.slug}_2.ipynb"],
)  # fmt: skip
def test_a_renamed_notebook_is_read_and_said(submission, name):
    read, points = reading(submission, answered(), name)
    assert name in read.problem
    assert (points, read.written) == (FULL, ANSWER)
    assert submission.others(read.name) == ""


def test_of_two_renamed_notebooks_none_is_guessed_and_both_are_named(submission):
    for number in (1, 2):
        text = json.dumps(answered())
        (submission.folder / f"{FORWARD.slug} ({number}).ipynb").write_text(text)
    read, points = reading(submission, None)
    assert points == 0
    assert "(1).ipynb" in read.problem
    assert "(2).ipynb" in read.problem


def test_the_old_format_and_lost_metadata_are_repaired_and_said(submission):
    content = answered()
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    old = {"nbformat": 3, "worksheets": [{"cells": content["cells"]}]}
    read, points = reading(submission, old)
    assert "nbformat 3" in read.problem
    assert (points, read.written) == (FULL, ANSWER)
    content = answered()
    for cell in content["cells"]:
        cell["metadata"] = {}
    read, points = reading(submission, content)
    assert "lost the metadata" in read.problem
    assert (points, read.written, read.others) == (FULL, ANSWER, ())


def test_lost_graded_cells_are_named(submission):
    content = answered()
    del content["cells"][written_cell(content)]
    read, points = reading(submission, content)
    assert f"lost the cells written-{FORWARD.name}" in read.problem
    assert points == FULL


def test_a_split_answer_is_joined_and_text_in_other_cells_is_kept(submission):
    content = answered()
    place = written_cell(content)
    half = dict(content["cells"][place], id="second", source=["And the variance divides."])
    prose = {"cell_type": "code", "metadata": {}, "id": "c", "source": ["# my reason is this"]}
    more = {"cell_type": "markdown", "metadata": {}, "id": "m", "source": "A third thought."}
    play = {"cell_type": "code", "metadata": {}, "id": "p", "source": ["forward.batch_norm(x)"]}
    content["cells"][place + 1 : place + 1] = [half, prose, more, play]
    read, _ = reading(submission, content)
    assert read.written == f"{ANSWER}\n\nAnd the variance divides."
    assert read.others == ("# my reason is this", "A third thought.")


def test_a_copied_answer_counts_once(submission):
    content = answered()
    content["cells"].append(dict(content["cells"][written_cell(content)], id="copy"))
    assert reading(submission, content)[0].written == ANSWER


def test_table_page_and_data_show_an_unread_notebook(submission):
    read, _ = reading(submission, "")
    report = Report("forward", (), notebook_problem=read.problem)
    shown = class_report([Graded(submission, report)], [])
    assert shown.points["ada"] == ["0!"]
    assert any(line == f"! ada/forward: {read.problem}" for line in shown.notes)
    assert read.problem in class_page([Graded(submission, report)], Situation())
    assert as_data(report)["notebook_problem"] == read.problem


def test_large_notebooks_are_parsed_when_all_submissions_are_judged(tmp_path, monkeypatch):
    """The parse of 8 MB takes seconds, in which the controller would serve no judge process."""
    monkeypatch.setattr(submissions, "LARGE_NOTEBOOK_BYTES", 1000)
    learners = {"ada": b"{" + b" " * 2000 + b"}", "bela": b"{}", "carla": b"{}"}
    for name, content in learners.items():
        (tmp_path / name / "forward").mkdir(parents=True)
        (tmp_path / name / "forward" / "03_forward.ipynb").write_bytes(content)
    found, _ = submissions.find(tmp_path)
    events = []

    def run(jobs):
        for job in jobs:
            events.append(f"judged {job.learner}")
            yield job, Report("forward", ())

    graded = grade(
        found, b"s", run, progress=lambda e: events.append(f"done {e.submission.learner}")
    )
    assert events == [
        "judged ada", "judged bela", "done bela", "judged carla", "done carla", "done ada",
    ]  # fmt: skip
    assert [each.submission.learner for each in graded] == ["ada", "bela", "carla"]


def test_cells_of_others_are_read_in_a_bounded_time():
    content = answered()
    code = "f'{a}{b}{c}'\n" * 150 + "x = 1"  # no prose
    content["cells"] += [{"cell_type": "code", "metadata": {}, "source": code}] * 2_000
    text = json.dumps(content)
    begun = time.process_time()
    assert parsed(FORWARD, text).problem == ""
    assert time.process_time() - begun < 1.5
