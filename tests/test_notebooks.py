"""A learner's day in a real kernel: first run, a half-typed file, and then the solved one."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager

import nbformat
import pytest
from nbclient import NotebookClient

from bngrader import answers, release
from bnlab.kit.tasks import stems

pytestmark = pytest.mark.slow

HALF_TYPED = "def batch_"
ALL_HOLD = re.compile(r"(\d+) of \1 properties hold")
OUTSIDE = re.compile(r"https?:|//|url\(|<script|<link|<img")


@pytest.fixture(scope="module")
def handout(tmp_path_factory):
    folder = tmp_path_factory.mktemp("Übung eins")
    for name, content in release.handout_files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@contextmanager
def kernel(handout, slug):
    """The notebook of an exercise with a kernel that runs, as in the handout."""
    notebook = nbformat.read(handout / "exercises" / f"{slug}.ipynb", as_version=4)
    where = {"metadata": {"path": str(handout / "exercises")}}
    client = NotebookClient(notebook, resources=where, timeout=120, allow_errors=True)
    environment = os.environ | {
        "PYTHONPATH": str(handout),
        "IPYTHONDIR": str(handout / ".ipython"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",
    }
    with client.setup_kernel(env=environment):
        yield client


def run(client, until=lambda cell: False):
    """Runs the cells from the top, up to the first of which `until` is true; gives it."""
    for index, cell in enumerate(client.nb.cells):
        client.execute_cell(cell, index)
        if until(cell):
            return cell
    return None


def outputs(cell, kind):
    return [each for each in cell.get("outputs", []) if each.output_type == kind]


def failed(cell):
    return bool(outputs(cell, "error"))


def is_check(cell):
    return cell.cell_type == "code" and cell.source.startswith("check(")


def said(cell, media="text/plain"):
    (result,) = outputs(cell, "execute_result")
    return result.data[media]


@pytest.mark.parametrize("stem", stems().values(), ids=lambda stem: stem.name)
def test_an_exercise_leads_from_the_first_run_to_the_last_cell(stem, handout):
    module = handout / "bnlab" / f"{stem.name}.py"
    with kernel(handout, stem.slug) as client:
        cells = client.nb.cells
        checks = [cell for cell in cells if is_check(cell)]

        stopped = run(client, until=failed)
        assert [each.ename for each in outputs(stopped, "error")] == ["NotImplementedError"]
        seen = [said(cell) for cell in checks if cell.outputs]
        assert seen
        assert all("not written yet" in each for each in seen)

        module.write_text(HALF_TYPED)
        assert "cannot be imported: SyntaxError, line 1" in said(run(client, until=is_check))

        module.write_text(answers.solved(stem.name))
        run(client)
    for cell in cells:
        assert outputs(cell, "error") == [], cell.source
        assert [each.text for each in outputs(cell, "stream") if each.name == "stderr"] == []
    for cell in checks:
        assert ALL_HOLD.search(said(cell)), said(cell)
        assert not OUTSIDE.search(said(cell, "text/html"))
    assert any("image/png" in each.data for cell in cells for each in outputs(cell, "display_data"))
    assert cells[-1].source == "Your answer here."
