"""A submission is a notebook and a module; nothing else in the folder is believed."""

import os

import pytest

from bngrader.core.text import printable
from bngrader.course.submissions import Submission, find
from bnlab.kit.formats import MAX_SOURCE_BYTES


@pytest.fixture
def submission(tmp_path):
    folder = tmp_path / "ada" / "moments"
    (folder / "bnlab").mkdir(parents=True)
    return Submission("ada", "moments", folder)


def module(submission):
    return submission.folder / "bnlab" / "moments.py"


def test_the_text_of_a_module_is_read(submission):
    module(submission).write_bytes("\ufeffx = 'ü'\r\n".encode())
    assert submission.source() == ("x = 'ü'\r\n", "")


def test_a_missing_module_is_said_to_be_missing(submission):
    assert submission.source() == (None, "bnlab/moments.py is missing.")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xff\xfe\x00", "is not UTF-8 text."),
        (b"x = 1\0", "is not text."),
        (b"#" * (MAX_SOURCE_BYTES + 1), "is larger than 256 KiB."),
    ],
)
def test_what_is_not_a_module_is_refused_in_one_sentence(submission, content, problem):
    module(submission).write_bytes(content)
    assert submission.source() == (None, f"bnlab/moments.py {problem}")


def test_a_link_is_not_followed(submission, tmp_path):
    secret = tmp_path / "secret.py"
    secret.write_text("answers = 42")
    module(submission).symlink_to(secret)
    assert submission.source()[0] is None


def test_a_hard_link_may_be_to_somebody_elses_file(submission, tmp_path):
    (tmp_path / "solved.py").write_text("answers = 42")
    os.link(tmp_path / "solved.py", module(submission))
    problem = "bnlab/moments.py is a hard link, expected a file of its own."
    assert submission.source() == (None, problem)


def test_a_link_to_a_folder_is_not_followed(submission, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "moments.py").write_text("answers = 42")
    (submission.folder / "bnlab").rmdir()
    (submission.folder / "bnlab").symlink_to(other)
    assert submission.source()[0] is None


def test_a_pipe_does_not_stall_the_reader(submission):
    os.mkfifo(module(submission))
    assert submission.source() == (None, "bnlab/moments.py is not a regular file.")


def test_a_folder_with_the_modules_name_is_refused(submission):
    module(submission).mkdir()
    assert submission.source()[0] is None


def test_submissions_are_found_by_learner_and_unit_and_strangers_are_named(tmp_path):
    for name in ("zoe/backward", "zoe/moments", "ada/moments", "ada/homework", "ada/.hidden"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "eve").symlink_to(tmp_path / "ada")
    found, notes = find(tmp_path)
    assert [(each.learner, each.unit) for each in found] == [
        ("ada", "moments"), ("zoe", "moments"), ("zoe", "backward"),
    ]  # fmt: skip
    assert len(notes) == 1
    assert notes[0].startswith("ada/homework: ignored, because no unit has this name (scaling,")


@pytest.mark.parametrize("missing", ["nowhere", "empty"])
def test_a_folder_without_submissions_is_refused(tmp_path, missing):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="expected"):
        find(tmp_path / missing)


def test_names_cannot_carry_control_or_direction_characters():
    assert printable("eve\x1b[31m\u202e") == "eve?[31m?"
