"""Fixtures of the tests that run submissions."""

import pytest

from bngrader.judging.judge import Judge
from bngrader.sandbox.sandbox import Limits


@pytest.fixture(scope="session")
def judge():
    """A judge that has already started its fork server."""
    with Judge(b"tests", Limits(call_s=8, submission_s=60)) as one:
        yield one
