"""What several tests share: one warm judge, and the rule that CI skips nothing."""

import fcntl
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything of the grader is imported: tests never touch a running course.
os.environ["BNGRADER_COURSE"] = tempfile.mkdtemp(prefix="bngrader-course-")

from bngrader.judging.judge import Judge
from bngrader.sandbox.sandbox import Limits

# The same examples every time, however slow the machine: a red test is a fault, not the weather.
settings.register_profile("course", deadline=None, derandomize=True)
settings.load_profile("course")


@pytest.fixture(scope="session")
def judge():
    with Judge(b"tests", Limits(call_s=8, submission_s=60)) as one:
        yield one


@pytest.fixture(scope="session")
def book_html(tmp_path_factory):
    """Folder of the built book, where a warning is an error; one build for all test processes."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", ".", "--path-output", shared / "book", "-W", "-n", "--keep-going"]
    done = shared / "book-is-built"
    with open(shared / "book.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Twice: the second time only what changed is written, and that must be clean, too.
        for _ in range(0 if done.exists() else 2):
            built = subprocess.run(
                command, cwd=Path(__file__).parents[1], capture_output=True, text=True
            )
            assert built.returncode == 0, built.stderr[-3000:]
        done.touch()
    return shared / "book" / "_build" / "html"


def pytest_sessionfinish(session, exitstatus):
    """In CI a skip is a failure: there everything is installed.

    One reason is allowed, because no package cures it: a machine without a GPU.
    """
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    lacking = [each for each in skipped if not str(each.longrepr[-1]).endswith("Skipped: no CUDA")]
    if os.environ.get("CI") and lacking and exitstatus == 0:
        session.exitstatus = 1
