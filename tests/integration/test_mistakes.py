"""Every mistake and every accepted solution, graded with the hidden tests of its unit."""

import pytest

from bngrader.authoring.validate_tests import matrix
from bnlab.kit.course import coded_units


@pytest.mark.parametrize("name", list(coded_units()))
def test_mistakes_lose_the_tasks_they_name_and_accepted_solutions_lose_none(name, judge):
    assert matrix(name, judge).faults == []
