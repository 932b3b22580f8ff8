"""The command with `--gradebook`, killed a few times, and the comparison that follows."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_gradebook_and_its_pages_are_the_same_after_runs_that_were_killed(tmp_path):
    path = tmp_path / "kills.json"
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.gradebook_kills"]
    command += ["--learners", "1", "--kills", "4", "--seed", "7", "--json", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"same": true' in path.read_text()
    assert '"pages": 12' in path.read_text()


def test_a_lost_row_and_a_changed_page_are_differences(tmp_path, monkeypatch):
    """The control: the comparison finds what a kill could do."""
    from benchmarks import gradebook_kills
    from bngrader.course.course import Course

    one, other = Course(tmp_path / "one"), Course(tmp_path / "other")
    recorded = {one: {"ada/moments": [1], "bela/moments": [2]}, other: {"ada/moments": [1]}}
    monkeypatch.setattr(gradebook_kills, "rows", recorded.__getitem__)
    for course, text in ((one, "old"), (other, "new")):
        page = course.feedback / "ada" / "moments" / "02_moments.html"
        page.parent.mkdir(parents=True)
        page.write_text(text)
    assert gradebook_kills.compare(one, other) == {
        "rows": ["bela/moments"],
        "files": ["feedback/ada/moments/02_moments.html"],
    }
