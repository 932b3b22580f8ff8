"""The logic of a run: what happens to its child, and what its tests are told."""

import numpy as np
import pytest

from bngrader.core import solutions
from bngrader.gradebook.feedback import task_feedback
from bngrader.judging.judge import Judge
from bngrader.judging.lock import JudgeLock
from bngrader.judging.run import Run, _called
from bngrader.sandbox.sandbox import DeathReason
from bngrader.worker import forbidden_ops
from bnlab.kit.testing.assertions import assert_close
from bnlab.kit.testing.learner_module import Handle, LearnerModule
from bnlab.kit.testing.properties import End, Property
from bnlab.kit.testing.remote_ops import Reference
from tests.unit.fakes import FakeSandbox, dies_once

SOURCE = """
import numpy as np

def batch_moments(x):
    return x.mean(axis=0)

def normalize(x):
    raise KeyError
"""


def compares_the_mean(learner, rng):
    x = rng.normal(size=(3, 2))
    assert_close(learner.batch_moments(x), x.mean(axis=0), "mean")


def calls_normalize(learner, rng):
    learner.normalize(rng.normal(size=(3, 2)))


FIRST = Property("batch_moments", "the mean is the mean", "first", compares_the_mean)
SECOND = Property("batch_moments", "the mean is the mean again", "second", compares_the_mean)
OTHER = Property("normalize", "it returns", "other", calls_normalize)


def outcomes(sandbox, source=SOURCE, tests=(FIRST, SECOND, OTHER)):
    with Run(sandbox, JudgeLock(), "moments", source) as run:
        return run.run_tests(list(tests), b"key"), run.crashed


def test_run_reports_what_holds_and_what_the_learners_code_raises():
    (first, second, other), crashed = outcomes(FakeSandbox())
    assert first.passed
    assert second.passed
    assert (other.end, other.detail) == (End.RAISED, "KeyError")
    assert not crashed


def test_run_replaces_a_child_that_dies_and_does_not_try_its_task_again():
    sandbox = FakeSandbox(dies_once(DeathReason.ENDED))
    (first, second, other), crashed = outcomes(sandbox)
    assert [first.end, second.end] == [End.DIED, End.DIED]
    assert first.failure == second.failure
    assert (other.end, sandbox.children, crashed) == (End.RAISED, 2, True)


@pytest.mark.parametrize("reason", DeathReason)
def test_run_counts_as_crashed_only_if_the_child_ended_by_itself(reason):
    found, crashed = outcomes(FakeSandbox(dies_once(reason)))
    assert found[0].detail == reason.name
    assert crashed == (reason is DeathReason.ENDED)


@pytest.mark.parametrize(
    ("source", "failure"),
    [
        ("x = (", "your file cannot be imported: SyntaxError (line 1)."),
        ("\nx = missing", "your file cannot be imported: NameError (line 2)."),
    ],
)
def test_run_of_a_file_that_cannot_be_imported_tells_every_test_why(source, failure):
    found, _ = outcomes(FakeSandbox(), source)
    assert {(each.end, each.failure) for each in found} == {(End.NOT_LOADED, failure)}


def test_run_whose_child_dies_at_import_tells_every_test_why():
    sandbox = FakeSandbox(lambda number, request: DeathReason.CALL_DEADLINE)
    found, _ = outcomes(sandbox)
    assert {each.end for each in found} == {End.NOT_LOADED}
    assert sandbox.children == 1


@pytest.fixture
def fake_norm(monkeypatch):
    """`np.fake_norm()`: an operation that sessions of this process refuse on request."""
    refusing = []

    def call():
        if refusing:
            forbidden_ops.refused.add("batch_norm")
            raise RuntimeError

    monkeypatch.setattr(forbidden_ops, "refuse", lambda: refusing.append(True))
    monkeypatch.setattr(forbidden_ops, "allow", refusing.clear)
    monkeypatch.setattr(np, "fake_norm", call, raising=False)


def test_run_loads_a_file_again_if_only_its_import_uses_a_forbidden_operation(fake_norm):
    sandbox = FakeSandbox()
    (first, second, _), _ = outcomes(sandbox, SOURCE + "\nnp.fake_norm()\n")
    assert first.passed
    assert second.passed
    assert sandbox.children == 2


def test_run_refuses_a_forbidden_operation_in_a_call(fake_norm):
    source = SOURCE.replace("    return", "    np.fake_norm()\n    return")
    (first, *_), _ = outcomes(FakeSandbox(), source)
    assert first.end is End.FORBIDDEN
    assert first.failure == "calls torch's own batch_norm instead of computing it."


USES_EARLIER = """
import inspect
import bnlab.moments as m
from bnlab.moments import normalize
from .moments import batch_moments
from . import scaling

def batch_norm(x, weight, bias, eps=1e-5):
    mean, var = batch_moments(x)
    assert m.batch_moments is batch_moments
    assert "def standardize" in inspect.getsource(scaling)
    return normalize(x, mean, var, eps) * weight + bias
"""


def batch_norm_is_right(learner, rng):
    x = rng.normal(size=(5, 2))
    want = (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)
    assert_close(learner.batch_norm(x, np.ones(2), np.zeros(2)), want, "y")


FORWARD = Property("batch_norm", "it normalizes", "forward", batch_norm_is_right)


def test_a_module_may_import_the_references_of_earlier_units():
    with Run(FakeSandbox(), JudgeLock(), "forward", USES_EARLIER) as run:
        (outcome,) = run.run_tests([FORWARD], b"key")
    assert outcome.passed, outcome.failure


@pytest.mark.parametrize(
    ("name", "text"),
    [("later", "from .layer import BatchNorm"), ("unknown", "import bnlab.nothing")],
)
@pytest.mark.parametrize("where", ["import", "call"])
def test_a_module_may_not_import_another_unit_than_an_earlier_one(name, text, where):
    body = (
        f"{text}\ndef batch_norm(*_): pass"
        if where == "import"
        else (f"def batch_norm(*_):\n    {text}\n")
    )
    with Run(FakeSandbox(), JudgeLock(), "forward", body) as run:
        (outcome,) = run.run_tests([FORWARD], b"key")
    said = {
        "import": "your file cannot be imported: ImportError (line 1).",
        "call": "raises an ImportError at line 2 of your file.",
    }[where]
    assert outcome.failure.startswith(said)
    assert outcome.failure.endswith("NumPy, Python's own library and the units before it.")


def test_a_module_never_gets_the_reference_of_its_own_unit():
    body = "import sys\ndef batch_norm(*_):\n    from . import forward\n    raise KeyError(forward)"
    body += "\nsys.modules.pop('bnlab.forward')"
    with Run(FakeSandbox(), JudgeLock(), "forward", body) as run:
        (outcome,) = run.run_tests([FORWARD], b"key")
    assert outcome.failure.startswith("raises an ImportError at line 3 of your file.")


def test_run_names_no_line_but_that_of_the_submitted_file():
    """A learner's code can compile text under any file name, and raise at any line of it."""
    body = """
def batch_norm(*_):
    exec(compile("\\n" * 700 + "raise ValueError", "bnlab/forward.py", "exec"))
"""
    with Run(FakeSandbox(), JudgeLock(), "forward", body) as run:
        (outcome,) = run.run_tests([FORWARD], b"key")
    assert outcome.failure == "raises a ValueError."


def test_run_releases_the_lock_while_it_waits_for_the_child():
    lock, held = JudgeLock(), []

    def death(number, request):
        held.append(lock._lock.locked())

    with Run(FakeSandbox(death), lock, "moments", SOURCE) as run:
        run.run_tests([FIRST], b"key")
    assert held == [False, False]
    assert not lock._lock.locked()


def judged(sandbox, source, unit="moments"):
    with Judge(b"tests") as judge:
        judge._sandboxes["cpu", "numpy"] = sandbox
        return judge.judge(unit, source)


def test_judge_gives_the_reference_all_points_and_names_a_mistake():
    assert judged(FakeSandbox(), solutions.solved("moments")).points == 7
    mistake = solutions.mistakes("moments")[0]
    report = judged(FakeSandbox(), mistake.source)
    assert {task.task for task in report.tasks if not task.full} == set(mistake.loses)
    assert mistake.name in {each.name for task in report.tasks for each in task.mistakes}


def test_judge_takes_no_marks_for_a_child_that_somebody_killed_once():
    sandbox = FakeSandbox(dies_once(DeathReason.ENDED, target="normalize"))
    assert judged(sandbox, solutions.solved("moments")).points == 7


def test_judge_takes_the_marks_of_a_task_on_which_the_child_ends_every_time():
    def death(number, request):
        called = request["arguments"].get("target") == "normalize"
        return DeathReason.ENDED if called else None

    report = judged(FakeSandbox(death), solutions.solved("moments"))
    assert [task.points for task in report.tasks] == [4, 0]


WRONG_MERGE = """

def merge_moments(a, b):
    return a
"""
NOT_CALLED = """

def sync_batch_norm(shards, weight, bias, eps=1e-5):
    return shards
"""


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        (WRONG_MERGE, ("merge_moments",)),
        ("\n\ndef merge_moments(a, b):\n    raise NotImplementedError\n", ("merge_moments",)),
        (WRONG_MERGE + NOT_CALLED, ()),
        (NOT_CALLED, ()),
    ],
)
def test_a_report_says_which_wrong_task_another_one_calls(text, uses):
    report = judged(FakeSandbox(), solutions.solved("sync") + text, "sync")
    first, second = report.tasks
    assert not second.full
    assert (first.uses, second.uses) == ((), uses)
    assert ("It calls your merge_moments" in task_feedback(second)) == bool(uses)


class Forging(LearnerModule):
    """A learner's side that answers every request with one value."""

    def __init__(self, answer):
        self.answer = answer

    def _perform(self, operation, **arguments):
        return self.answer

    def _error(self, data):
        raise AssertionError


@pytest.mark.parametrize(
    "forged", [7, None, "merge_moments", [["merge_moments"]], ["the inputs are 1 2 3"], {"a": 1}]
)
def test_what_a_child_says_of_its_calls_names_nothing_but_tasks(forged):
    handle = Handle(Forging(forged), Reference(0, "function"))
    assert _called(handle, ["merge_moments"]) == ()
    handle = Handle(Forging(["merge_moments", forged]), Reference(0, "function"))
    assert _called(handle, ["merge_moments"]) == ("merge_moments",)
