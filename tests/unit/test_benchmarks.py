"""The benchmarks: what they conclude from measurements, and going on after an interruption."""

import json
import sqlite3
import subprocess
import time

import pytest

from benchmarks import __main__ as program
from benchmarks import class_run
from benchmarks.class_figure import line
from benchmarks.gradebook_lock import SaveAttempts

LARGEST = {
    "submissions": 100, "judging": 50.0, "recording": 20.0, "pages": 30.0,
    "nothing new, without": 2.0, "nothing new, with": 3.0, "three new, with": 5.0,
    "lock": {"longest": 0.25},
}  # fmt: skip


def test_figures_of_a_class_are_those_of_the_largest_and_of_all_its_parts():
    figures = class_run.summarize(
        {"classes": {"10": {}, "100": LARGEST}, "nbgrader": {"seconds": 40.0}}
    )
    assert figures["with the gradebook over judging"] == 2.0
    assert figures["with the gradebook over without, nothing new"] == 1.5
    assert figures["seconds more with three new than with nothing new"] == 2.0
    assert figures["longest lock of the gradebook, seconds"] == 0.25
    assert figures["times as fast as nbgrader autograde and generate_feedback"] == 40.0
    assert class_run.TARGETS.keys() <= figures.keys()


def test_lines_of_the_drawing_go_through_the_measured_sizes_and_on():
    at = line([(10, 5.0), (20, 6.0), (40, 16.0)])
    assert [at(size) for size in (10, 15, 20, 30, 40, 80)] == [5.0, 5.5, 6.0, 11.0, 16.0, 36.0]


def test_save_attempts_find_the_longest_lock(tmp_path):
    path = tmp_path / "gradebook.db"
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("CREATE TABLE t (x)")
    with SaveAttempts(path) as attempts:
        base.execute("BEGIN IMMEDIATE")
        time.sleep(0.3)
        base.execute("COMMIT")
        deadline = time.monotonic() + 20
        while attempts.longest < 0.2 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert attempts.longest >= 0.2
    assert attempts.count >= 1
    base.close()


@pytest.fixture
def steps(monkeypatch, tmp_path):
    """Three benchmarks, and the list of those that ran; the second fails while `broken` exists."""
    ran = []

    def run(words, cwd):
        ran.append(words[2].removeprefix("benchmarks."))
        failed = ran[-1] == "two" and (tmp_path / "broken").exists()
        return subprocess.CompletedProcess(words, int(failed))

    monkeypatch.setattr(program, "STEPS", {name: (name, (name,)) for name in ("one", "two", "six")})
    monkeypatch.setattr(program, "DONE", tmp_path / "bench" / "done.json")
    monkeypatch.setattr(program.subprocess, "run", run)
    return ran


def test_benchmarks_go_on_with_those_that_are_not_done(steps, tmp_path, capsys):
    (tmp_path / "broken").touch()
    assert program.main([]) == 1
    assert steps == ["one", "two"]
    assert "two: failed" in capsys.readouterr().err
    (tmp_path / "broken").unlink()
    assert program.main([]) == 0
    assert steps == ["one", "two", "two", "six"]
    assert "one: one: done" in capsys.readouterr().out


def test_benchmarks_run_again_after_a_change_of_the_code_or_if_asked(steps, monkeypatch):
    assert program.main([]) == 0
    assert program.main(["--only", "one", "--again"]) == 0
    monkeypatch.setattr(program, "digest", lambda: "of other code")
    assert program.main(["--only", "six"]) == 0
    assert steps == ["one", "two", "six", "one", "six"]
    assert json.loads(program.DONE.read_text())["six"] == "of other code"
