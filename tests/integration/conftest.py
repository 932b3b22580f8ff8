"""Fixtures of the tests that run submissions."""

import pytest

from bngrader.judging.judge import Judge
from bngrader.sandbox.sandbox import Limits
from tests.helpers import shared_mistakes


@pytest.fixture(scope="session")
def judge():
    """A judge that has already started its fork server."""
    limits, cache = Limits(call_s=8, submission_s=60), shared_mistakes.folder()
    with Judge(shared_mistakes.SECRET, limits, cache_dir=cache) as one:
        yield one
