"""No hidden test passes where a child answers every request with nothing in the right form."""

import numpy as np
import pytest

from bngrader.core import solutions
from bngrader.remote.proxy import RemoteModule
from bnlab.kit.course import units
from bnlab.kit.testing.properties import NoResultError, run_property
from bnlab.kit.testing.remote_ops import Reference

ANSWERS = {"list": [], "array": np.zeros((0, 3))}


class Forger:
    """The channel to a child that computes nothing; arguments come back as they were sent."""

    def __init__(self, answer):
        self.answer, self.asked = answer, 0

    def ask(self, request):
        self.asked += 1
        operation, arguments = request["operation"], request["arguments"]
        if operation in ("define", "hold"):
            return {"value": Reference(self.asked, "function")}
        if operation == "call_each":
            rows = [[self.answer, list(map(sent, args)), None] for args in arguments["calls"]]
            return {"value": rows}
        if operation == "gradients_each":
            return {"value": [[self.answer, None, None] for _ in arguments["calls"]]}
        if operation == "portable":
            return {"value": {"stops": False, "line": None, "waits": []}}
        return {"value": [] if operation == "structure" else self.answer}


def sent(argument):
    described = isinstance(argument, dict) and "array" in argument
    return argument["array"] if described else argument


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("unit", [name for name, unit in units().items() if unit.coded])
def test_no_hidden_test_passes_without_results(unit, answer):
    passed = []
    for each in solutions.hidden_tests(unit):
        learner = RemoteModule(Forger(ANSWERS[answer]), lines=50)
        try:
            outcome = run_property(each, learner, np.random.default_rng(1))
        except NoResultError:
            continue
        passed += [each.name] * outcome.passed
    assert passed == []
