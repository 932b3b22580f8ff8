"""What the guide says of nbgrader's exchange: hand out the handout, and collect with nbgrader."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bngrader.authoring import release
from bngrader.cli.main import main
from bngrader.core import solutions
from bngrader.course.submissions import find
from bnlab.kit.course import unit, units
from tests.helpers.downloads import laid_out, tree
from tests.helpers.learner import bnlab, unpack

NOTEBOOK = f"{unit('moments').slug}.ipynb"
IGNORE = 'c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__"]'
"""The line of the guide: nbgrader would leave out our folder `feedback`."""
GUIDE = solutions.ROOT / "book" / "teach_collect.md"


@pytest.fixture
def hub(tmp_path):
    """A teacher's course whose assignment is in an exchange; runs nbgrader on the same hub."""
    exchange, course = tmp_path / "exchange", tmp_path / "course"
    exchange.mkdir()
    exchange.chmod(0o777)
    gone = ", ".join(f"'{name}'" for name in units() if name != "moments")
    laid_out(course, {"course.toml": f"left_out = [{gone}]\n".encode()})
    assert main(["release", "--course", str(course)]) == 0
    settings = tmp_path / "jupyter"
    settings.mkdir()
    (settings / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n"
        f"c.CourseDirectory.course_id = 'batch-norm'\n{IGNORE}\n"
    )
    programs = Path(sys.executable).parent
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"  # nbgrader starts `alembic` by name
    more = {"PATH": path}
    more |= {"JUPYTER_CONFIG_DIR": str(settings), "JUPYTER_DATA_DIR": str(tmp_path / "data")}

    def nbgrader(*words, place=course):
        done = subprocess.run(
            [str(programs / "nbgrader"), *words], cwd=place,
            env=os.environ | more, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    nbgrader("release_assignment", "moments")
    return course, nbgrader, more


def test_a_fetched_folder_can_be_worked_in_and_handed_in_by_nbgrader(hub, tmp_path):
    assert IGNORE in GUIDE.read_text("utf-8")
    course, nbgrader, more = hub
    place = tmp_path / "learner"
    place.mkdir()
    nbgrader("fetch_assignment", "moments", place=place)
    folder = place / "moments"
    first = bnlab(folder, "check", "moments", **more)
    assert "batch_moments" in first.stdout, first.stdout + first.stderr
    assert first.returncode == 1
    (folder / "bnlab" / "moments.py").write_text(solutions.solved("moments"))
    done = bnlab(folder, "check", "moments", **more)
    assert done.returncode == 0, done.stdout + done.stderr
    nbgrader("submit", "moments", place=place)
    nbgrader("collect", "moments")
    (submission,) = find(course / "submitted")[0]
    assert submission.source() == (solutions.solved("moments"), "")
    assert submission.others() == ""


def test_nothing_in_a_released_folder_is_secret_or_comes_into_the_grading(hub):
    course, _, _ = hub
    given = tree(course / "release" / "moments")
    handout = release.handout_files()
    assert {name for name in given if name != NOTEBOOK} <= set(handout)
    assert not list((course / "source").rglob("*.py"))


def test_what_submit_hands_in_on_a_hub_is_collected_and_can_be_graded(hub, tmp_path):
    course, nbgrader, more = hub
    folder = unpack(tmp_path / "learner")
    (folder / "bnlab" / "moments.py").write_text(solutions.solved("moments"))
    done = bnlab(folder, "submit", "moments", **more)
    assert "also handed in through nbgrader" in done.stdout, done.stdout + done.stderr
    nbgrader("collect", "moments")
    (submission,) = find(course / "submitted")[0]
    assert submission.source() == (solutions.solved("moments"), "")
    assert (submission.folder / NOTEBOOK).is_file()
    assert submission.timestamp()[0]
    assert "`nbgrader collect moments` puts the submissions of both into" in GUIDE.read_text(
        "utf-8"
    )
