"""A learner's day in a real kernel: first run, a half-typed file, and then the solved one."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack, contextmanager

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from bngrader.core import solutions
from bnlab.kit.course import coded_units, units
from tests.helpers.downloads import handed_in
from tests.helpers.learner import unpack

HALF_TYPED = "def batch_"
ALL_HOLD = re.compile(r"(\d+) of \1 properties hold")
MAX_CPU_S = 120
"""Processor time of a solved notebook, from the first cell to the last, on one thread."""
OUTSIDE = re.compile(r"https?:|//|url\(|<script|<link|<img")


@pytest.fixture(scope="module")
def handout(tmp_path_factory):
    return unpack(tmp_path_factory.mktemp("Übung eins"))


@contextmanager
def kernel(handout, slug):
    """The notebook of an exercise with a kernel that runs, as in the handout."""
    notebook = nbformat.read(handout / "exercises" / f"{slug}.ipynb", as_version=4)
    where = {"metadata": {"path": str(handout / "exercises")}}
    environment = os.environ | {
        "PYTHONPATH": str(handout),
        "IPYTHONDIR": str(handout / ".ipython"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",
    }
    with ExitStack() as stack:
        for last in (False, False, True):
            client = NotebookClient(notebook, resources=where, timeout=120, allow_errors=True)
            try:
                stack.enter_context(client.setup_kernel(env=environment))
                break
            except RuntimeError:  # a port was free when it was chosen, and taken when it was used
                if last:
                    raise
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


def cpu_seconds(client):
    """Return the processor time of the kernel so far, on one thread."""
    cell = nbformat.v4.new_code_cell("__import__('time').process_time()")
    client.nb.cells.append(cell)
    client.execute_cell(cell, len(client.nb.cells) - 1)
    client.nb.cells.pop()
    return float(said(cell))


def is_check(cell):
    return cell.cell_type == "code" and cell.source.startswith("check(")


def said(cell, media="text/plain"):
    (result,) = outputs(cell, "execute_result")
    return result.data[media]


@pytest.mark.parametrize("unit", coded_units().values(), ids=lambda unit: unit.name)
def test_an_exercise_leads_from_the_first_run_to_the_last_cell(unit, handout):
    module = handout / "bnlab" / f"{unit.name}.py"
    with kernel(handout, unit.slug) as client:
        cells = client.nb.cells
        checks = [cell for cell in cells if is_check(cell)]

        stopped = run(client, until=failed)
        (error,) = outputs(stopped, "error")
        assert error.ename == "NotImplementedError"
        sentence = (
            rf"\S+ is not written yet \(bnlab/{unit.name}\.py, line \d+\)\. Write it, save, .*"
        )
        assert re.fullmatch(sentence, "\n".join(error.traceback)), error.traceback
        seen = [said(cell) for cell in checks if cell.outputs]
        assert seen
        assert all("not written yet" in each for each in seen)

        module.write_text(HALF_TYPED)
        assert "cannot be imported: SyntaxError, line 1" in said(run(client, until=is_check))

        module.write_text(solutions.solved(unit.name))
        begun = cpu_seconds(client)
        run(client)
        assert cpu_seconds(client) - begun < MAX_CPU_S
    check_run(cells, unit)
    for cell in checks:
        assert ALL_HOLD.search(said(cell)), said(cell)
        assert not OUTSIDE.search(said(cell, "text/html"))


ALONE = [each for each in units().values() if not each.coded]


@pytest.mark.parametrize("unit", ALONE, ids=lambda unit: unit.name)
def test_an_exercise_without_code_runs_from_the_first_cell_to_the_last(unit, handout):
    with kernel(handout, unit.slug) as client:
        run(client)
        cells = list(client.nb.cells)
        assert cpu_seconds(client) < MAX_CPU_S
    check_run(cells, unit)


def check_run(cells, unit):
    """A run without an error or a complaint, with a picture, that ends with how to hand in."""
    for cell in cells:
        assert outputs(cell, "error") == [], cell.source
        assert [each.text for each in outputs(cell, "stream") if each.name == "stderr"] == []
    assert any("image/png" in each.data for cell in cells for each in outputs(cell, "display_data"))
    assert cells[-2].source == "Your answer here."
    assert f'kit.submit("{unit.name}")' in cells[-1].source


def test_a_file_that_does_not_load_is_one_sentence_and_the_next_save_is_taken(tmp_path):
    handout = unpack(tmp_path / "Übung zwei")
    module = handout / "bnlab" / "scaling.py"
    skeleton = module.read_text()
    kit = handout / "bnlab/kit/feedback/module_loader.py"
    kit.write_text(kit.read_text().replace("LOAD_TIMEOUT_S = 10.0", "LOAD_TIMEOUT_S = 1.0"))
    module.write_text(solutions.solved("scaling"))

    def said(client, source):
        client.nb.cells[1].source, client.nb.cells[1].outputs = source, []
        client.execute_cell(client.nb.cells[1], 1)
        return "".join(each.get("text", "") for each in outputs(client.nb.cells[1], "stream"))

    notice = "The notebook keeps the previous version.\n"
    with kernel(handout, "01_scaling") as client:
        assert said(client, client.nb.cells[1].source) == ""
        for broken, sentence in (
            (HALF_TYPED, "bnlab/scaling.py cannot be imported: SyntaxError, line 1: expected '('"),
            ("while True:\n    pass\n", "bnlab/scaling.py did not end within 1 s"),
            (
                "raise SystemExit(3)\n",
                "SystemExit, line 1: the code ends Python, with exit(), sys.exit() or os._exit()",
            ),
            ("import os\nos._exit(3)\n", "SystemExit, line 2: the code ends Python"),
            ("print('x' * 10**6)\n1 / 0\n", "ZeroDivisionError, line 2: division by zero"),
        ):
            module.write_text(broken)
            text = said(client, "1 + 1")
            assert sentence in text
            assert notice in text
            assert "Traceback" not in text
            assert len(text) < 2500
            assert said(client, "scaling.min_max_scale") == ""
        module.write_text(skeleton.replace("raise NotImplementedError()", "return 17", 1))
        assert said(client, "print(scaling.min_max_scale(1))") == "17\n"


DIES = "\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
DIES_IN_THE_ZIP = """
import os, signal, zipfile

write = zipfile.ZipFile.writestr

def die(zipped, *args):
    write(zipped, *args)
    zipped.fp.flush()
    os.kill(os.getpid(), signal.SIGKILL)

zipfile.ZipFile.writestr = die
kit.submit("scaling")
"""


def test_a_killed_kernel_takes_nothing_with_it(tmp_path):
    handout = unpack(tmp_path / "Übung drei")
    module, submissions = handout / "bnlab" / "scaling.py", handout / "submissions"
    module.write_text(solutions.solved("scaling"))

    def said(client, source):
        cell = nbformat.v4.new_code_cell(source)
        client.nb.cells.append(cell)
        client.execute_cell(cell, len(client.nb.cells) - 1)
        assert not failed(cell), outputs(cell, "error")
        return "".join(each["data"]["text/plain"] for each in outputs(cell, "execute_result"))

    def dies(client, source):
        with pytest.raises(DeadKernelError):
            said(client, source)

    start = "from bnlab import kit"
    with kernel(handout, "01_scaling") as client:
        said(client, start)
        said(client, 'kit.hint("standardize")')
        done = said(client, "kit.progress()")
        assert "2 of 26 tasks done" in done
        module.write_text(solutions.solved("scaling") + DIES)
        dies(client, 'kit.check("scaling")')
    assert module.read_text() == solutions.solved("scaling") + DIES
    module.write_text(solutions.solved("scaling"))
    with kernel(handout, "01_scaling") as client:
        said(client, start)
        assert said(client, "kit.progress()") == done
        dies(client, DIES_IN_THE_ZIP)
    assert list(submissions.glob("*.zip")) == []
    with kernel(handout, "01_scaling") as client:
        said(client, start)
        assert ALL_HOLD.search(said(client, 'kit.check("scaling")'))
        assert "1. " in (hints := said(client, 'kit.hint("standardize")'))
        assert "2. " in hints
        said(client, 'kit.submit("scaling")')
    (made,) = submissions.glob("*.zip")
    assert handed_in(made)["scaling"]["bnlab/scaling.py"] == module.read_bytes()
