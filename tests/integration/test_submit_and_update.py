"""What leaves the learner's folder and what comes into it: submissions, hints, updates."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile

import pytest

from bngrader.authoring import release
from bngrader.core import solutions
from bnlab.kit.course import units
from bnlab.kit.feedback.hints import all_hints
from tests.helpers.learner import bnlab, unpack

WITHOUT_NBGRADER = """
import sys

class Without:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("nbgrader", "bngrader"):
            return None
        return self.finder.find_spec(name, path, target)

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
"""


@pytest.fixture
def folder(tmp_path):
    """A learner's folder; nbgrader is not installed there."""
    made = unpack(tmp_path / "Übung 1 with a space")
    (made / "sitecustomize.py").write_text(WITHOUT_NBGRADER)
    return made


def only_zip(folder):
    (path,) = (folder / "submissions").iterdir()
    return path


def entries(path):
    with zipfile.ZipFile(path) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def test_an_unfinished_unit_is_handed_in_with_a_list_of_what_is_missing(folder):
    done = bnlab(folder, "submit", "moments")
    assert done.returncode == 0, done.stderr
    for said in (
        "batch_moments: not written yet", "normalize: not written yet", "quiz grams: no answer yet",
        "written answer: no answer yet", "receipt ",
    ):  # fmt: skip
        assert said in done.stdout
    assert "nbgrader" not in done.stdout
    assert set(entries(only_zip(folder))) == {
        "moments/02_moments.ipynb", "moments/bnlab/moments.py", "moments/receipt.json",
    }  # fmt: skip


def test_the_zip_holds_the_files_as_they_are_and_a_receipt_of_their_hashes(folder):
    (folder / "bnlab" / "moments.py").write_text(solutions.solved("moments"))
    done = bnlab(folder, "submit", "moments")
    assert "batch_moments: 6 of 6 properties hold" in done.stdout
    inside = entries(only_zip(folder))
    receipt = json.loads(inside["moments/receipt.json"])
    assert receipt["unit"] == "moments"
    assert set(receipt["files"]) == {"02_moments.ipynb", "bnlab/moments.py"}
    for name, digest in receipt["files"].items():
        assert hashlib.sha256(inside[f"moments/{name}"]).hexdigest() == digest
    assert inside["moments/bnlab/moments.py"].decode() == solutions.solved("moments")
    short = hashlib.sha256(inside["moments/receipt.json"]).hexdigest()[:12]
    assert f"receipt {short}" in done.stdout


def test_what_was_answered_is_said_and_not_whether_it_is_right(folder):
    path = folder / "exercises" / "02_moments.ipynb"
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade_id") == "quiz-grams":
            cell["source"] = ["grams = 17"]
        if marks.get("grade_id") == "written-moments":
            cell["source"] = ["Three words here."]
    path.write_text(json.dumps(notebook))
    said = bnlab(folder, "submit", "moments").stdout
    assert "quiz grams: your answer is 17\n" in said
    assert "written answer: 3 words" in said
    assert "right" not in said


def test_handing_in_twice_makes_two_zips(folder):
    for _ in range(3):
        assert bnlab(folder, "submit", "moments").returncode == 0
    assert len(list((folder / "submissions").iterdir())) == 3


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda f: (f / "exercises/02_moments.ipynb").unlink(), "missing: exercises/02_moments"),
        (lambda f: (f / "bnlab/moments.py").unlink(), "missing: bnlab/moments.py"),
        (lambda f: (f / "bnlab/moments.py").write_text("x = (\n"), "cannot be imported: Syntax"),
        (lambda f: (f / "bnlab/moments.py").write_text("#" * 300_000), "too large: bnlab/moments"),
        (
            lambda f: (f / "exercises/02_moments.ipynb").write_text("{"),
            "unreadable: exercises/02_m",
        ),
    ],
)
def test_nothing_is_refused(folder, spoil, said):
    spoil(folder)
    done = bnlab(folder, "submit", "moments")
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
    assert only_zip(folder).is_file()


def test_a_unit_without_files_is_one_sentence(folder):
    (folder / "bnlab/moments.py").unlink()
    (folder / "exercises/02_moments.ipynb").unlink()
    done = bnlab(folder, "submit", "moments")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"bnlab submit: bnlab/moments.py not found in {folder}; nothing to hand in. "
        "`bnlab update batch-norm-lab.zip` restores it.\n"
    )


def test_a_zip_that_cannot_be_written_is_one_sentence_in_terminal_and_notebook(folder):
    (folder / "submissions").write_text("a file in the place of the folder")
    said = f"nothing was handed in. {folder}/submissions: File exists."
    done = bnlab(folder, "submit", "moments")
    assert (done.returncode, done.stderr) == (2, f"bnlab submit: {said}\n")
    code = (
        "from bnlab import kit\nfrom bnlab.kit.course import UserError\n"
        "try:\n    kit.submit('moments')\n"
        "except UserError as error:\n    print(*error._render_traceback_())\n"
    )
    cell = [sys.executable, "-c", code]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    done = subprocess.run(cell, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.stdout == f"{said}\n"


def test_the_exchange_folder_is_filled_where_there_is_one(tmp_path):
    folder, exchange = unpack(tmp_path / "learner"), tmp_path / "exchange"
    (exchange / "batch-norm" / "inbound").mkdir(parents=True)
    (exchange / "batch-norm" / "outbound" / "moments").mkdir(parents=True)
    exchange.chmod(0o777)
    settings = tmp_path / "jupyter"
    settings.mkdir()
    (settings / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n"
        "c.CourseDirectory.course_id = 'batch-norm'\n"
    )
    more = {"JUPYTER_CONFIG_DIR": str(settings), "JUPYTER_DATA_DIR": str(tmp_path / "data")}
    done = bnlab(folder, "submit", "moments", **more)
    assert "also handed in through nbgrader" in done.stdout, done.stdout + done.stderr
    (arrived,) = (exchange / "batch-norm" / "inbound").iterdir()
    assert (arrived / "bnlab" / "moments.py").is_file()
    assert (arrived / "02_moments.ipynb").is_file()


# --- hints ----------------------------------------------------------------------------------------


def test_every_task_has_three_hints_and_each_says_more_than_a_word():
    assert list(all_hints()) == [task.name for unit in units().values() for task in unit.tasks]
    for name, steps in all_hints().items():
        assert len(set(steps)) == 3, name
        assert all(60 < len(step) < 450 for step in steps), name


def test_hints_come_one_by_one_and_are_counted_on_this_disk_alone(folder):
    for count in (1, 2, 3, 3):
        said = bnlab(folder, "hint", "BatchNorm.track").stdout
        assert [f"\n{n}. " in said for n in (1, 2, 3)] == [n <= count for n in (1, 2, 3)]
    notes = json.loads((folder / ".bnlab" / "notes.json").read_text())
    assert notes["hints"] == {"BatchNorm.track": 3}
    assert bnlab(folder, "submit", "layer").returncode == 0
    assert not any(".bnlab" in name for name in entries(only_zip(folder)))


def test_notes_that_are_damaged_are_begun_anew(folder):
    (folder / ".bnlab").mkdir()
    (folder / ".bnlab" / "notes.json").write_text("[")
    assert bnlab(folder, "hint", "normalize").returncode == 0


# --- status ---------------------------------------------------------------------------------------


def test_status_follows_the_files_and_knows_what_was_handed_in(folder):
    module = folder / "bnlab" / "moments.py"
    assert "0 of 26 tasks done" in bnlab(folder, "status").stdout
    module.write_text(solutions.solved("moments"))
    assert "2 of 26 tasks done" in bnlab(folder, "status").stdout
    module.write_text(solutions.mistakes("moments")[0].source)
    said = bnlab(folder, "status").stdout
    assert "not right yet" in said
    bnlab(folder, "submit", "moments")
    code = "from bnlab import kit; print(kit.progress()._repr_html_())"
    page = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert page.count("<td>yes</td>") == 1
    assert [page.index(f">{task.name}<") for unit in units().values() for task in unit.tasks] == (
        sorted(page.index(f">{task.name}<") for unit in units().values() for task in unit.tasks)
    )
    assert "1 of 26 tasks done" in page


# --- update ---------------------------------------------------------------------------------------


@pytest.fixture
def newer(tmp_path, monkeypatch):
    """A later handout: the kit, a skeleton, a notebook and the project have changed."""
    files = release.handout_files()
    del files["bnlab/kit/nets/devices.py"], files["bnlab/kit/nets/train.py"]
    for name in (
        "bnlab/kit/nets/plots.py",
        "bnlab/moments.py",
        "bnlab/forward.py",
        "pyproject.toml",
    ):
        files[name] += b"# newer\n"
    files["exercises/02_moments.ipynb"] = files["exercises/02_moments.ipynb"].replace(
        b"Four people", b"Five people"
    )
    del files["bnlab/kit/handout.json"]
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    files["bnlab/kit/handout.json"] = json.dumps({"book": "", "files": digests}).encode()
    path = tmp_path / "new.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        for name, content in files.items():
            zipped.writestr(f"batch-norm-lab/{name}", content)
    return path


def test_an_update_brings_what_is_new_and_keeps_what_was_written(folder, newer):
    mine, notebook = folder / "bnlab" / "moments.py", folder / "exercises" / "02_moments.ipynb"
    mine.write_text(solutions.solved("moments"))
    notebook.write_text(notebook.read_text() + "\n")
    (folder / "bnlab" / "backward.py").unlink()
    (folder / "bnlab/kit/nets/models.py").write_text("# my own experiment\n")
    (folder / "bnlab/kit/nets/train.py").write_text("# my own loop\n")
    (folder / "my_notes.txt").write_text("mine\n")
    done = bnlab(folder, "update", str(newer))
    assert done.returncode == 0, done.stderr
    assert mine.read_text() == solutions.solved("moments")
    assert notebook.read_text().endswith("\n\n")
    assert (folder / "my_notes.txt").read_text() == "mine\n"
    assert "kept bnlab/moments.py; the new one is updates/bnlab/moments.py" in done.stdout
    assert (folder / "updates" / "bnlab" / "moments.py").read_text().endswith("# newer\n")
    assert "Five people" in (folder / "updates" / "exercises" / "02_moments.ipynb").read_text()
    assert (folder / "bnlab" / "forward.py").read_text().endswith("# newer\n")
    assert (folder / "bnlab/kit/nets/plots.py").read_text().endswith("# newer\n")
    assert (folder / "bnlab" / "backward.py").is_file()
    assert "my own" in (folder / "updates/yours/bnlab/kit/nets/models.py").read_text()
    assert "my own" not in (folder / "bnlab/kit/nets/models.py").read_text()
    assert "removed bnlab/kit/nets/devices.py\n" in done.stdout
    assert not (folder / "bnlab/kit/nets/devices.py").exists()
    assert not (folder / "bnlab/kit/nets/train.py").exists()
    assert "my own" in (folder / "updates/yours/bnlab/kit/nets/train.py").read_text()
    assert "run `pip install -e .` in this folder again" in done.stdout
    again = bnlab(folder, "update", str(newer))
    assert again.stdout == "All files are up to date.\n"
    assert bnlab(folder, "check", "moments").returncode == 0


def test_update_from_a_file_that_does_not_exist_names_the_file(folder):
    for path, reason in ((folder / "no.zip", "No such file"), (folder / "bnlab", "Is a directory")):
        done = bnlab(folder, "update", str(path))
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"bnlab update: {path}: {reason}")


@pytest.mark.parametrize("content", [b"", b"no zip"])
def test_what_is_no_handout_changes_nothing(folder, tmp_path, content):
    path = tmp_path / "other.zip"
    path.write_bytes(content)
    done = bnlab(folder, "update", str(path))
    assert done.returncode == 2
    assert "is not a handout, expected a zip like batch-norm-lab.zip" in done.stderr


# --- Colab ----------------------------------------------------------------------------------------


def test_the_cell_for_colab_fetches_the_handout_once_and_keeps_what_was_written(tmp_path):
    page = (solutions.ROOT / "book" / "how_to.md").read_text("utf-8")
    cell = page.partition("```python\n")[2].partition("```")[0]
    assert cell.startswith('ADDRESS = "https://example.org/')
    archive = release.release(tmp_path / "course")
    cell = cell.replace("https://example.org/batch-norm-lab.zip", archive.as_uri())
    cell += "\nimport bnlab.moments\nprint(bnlab.moments.__file__)\n"
    mine = tmp_path / "batch-norm-lab" / "bnlab" / "moments.py"
    for text in ("# mine\n", "# mine, more\n"):
        done = subprocess.run(
            [sys.executable, "-c", cell], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() == str(mine)
        if text != "# mine\n":
            assert mine.read_text() == "# mine\n"
        mine.write_text(text)
