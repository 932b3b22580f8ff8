"""No room, or no right to write: one line, what was there is as it was, and a rerun completes."""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from functools import partial
from pathlib import Path

import pytest

from bngrader.authoring.notebooks import notebook_bytes
from bngrader.core import solutions
from bngrader.course.collecting import collect
from bngrader.course.course import Course
from bnlab.kit.course import unit
from tests.helpers.disk_full import WAYS, limited_space, small_disk, small_files

NOBODY = 65534
SECRET = "5" * 64 + "\n"


@pytest.fixture(params=WAYS)
def folder(request, tmp_path):
    """A folder, and what makes that nothing more can be written there: `with full(): ...`."""
    place = tmp_path / "small"
    place.mkdir()
    if request.param == "limit":
        yield place, partial(small_files, 1500)
    else:
        with small_disk(place):
            yield place, partial(limited_space, place, 0)


def run(place, *words):
    """The command in a course of its own: its exit code and what it says of errors."""
    done = subprocess.run(
        [sys.executable, "-m", "bngrader.cli.main", *map(str, words)],
        cwd=solutions.ROOT, env=os.environ | {"BNGRADER_COURSE": str(place)},
        capture_output=True, text=True,
    )  # fmt: skip
    return done.returncode, done.stderr, done.stdout


def contents(place):
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    root = tmp_path_factory.mktemp("submitted")
    for number in range(3):
        place = root / f"l{number}" / "scaling" / "bnlab"
        place.mkdir(parents=True)
        (place / "scaling.py").write_text(f"{solutions.solved('scaling')}\n# {number}\n")
    return root


def test_a_class_is_judged_without_room_for_it_and_written_when_there_is(
    handed_in, folder, tmp_path
):
    words = ("grade", handed_in, "-j", 1, "--i-trust-these-submissions", "--json")
    roomy = tmp_path / "roomy"
    roomy.mkdir()
    (roomy / "secret").write_text(SECRET)
    assert run(roomy, *words, roomy / "grades.json")[0] == 0
    place, full = folder
    (place / "secret").write_text(SECRET)
    (place / "grades.json").write_text("before")
    with full():
        code, errors, said = run(place, *words, place / "grades.json")
        assert code == 2
        assert "journal.jsonl cannot be written (" in said
        assert "the next one starts from the beginning." in said
        assert errors.count("\n") == 1
        assert "grades.json cannot be written" in errors
        assert "a previous file is unchanged. Make sure that the folder is writable" in errors
        assert (place / "grades.json").read_text() == "before"
        assert not [name for name in contents(place) if "partial" in name]
    assert run(place, *words, place / "grades.json")[0] == 0
    assert (place / "grades.json").read_bytes() == (roomy / "grades.json").read_bytes()
    rows = [json.loads(line) for line in (place / "journal.jsonl").read_bytes().splitlines()[-2:]]
    assert {row["unit"] for row in rows} == {"scaling"}


def test_a_secret_is_made_whole_or_not_at_all(folder):
    place, full = folder
    path = place / "secret"
    with full(), small_files(10):
        with pytest.raises(ValueError, match=r"secret cannot be written .* disk has space"):
            Course(place).secret()
        assert not path.exists()
    assert Course(place).secret() == Course(place).secret()
    assert [name for name in contents(place)] == ["secret"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_submission_is_collected_whole_or_not_at_all(folder, tmp_path):
    place, full = folder
    inbox = tmp_path / "inbox"
    inbox.mkdir()

    def arrive(source):
        with zipfile.ZipFile(inbox / "ada.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
            zipped.writestr("moments/02_moments.ipynb", notebook_bytes(unit("moments")))
            zipped.writestr("moments/bnlab/moments.py", source)

    arrive("first = 1\n")
    collect.collect([inbox], place)
    before = contents(place)
    arrive("second = 2\n")
    with full():
        with pytest.raises(
            ValueError, match=r"ada/moments cannot be written to .* is unchanged"
        ) as told:
            collect.collect([inbox], place)
        assert "\n" not in str(told.value)
        assert {k: v for k, v in contents(place).items() if k != ".filler"} == before
    (taken,) = collect.collect([inbox], place)
    assert taken.kind == "taken"
    after = contents(place)
    assert after["ada/moments/bnlab/moments.py"] == b"second = 2\n"
    attempts = [name for name in after if name.startswith("ada/.attempts/moments/")]
    modules = [after[name] for name in attempts if name.endswith("moments.py")]
    assert sorted(modules) == [b"first = 1\n", b"second = 2\n"]
    assert not [name for name in after if "partial" in name]


AS_NOBODY = f"""
import codecs, os, sys
import bngrader.course.collecting.collect, bngrader.course.class_report, bngrader.grading.pool
import bngrader.grading.dask_cluster, bngrader.course.journal, bngrader.cli.main
for name in ("ascii", "cp437"):  # else looked for later, perhaps where only root enters
    codecs.lookup(name)
if os.geteuid() == 0:
    os.setgroups([])
    os.setresgid({NOBODY}, {NOBODY}, {NOBODY})
    os.setresuid({NOBODY}, {NOBODY}, {NOBODY})
sys.exit(bngrader.cli.main.main(sys.argv[1:]))
"""


def test_who_may_not_write_is_told_so_in_one_line_before_anything_is_judged(handed_in):
    with tempfile.TemporaryDirectory() as root:
        os.chmod(root, 0o755)
        class_, place = Path(root, "class"), Path(root, "course")
        (class_ / "ada" / "scaling" / "bnlab").mkdir(parents=True)
        (class_ / "ada" / "scaling" / "bnlab" / "scaling.py").write_text("x = 1\n")
        place.mkdir()
        with zipfile.ZipFile(class_ / "ada.zip", "w") as zipped:
            zipped.writestr("scaling/bnlab/scaling.py", "x = 1\n")

        def refused(*words):
            done = subprocess.run(
                [sys.executable, "-c", AS_NOBODY, *map(str, words)],
                cwd=solutions.ROOT, env=os.environ | {"BNGRADER_COURSE": str(place)},
                capture_output=True, text=True,
            )  # fmt: skip
            assert done.returncode == 2, done.stderr
            assert done.stderr.count("\n") == 1, done.stderr
            return done.stderr

        place.chmod(0o555)
        try:
            assert "secret cannot be written (Permission denied)" in refused("grade", class_)
            place.chmod(0o755)
            (place / "secret").write_text(SECRET)
            (place / "secret").chmod(0o444)
            place.chmod(0o555)
            assert "journal.jsonl cannot be opened (Permission denied)" in refused("grade", class_)
            said = refused("grade", class_, "--json", place / "grades.json")
            assert "cannot be written; choose a file in a writable folder" in said
            said = refused("collect", class_ / "ada.zip", "--into", place / "submitted")
            assert "submissions cannot be written to" in said
            assert [path.name for path in place.iterdir()] == ["secret"]
        finally:
            place.chmod(0o755)
