"""What several tests share: one warm judge, and the rule that CI skips nothing."""

import os
import shutil
import tempfile

import pytest

# Before anything of the grader is imported: tests never touch a running course.
os.environ["BNGRADER_COURSE"] = tempfile.mkdtemp(prefix="bngrader-course-")

from bngrader.judge import Judge
from bngrader.sandbox import Limits


@pytest.fixture(scope="session")
def judge():
    with Judge(b"tests", Limits(call=8, submission=60)) as one:
        yield one


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is missing: apt-get install chromium")
    return path


def pytest_sessionfinish(session, exitstatus):
    """In CI a skip is a failure: there everything is installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = 1
