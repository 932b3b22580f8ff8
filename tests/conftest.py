"""Settings and fixtures of all tests.

Fixtures that need torch or a sandbox are in `tests/integration/conftest.py`, so that the unit layer
starts without them.
"""

import fcntl
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from tests.helpers import shared_mistakes

# Set before the grader is imported: no test may touch a running course.
COURSE = shared_mistakes.share(tempfile.mkdtemp(prefix="bngrader-course-"))
os.environ["BNGRADER_COURSE"] = str(COURSE)

# The same examples in every run and no deadline, so that a slow machine fails no test.
settings.register_profile("course", deadline=None, derandomize=True)
settings.load_profile("course")

NO_CUDA = "no CUDA"
"""The one reason to skip that is allowed in CI: no package gives a machine a GPU."""


@pytest.fixture(scope="session")
def book_html(tmp_path_factory):
    """Return the folder of the built book, which all test processes share.

    A warning of Sphinx is an error. The book is built twice: the second, incremental build must be
    free of warnings as well.
    """
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", ".", "--path-output", shared / "book", "-W", "-n", "--keep-going"]
    done = shared / "book-is-built"
    with open(shared / "book.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for _ in range(0 if done.exists() else 2):
            built = subprocess.run(
                command, cwd=Path(__file__).parents[1], capture_output=True, text=True
            )
            assert built.returncode == 0, built.stderr[-3000:]
        done.touch()
    return shared / "book" / "_build" / "html"


def pytest_sessionfinish(session, exitstatus):
    """Fail the run if a test was skipped in CI, where every system package is installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("CI") or exitstatus != 0:
        return
    reasons = {str(each.longrepr[-1]) for each in reporter.stats.get("skipped", [])}
    forbidden = sorted(reason for reason in reasons if not reason.endswith(f"Skipped: {NO_CUDA}"))
    if forbidden:
        session.exitstatus = 1
        reporter.write_line(f"\nCI allows no skipped test; skipped here: {'; '.join(forbidden)}")
