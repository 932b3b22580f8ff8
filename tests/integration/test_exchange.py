"""What the guide says of nbgrader's exchange: hand out the handout, and collect with nbgrader."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bngrader.authoring.notebooks import notebook_bytes
from bngrader.core import solutions
from bngrader.course.submissions import find
from bnlab.kit.course import unit
from tests.helpers.learner import bnlab, unpack

NOTEBOOK = f"{unit('moments').slug}.ipynb"
GUIDE = solutions.ROOT / "book" / "teach_collect.md"


@pytest.fixture
def hub(tmp_path):
    """A teacher's course whose assignment is in an exchange; runs nbgrader on the same hub."""
    exchange, course = tmp_path / "exchange", tmp_path / "course"
    exchange.mkdir()
    exchange.chmod(0o777)
    source = course / "source" / "moments" / NOTEBOOK
    source.parent.mkdir(parents=True)
    source.write_bytes(notebook_bytes(unit("moments")))
    settings = tmp_path / "jupyter"
    settings.mkdir()
    (settings / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n"
        "c.CourseDirectory.course_id = 'batch-norm'\n"
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

    nbgrader("generate_assignment", "moments")
    nbgrader("release_assignment", "moments")
    return course, nbgrader, more


def test_a_fetched_assignment_is_the_notebook_alone_as_the_guide_warns(hub, tmp_path):
    _, nbgrader, _ = hub
    place = tmp_path / "learner"
    place.mkdir()
    nbgrader("fetch_assignment", "moments", place=place)
    assert [path.name for path in (place / "moments").rglob("*")] == [NOTEBOOK]
    cells = json.loads((place / "moments" / NOTEBOOK).read_text())["cells"]
    assert any("import bnlab.moments" in "".join(cell["source"]) for cell in cells)
    assert "Do not use `nbgrader release_assignment` and" in GUIDE.read_text("utf-8")


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
    assert "`nbgrader collect moments` puts the submissions into" in GUIDE.read_text("utf-8")
