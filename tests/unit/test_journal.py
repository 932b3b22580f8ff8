"""The journal holds what was judged, whatever ended the run that wrote it."""

import json
import resource
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bngrader.core.report import Report
from bngrader.course.journal import Journal, key_of

ROWS = [
    (f"learner-{n}", "moments", f"key-{n}", Report("moments", (), f"problem {n}")) for n in range(5)
]


def written(path, rows=ROWS):
    with Journal(path) as journal:
        for row in rows:
            journal.add(*row)
    return path.read_bytes()


def known(path):
    with Journal(path) as journal:
        return [journal.known(*row[:3]) is not None for row in ROWS]


def test_what_was_written_is_known_and_what_differs_in_anything_is_not(tmp_path):
    written(tmp_path / "journal")
    with Journal(tmp_path / "journal") as journal:
        assert journal.known(*ROWS[2][:3]) == ROWS[2][3]
        assert journal.known("learner-2", "moments", "another key") is None
        assert journal.known("learner-2", "layer", "key-2") is None
        assert journal.known("learner-9", "moments", "key-2") is None


def test_the_last_word_on_a_submission_counts_and_no_line_is_changed(tmp_path):
    path = tmp_path / "journal"
    before = written(path)
    learner, unit, _, _ = ROWS[0]
    after = written(path, [(learner, unit, "new key", Report("moments", ()))])
    assert after.startswith(before)
    with Journal(path) as journal:
        assert journal.known(learner, unit, "new key") == Report("moments", ())
        assert journal.known(*ROWS[0][:3]) is None


@given(st.data())
def test_a_file_cut_at_any_byte_keeps_its_whole_lines_and_takes_new_ones(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("cut") / "journal"
    content = written(path)
    cut = data.draw(st.integers(0, len(content)))
    path.write_bytes(content[:cut])
    # A last line that lacks nothing but its end is a whole line.
    whole = sum(line in content[:cut].splitlines() for line in content.splitlines())
    assert known(path) == [True] * whole + [False] * (5 - whole)
    written(path, ROWS[whole:])
    assert known(path) == [True] * 5


def test_a_row_of_another_format_or_with_another_report_is_not_known(tmp_path):
    path = tmp_path / "journal"
    first, second, *_ = map(json.loads, written(path).splitlines())
    first["format"] = 0
    del second["report"]["tasks"]
    with path.open("a") as file:
        file.write(f"{json.dumps(second)}\n{json.dumps(first)}\n")
    with Journal(path) as journal:
        assert journal.known(*ROWS[0][:3]) == ROWS[0][3]  # the row before it
        assert journal.known(*ROWS[1][:3]) is None


@pytest.mark.parametrize("line", [b"\x00\xff", b"[]", b'{"learner": 1}', b"null", b"{" * 2000])
def test_a_line_that_is_no_line_of_a_journal_is_skipped(tmp_path, line):
    path = tmp_path / "journal"
    content = written(path)
    path.write_bytes(line + b"\n" + content + line)
    assert known(path) == [True] * 5


def test_a_second_run_is_refused_while_the_first_lasts(tmp_path):
    path = tmp_path / "journal"
    code = (
        "import sys, pathlib; from bngrader.course.journal import Journal; "
        "Journal(pathlib.Path(sys.argv[1]))"
    )
    with Journal(path):
        done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True)
        assert "is in use by another run" in done.stderr
    assert subprocess.run([sys.executable, "-c", code, path]).returncode == 0


def test_a_journal_that_cannot_be_opened_is_said_so(tmp_path):
    (tmp_path / "journal").mkdir()
    with pytest.raises(ValueError, match=r"cannot be opened \(Is a directory\)"):
        Journal(tmp_path / "journal")


def test_a_full_disk_is_told_once_and_the_run_goes_on(tmp_path):
    """The limit on the size of a file is a disk that is full: a write comes back short."""
    path = tmp_path / "journal"
    line = len(written(path, ROWS[:1]))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Journal(path) as journal:
        resource.setrlimit(resource.RLIMIT_FSIZE, (line + 20, hard))
        try:
            for row in ROWS[1:]:
                journal.add(*row)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert "cannot be written" in journal.fault
        journal.add(*ROWS[4])
    assert known(path) == [True, False, False, False, True]
    assert len(path.read_bytes().splitlines()) == 3


def test_the_key_changes_with_everything_that_a_report_follows_from(monkeypatch):
    keys = {
        key_of("moments", "x = 1", "", b"s"),
        key_of("layer", "x = 1", "", b"s"),
        key_of("moments", "x = 2", "", b"s"),
        key_of("moments", "x = 1", "", b"t"),
        key_of("moments", None, "bnlab/moments.py is missing.", b"s"),
        key_of("moments", "None", "bnlab/moments.py is missing.", b"s"),
        key_of("moments", "", "", b"s"),
        key_of("moments", "", "x", b"s"),
    }
    assert len(keys) == 8
    before = key_of("moments", "x = 1", "", b"s")
    monkeypatch.setattr("bngrader.course.journal.grader_digest", lambda unit: f"another {unit}")
    assert key_of("moments", "x = 1", "", b"s") != before


def test_a_line_is_plain_json_for_whoever_wants_to_look(tmp_path):
    rows = [json.loads(line) for line in written(tmp_path / "journal").splitlines()]
    assert [row["learner"] for row in rows] == [row[0] for row in ROWS]
    assert set(rows[0]) == {"format", "learner", "unit", "key", "report"}
