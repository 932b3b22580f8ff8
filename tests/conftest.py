"""What several tests share: one warm judge, and the rule that CI skips nothing."""

import os
import tempfile

import pytest
from hypothesis import settings

# Before anything of the grader is imported: tests never touch a running course.
os.environ["BNGRADER_COURSE"] = tempfile.mkdtemp(prefix="bngrader-course-")

from bngrader.judge import Judge
from bngrader.sandbox import Limits

# The same examples every time, however slow the machine: a red test is a fault, not the weather.
settings.register_profile("course", deadline=None, derandomize=True)
settings.load_profile("course")


@pytest.fixture(scope="session")
def judge():
    with Judge(b"tests", Limits(call=8, submission=60)) as one:
        yield one


def pytest_sessionfinish(session, exitstatus):
    """In CI a skip is a failure: there everything is installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = 1
