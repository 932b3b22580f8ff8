"""The attacks on stock nbgrader, of which one is run, and the page that prints their results."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from benchmarks.stock_nbgrader.attacks import ATTACKS, _Scripts
from benchmarks.stock_nbgrader.scratch import HARDENED

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "stock_nbgrader.md").read_text("utf-8")


@pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
def test_a_classmates_work_is_changed_with_stock_settings_and_kept_with_hardened_ones(tmp_path):
    path = tmp_path / "results.json"
    command = [sys.executable, "-m", "benchmarks.stock_nbgrader", "--only", "classmate"]
    with tempfile.TemporaryDirectory() as place:  # its path is short enough for a socket
        done = subprocess.run(
            [*command, "--json", str(path)], cwd=ROOT, env=os.environ | {"TMPDIR": place},
            capture_output=True, text=True, timeout=500,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert os.listdir(place) == []
    result = json.loads(path.read_text())["results"]["classmate"]
    assert [result[settings]["succeeded"] for settings in ("stock", "hardened")] == [True, False]


def test_a_run_of_some_attacks_leaves_the_results_file_alone():
    command = [sys.executable, "-m", "benchmarks.stock_nbgrader", "--only", "page"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "--only needs --json" in done.stderr


def test_the_page_has_a_row_for_each_attack_with_both_results():
    for name, attack in ATTACKS.items():
        (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| {attack.aim} |")]
        for settings in ("stock", "hardened"):
            assert f"<!-- stock_nbgrader: results/{name}/{settings}/succeeded -->" in row


def test_the_page_prints_the_settings_that_were_tried():
    text = (HARDENED / "nbgrader_config.py").read_text("utf-8")
    assert text.split('"""\n\n', 1)[1].strip().replace("  # noqa: F821", "") in PAGE
    start = (HARDENED / "kernels" / "confined" / "start.sh").read_text("utf-8")
    assert start.strip() in PAGE


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<script>stolen = 1</script>", True),
        ('<p><img src="x" onerror="stolen = 1"></p>', True),
        ("&lt;script&gt;stolen = 1&lt;/script&gt;", False),
        ("<script>other()</script><p>stolen</p>", False),
    ],
)
def test_a_script_is_found_as_an_element_or_a_handler_and_not_as_text(page, found):
    parser = _Scripts()
    parser.feed(page)
    assert parser.found is found
