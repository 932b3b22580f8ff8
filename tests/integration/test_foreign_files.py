"""Of a learner's folder only the module, the notebook and the time are copied; the rest is named.

By `bngrader grade --gradebook` and by nbgrader's own commands.
"""

import os
import resource
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import pytest

from bngrader.authoring.notebooks import notebook_bytes
from bngrader.core import solutions
from bngrader.core.report import Report, TaskReport, Verdict
from bngrader.course.course import Course
from bngrader.course.grade import grade
from bngrader.course.submissions import find
from bngrader.gradebook import converters, gradebook
from bnlab.kit.course import unit

warnings.simplefilter("ignore")
pytestmark = pytest.mark.filterwarnings("ignore")
SLUG = unit("scaling").slug
SECRETS = ("course secret", "hidden test", "module of ada", "gradebook")
BIN = Path(sys.executable).parent


def passed(jobs):
    for job in jobs:
        tasks = (
            TaskReport(each.name, each.points, (Verdict("a", "first", True),))
            for each in unit(job.unit).tasks
        )
        yield job, Report(job.unit, tuple(tasks))


def hand_in(course, learner):
    folder = course.submitted / learner / "scaling"
    (folder / "bnlab").mkdir(parents=True)
    (folder / "bnlab" / "scaling.py").write_text(solutions.solved("scaling"))
    (folder / f"{SLUG}.ipynb").write_bytes(notebook_bytes(unit("scaling")))
    (folder / "timestamp.txt").write_text("2026-11-20 12:00:00 UTC\n")
    return folder


@pytest.fixture
def course(tmp_path):
    made = Course(tmp_path / "course")
    source = made.root / "source" / "scaling" / f"{SLUG}.ipynb"
    source.parent.mkdir(parents=True)
    source.write_bytes(notebook_bytes(unit("scaling")))
    converters.assignment(made, "scaling")
    hand_in(made, "ada")
    return made


@pytest.fixture
def hostile(course, tmp_path):
    """A folder with links to the teacher's files, to a device, a pipe, and a sparse file."""
    folder = hand_in(course, "mallory")
    for name in SECRETS:
        (tmp_path / name).write_text(name)
        (folder / name).symlink_to(tmp_path / name)
        (folder / "bnlab" / name).symlink_to(tmp_path / name)
    (folder / "zero").symlink_to("/dev/zero")
    (folder / "classmate").symlink_to(course.submitted / "ada")
    os.mkfifo(folder / "pipe")
    with open(folder / "sparse", "wb") as file:
        file.truncate(700 * 2**20)
    (folder / "unreadable").write_text("")
    (folder / "unreadable").chmod(0)
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "link").symlink_to(tmp_path / SECRETS[0])
    os.link(tmp_path / SECRETS[0], folder / "hard")
    return folder


def copies(course, learner):
    return {
        path.relative_to(course.root / kind / learner / "scaling").as_posix()
        for kind in ("autograded", "feedback")
        for path in (course.root / kind / learner / "scaling").rglob("*")
        if not path.is_dir() or path.is_symlink()
    }


OURS = {f"{SLUG}.ipynb", f"{SLUG}.html", "bnlab/scaling.py", "timestamp.txt"}


def test_what_lies_beside_the_two_files_is_named_and_never_copied(course, hostile):
    graded = grade(find(course.submitted)[0], b"s", passed)
    assert gradebook.record(course, graded) == []
    assert gradebook.write_feedback(course, ["scaling"]) == []
    assert copies(course, "ada") == copies(course, "mallory") == OURS
    ada, mallory = (each.report for each in graded)
    assert mallory.points == ada.points > 0
    assert ada.remarks == ()
    (remark,) = mallory.remarks
    for name in (*SECRETS, f"bnlab/{SECRETS[0]}", "zero", "pipe", "sparse", "unreadable", "deep/"):
        assert name in remark


def test_nbgraders_own_commands_copy_nothing_else_either(course, hostile):
    environment = os.environ | {"BNGRADER_COURSE": str(course.root)}
    for command in ("autograde", "generate_feedback"):
        done = subprocess.run(
            [BIN / "nbgrader", command, "scaling"],
            cwd=solutions.ROOT, env=environment, capture_output=True, text=True, timeout=300,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2**26, 2**26)),
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert copies(course, "ada") == copies(course, "mallory") == OURS


@pytest.mark.parametrize("kind", ["pipe", "link", "not a date"])
def test_a_time_that_cannot_be_read_costs_its_learner_only_and_is_named(course, kind):
    time = hand_in(course, "bo") / "timestamp.txt"
    time.unlink()
    if kind == "pipe":
        os.mkfifo(time)
    elif kind == "link":
        time.symlink_to(course.submitted / "ada" / "scaling" / "timestamp.txt")
    else:
        time.write_text("yesterday evening")
    (line,) = gradebook.record(course, grade(find(course.submitted)[0], b"s", passed))
    assert line.startswith("bo/scaling: not recorded, timestamp.txt is not a")
    assert (course.autograded / "ada").exists()


def test_a_folder_of_very_many_files_has_a_short_remark(course):
    folder = hand_in(course, "bo")
    for number in range(3000):
        (folder / f"{number} {'x' * 200}").touch()
    (graded,) = (each for each in grade(find(course.submitted)[0], b"s", passed)[1:])
    (remark,) = graded.report.remarks
    assert len(remark) < 2000
    assert "more" in remark


AS_NOBODY = """
import codecs, os, sys
from pathlib import Path
from bngrader.course.submissions import find
codecs.lookup("utf-8-sig")  # else looked for later, perhaps where only root enters
if os.geteuid() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
found, notes = find(Path(sys.argv[1]))
for each in found:
    print(each.learner, each.source()[1], each.notebook()[1], each.others(), sep="|")
print(*notes, sep="\\n")
"""


def test_what_the_teacher_may_not_read_costs_its_learner_only_and_is_named(course, tmp_path):
    (hand_in(course, "bo") / "bnlab" / "scaling.py").chmod(0)
    (hand_in(course, "cy") / f"{SLUG}.ipynb").chmod(0)
    hand_in(course, "di").chmod(0)
    hand_in(course, "ed").parent.chmod(0)
    for folder in (course.submitted, *course.submitted.parents):
        if Path(tempfile.gettempdir()) in folder.parents:
            folder.chmod(0o755)
    try:
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, course.submitted],
            cwd=solutions.ROOT, capture_output=True, text=True, timeout=100,
        )  # fmt: skip
    finally:
        for folder in ("ed", "di/scaling"):
            (course.submitted / folder).chmod(0o755)
    assert done.stdout.splitlines() == [
        "ada|||",
        "bo|bnlab/scaling.py cannot be read (Permission denied).||",
        f"cy||{SLUG}.ipynb cannot be read (Permission denied).|",
        "di|bnlab/scaling.py cannot be read (Permission denied)."
        f"|{SLUG}.ipynb cannot be read (Permission denied).|",
        "! ed: cannot be read (Permission denied); nothing of this learner was graded.",
    ], done.stderr
