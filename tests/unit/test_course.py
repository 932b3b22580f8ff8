"""A course is an argument: two of them can be graded in one process."""

import json

import pytest

from bngrader.cli import main as cli
from bngrader.cli import options
from bngrader.core.errors import GraderError
from bngrader.core.files import write_atomically
from bngrader.core.report import Report, Status
from bngrader.course.course import Course, default_root
from bngrader.course.grade import class_data, grade
from bngrader.course.journal import Journal
from bngrader.course.submissions import find
from bngrader.grading import pool


def hand_in(course, learner, text="x = 1\n", unit="moments"):
    folder = course.submitted / learner / unit / "bnlab"
    folder.mkdir(parents=True)
    (folder / f"{unit}.py").write_text(text)


def fake_run(jobs):
    """Reports without a judge: the text of the module is the remark."""
    return ((job, Report(job.unit, (), remarks=(job.source,))) for job in jobs)


def test_course_has_its_own_secret_journal_and_submissions(tmp_path):
    one, two = Course(tmp_path / "one"), Course(tmp_path / "two")
    assert one.secret() == one.secret() != two.secret()
    results = []
    for course, text in ((one, "first\n"), (two, "second\n")):
        hand_in(course, "ada", text)
        with Journal(course.journal()) as journal:
            results.append(grade(find(course.submitted)[0], course.secret(), fake_run, journal))
    assert [graded.report.remarks for (graded,) in results] == [("first\n",), ("second\n",)]
    for course in (one, two):
        assert len(course.journal().read_text().splitlines()) == 1
        assert course.secret_file.stat().st_mode & 0o777 == 0o600


def test_default_root_is_read_from_the_environment_at_each_call(tmp_path, monkeypatch):
    monkeypatch.setenv("BNGRADER_COURSE", str(tmp_path))
    assert Course(default_root()).root == tmp_path
    monkeypatch.delenv("BNGRADER_COURSE")
    assert default_root().name == "course"


def test_grade_marks_the_quiz_once_and_keeps_it_out_of_the_journal(tmp_path, monkeypatch):
    course, marked = Course(tmp_path), []
    hand_in(course, "ada")
    real = grade.__globals__["grade_quiz"]
    monkeypatch.setitem(
        grade.__globals__, "grade_quiz", lambda *words: marked.append(words) or real(*words)
    )
    with Journal(course.journal()) as journal:
        (graded,) = grade(find(course.submitted)[0], course.secret(), fake_run, journal)
    assert len(marked) == 1
    assert len(graded.report.quiz) == 2
    assert json.loads(course.journal().read_text())["report"]["quiz"] == []


def test_grade_writes_no_row_for_a_submission_that_was_not_judged(tmp_path):
    course = Course(tmp_path)
    hand_in(course, "ada")

    def run(jobs):
        return ((job, Report.not_judged(job.unit, "no disk.")) for job in jobs)

    with Journal(course.journal()) as journal:
        (graded,) = grade(find(course.submitted)[0], course.secret(), run, journal)
    assert graded.report.status is Status.NOT_JUDGED
    assert course.journal().read_text() == ""
    assert class_data([graded])["learners"]["ada"]["moments"]["problem"] == "no disk."


def test_write_atomically_keeps_the_first_of_two_files_if_it_is_told_so(tmp_path):
    path = tmp_path / "folder" / "secret"
    write_atomically(path, "first", mode=0o600, overwrite=False)
    write_atomically(path, "second", mode=0o600, overwrite=False)
    assert path.read_text() == "first"
    write_atomically(path, b"third")
    assert path.read_bytes() == b"third"
    assert [each.name for each in path.parent.iterdir()] == ["secret"]


def test_write_atomically_says_what_to_do_if_it_fails(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(GraderError, match=r"cannot be written .* then run again"):
        write_atomically(tmp_path / "file" / "grades.json", "x")


# --- the command ----------------------------------------------------------------------------------


def said(capsys, *words):
    """Exit code and standard error of the command."""
    try:
        code = cli.main(list(words))
    except SystemExit as stop:
        code = stop.code
    return code, capsys.readouterr().err


@pytest.mark.parametrize("module", cli.COMMANDS, ids=lambda each: each.__name__.split(".")[-1])
def test_help_of_every_command_says_what_it_reads_and_writes_with_an_example(capsys, module):
    name = module.__name__.rpartition(".")[2].replace("_", "-")
    with pytest.raises(SystemExit):
        cli.main([name, "--help"])
    text = capsys.readouterr().out
    assert "read" in text
    assert "write" in text
    assert "example" in text
    assert "exit codes: 0" in text
    assert f"bngrader {name}" in text
    assert max(map(len, module.DESCRIPTION.splitlines())) <= 100


def test_version_names_the_grader_on_which_marks_depend(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out.startswith("bngrader 0.")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["grad"], "'grad' is unknown; did you mean 'grade'?"),
        (["grade", ".", "--device", "cude"], "did you mean 'cuda'?"),
        (["grade", ".", "--unit", "momnets"], "unit 'momnets' is unknown; did you mean 'moments'?"),
        (["validate-tests", "xyzzy"], "unit 'xyzzy' is unknown. Expected one of scaling"),
        (["validate-tests", "why"], "'why' is a unit without code"),
        (
            ["grade", ".", "--unit", "normalize"],
            "is a task, expected a unit. Its unit is 'moments'.",
        ),
        (["sample", "x", "--per-learner", "0"], "sample: --per-learner is 0, expected at least 1"),
        (["grade", "nowhere"], "bngrader grade: folder nowhere not found"),
        (["grade", "--course", "/nowhere"], "folder /nowhere/submitted not found"),
        (["grade", ".", "--shart=1/2"], "'--shart' is unknown; did you mean '--shard'?"),
        (["grade", ".", "--i"], "bngrader grade: '--i' is unknown"),
        (
            ["grade", ".", "--sandbox", "landlock", "--i-trust-these-submissions"],
            "not allowed with",
        ),
        (["merge", "none.json"], "none.json not found; `bngrader grade --shard I/N` writes it."),
    ],
)
def test_a_wrong_name_is_an_error_of_the_user_with_a_suggestion(capsys, words, message):
    code, error = said(capsys, *words)
    assert code == 2
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("error", [ValueError("shapes (2,) and (3,)"), KeyError("x")])
def test_an_internal_error_is_one_line_and_has_an_exit_code_of_its_own(capsys, monkeypatch, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(options, "default_root", fail)
    code, text = said(capsys, "collect", "nothing.zip")
    assert code == cli.INTERNAL_ERROR == 70
    assert f"internal error ({type(error).__name__}" in text
    assert "bngrader --debug collect" in text
    assert text.count("\n") == 1
    for words in (["--debug", "collect", "x.zip"], ["collect", "x.zip", "--debug"]):
        assert "Traceback (most recent call last)" in said(capsys, *words)[1]


@pytest.mark.parametrize("error", [GraderError("no."), OSError(2, "No such file", "a.json")])
def test_an_error_that_the_user_can_solve_is_one_line_with_exit_code_2(capsys, monkeypatch, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(options, "default_root", fail)
    code, text = said(capsys, "collect", "nothing.zip")
    assert code == 2
    assert text in ("bngrader collect: no.\n", "bngrader collect: a.json: No such file.\n")


def test_verbose_says_how_many_submissions_are_in_the_journal(tmp_path, caplog):
    course = Course(tmp_path)
    hand_in(course, "ada")
    for _ in range(2):
        with Journal(course.journal()) as journal, caplog.at_level("INFO", logger="bngrader"):
            grade(find(course.submitted)[0], course.secret(), fake_run, journal)
    assert "0 of 1 submissions are in the journal" in caplog.text
    assert "1 of 1 submissions are in the journal" in caplog.text


def test_a_scheduler_gets_the_work_without_a_judge_pool(tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "JudgePool", lambda *_: pytest.fail("a pool was opened"))
    monkeypatch.setattr(
        "bngrader.grading.dask_cluster.run", lambda jobs, settings, address: fake_run(jobs)
    )
    course = Course(tmp_path)
    hand_in(course, "ada")
    words = ["grade", str(course.submitted), "--course", str(course.root)]
    assert cli.main([*words, "--scheduler", "tcp://nowhere:1"]) == 0
