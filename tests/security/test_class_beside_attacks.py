"""A class beside the attacks that cost the grader most: nobody waits longer than one deadline."""

import pytest

from bngrader.grading.jobs import Settings
from bngrader.grading.pool import JudgePool
from bngrader.sandbox.limits import Limits
from tests.security import catalogue, harness
from tools.attack_class import ClassResult, fault, grade_beside

LIMITS = Limits(call_s=2, submission_s=8)
WORST = (
    "b_one_array_many_times",  # memory of the judge
    "b_forged_reply_to_load",  # a failure of the grader, not of the learner
    "d_open_quotes",  # quadratic work outside the child
    "d_sleep_until_each_deadline",  # as much time as there is
    "d_segfault",  # further runs
)


@pytest.fixture(scope="module")
def pool():
    """One judge process, so that all submissions meet the attack."""
    limits = LIMITS.call_s, LIMITS.submission_s
    settings = Settings(harness.SECRET, harness.MISTAKE_CACHE, limits=limits)
    with JudgePool(settings, 1) as one:
        grade_beside(None, one)  # starts the judge process
        yield one


@pytest.mark.parametrize("name", WORST)
def test_a_class_beside_an_attack_is_judged_within_one_deadline(pool, name):
    (attack,) = [each for each in catalogue.attacks() if each.name == name]
    alone = grade_beside(None, pool).seconds
    assert fault(grade_beside(attack, pool), alone, LIMITS) == ""


def test_a_right_submission_that_waits_or_loses_marks_is_a_fault():
    good = ClassResult("a", 9.2, (), (), 9.2)
    assert fault(good, 1.0, LIMITS) == ""
    assert fault(good, 0.9, LIMITS) == "9.2 s, at most 9.2 s"
    assert fault(ClassResult("a", 1.0, ("r",), ("r",), 1.0), 1.0, LIMITS) == "not judged: r"
    assert fault(ClassResult("a", 1.0, (), ("r",), 1.0), 1.0, LIMITS) == "lost marks: r"
