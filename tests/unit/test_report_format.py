"""Reports as plain data: nothing is lost, and the files follow the published schemas."""

import json
from dataclasses import replace

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from referencing import Registry, Resource

from bngrader.core.report import (
    FORMAT,
    QuizMark,
    RecognisedMistake,
    Report,
    Status,
    TaskReport,
    Verdict,
    as_data,
    from_data,
)
from bngrader.core.solutions import ROOT
from bngrader.course.grade import Graded, class_data, from_class_data
from bngrader.course.journal import Journal
from bngrader.course.submissions import Submission
from bngrader.grading.shards import Shard, part

SCHEMAS = {path.name: json.loads(path.read_text()) for path in (ROOT / "docs/schemas").glob("*")}
REGISTRY = Registry().with_resources(
    (name, Resource.from_contents(schema)) for name, schema in SCHEMAS.items()
)


def validate(data, name):
    validator = jsonschema.Draft202012Validator(SCHEMAS[name], registry=REGISTRY)
    validator.check_schema(SCHEMAS[name])
    validator.validate(data)


VERDICTS = (Verdict("a", "the mean is right", True), Verdict("b", "no", False, "is 0.1 off."))
MISTAKE = RecognisedMistake("unbiased_variance", "Divided by N - 1.", "02_moments.html#biased")
REPORT = Report(
    "moments",
    (TaskReport("batch_moments", 4, VERDICTS, (MISTAKE,)), TaskReport("normalize", 3, ())),
    quiz=(QuizMark("grams", 1.0, 1, "1e+06", "Squared units."), QuizMark("one_row", 0.0, 1)),
    remarks=("line 3 names os: the tasks do not need it.",),
    device="cuda",
    sandbox="landlock",
)
REPORTS = [
    REPORT,
    Report.not_judged("moments", "the disk is full."),
    Report("moments", (), "bnlab/moments.py is missing.", status=Status.NOT_IMPORTED),
]

texts = st.text(max_size=20)
verdicts = st.builds(Verdict, texts, texts, st.booleans(), texts)
mistakes = st.builds(RecognisedMistake, texts, texts, texts)
tasks = st.builds(
    TaskReport, texts, st.integers(0, 9), st.lists(verdicts, max_size=3).map(tuple),
    st.lists(mistakes, max_size=2).map(tuple),
)  # fmt: skip
marks = st.builds(QuizMark, texts, st.sampled_from([0.0, 1.0]), st.integers(0, 3), texts, texts)
reports = st.builds(
    Report, texts, st.lists(tasks, max_size=3).map(tuple), texts,
    st.lists(marks, max_size=2).map(tuple), st.lists(texts, max_size=2).map(tuple),
    st.sampled_from(["cpu", "cuda"]), st.sampled_from(["", "landlock"]), st.sampled_from(Status),
)  # fmt: skip


@given(reports)
def test_from_data_gives_back_every_report_from_its_json(report):
    text = json.dumps(as_data(report))
    assert from_data(Report, json.loads(text)) == report
    assert json.dumps(as_data(from_data(Report, json.loads(text)))) == text


@pytest.mark.parametrize(
    "change",
    [{"tasks": 7}, {"tasks": [None]}, {"unit": None}, {"status": "fine"}, {"remarks": [1]},
     {"quiz": [{"question": "q"}]}],
)  # fmt: skip
def test_from_data_refuses_data_of_another_form(change):
    with pytest.raises(ValueError, match=r"another form|is not a valid Status"):
        from_data(Report, as_data(REPORT) | change)
    data = as_data(REPORT)
    del data["tasks"]
    with pytest.raises(ValueError, match="another form"):
        from_data(Report, data)


def test_as_data_has_points_for_readers_who_do_not_sum():
    data = as_data(REPORT)
    assert (data["points"], data["max_points"]) == (3.0, 9)
    assert [task["points"] for task in data["tasks"]] == [2.0, 0.0]
    assert data["tasks"][0]["mistakes"] == [
        {"name": MISTAKE.name, "hint": MISTAKE.hint, "page": MISTAKE.page}
    ]


@pytest.mark.parametrize("report", REPORTS, ids=lambda each: each.status)
def test_a_journal_row_follows_its_schema(tmp_path, report):
    with Journal(tmp_path / "journal") as journal:
        journal.add("ada", "moments", "0" * 64, report)
    validate(json.loads((tmp_path / "journal").read_text()), "journal-row.schema.json")


def test_grades_and_shards_follow_their_schema_and_give_the_class_back(tmp_path):
    graded = [
        Graded(Submission(f"l{n}", "moments", tmp_path / f"l{n}" / "moments"), report)
        for n, report in enumerate(REPORTS)
    ]
    data = class_data(graded)
    assert data["format"] == FORMAT
    validate(data, "grades.schema.json")
    names = [(each.submission.learner, each.submission.unit) for each in graded]
    validate(part(data, Shard(1, 2), names, b"s"), "grades.schema.json")
    assert from_class_data(json.loads(json.dumps(data)), tmp_path) == graded


def test_schema_refuses_a_field_that_is_not_documented():
    row = as_data(replace(REPORT, sandbox="none")) | {"secret": 1}
    data = {"format": 1, "learners": {"ada": {"moments": row}}, "sandbox": "none"}
    with pytest.raises(jsonschema.ValidationError, match="'secret' was unexpected"):
        validate(data, "grades.schema.json")


def test_the_example_in_the_documentation_follows_the_schema():
    text = (ROOT / "docs/formats.md").read_text()
    (grades,) = [block.split("```")[0] for block in text.split("```json\n")[1:]]
    validate(json.loads(grades), "grades.schema.json")
