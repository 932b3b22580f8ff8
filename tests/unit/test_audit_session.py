"""The layers that hidden tests show to an audit: what is drawn, and what a report may say."""

import types

import numpy as np
import pytest

from bngrader.core import solutions
from bnlab.kit.testing.local_module import LocalModule
from bnlab.kit.testing.properties import run_property

HIDDEN = solutions.hidden_tests("audit")
SESSION = HIDDEN[0].test.__globals__["audit_session"]

BY_ORDER = """
SHOWN = iter("10" * 99)

def audit(make_layer):
    assert next(SHOWN) == "1"
"""
BY_NAME = """
def audit(make_layer):
    assert sum(map(ord, make_layer.__name__)) % 2
"""
BY_DIGEST = """
def audit(make_layer):
    assert digest(make_layer) in KNOWN
"""
STOPS_AT_A_LINE = """
def audit(make_layer):
    exec(compile("\\n" * 4321 + "raise KeyError('data')", "bnlab/audit.py", "exec"), {})
"""
RETURNS_A_SHAPE = """
def audit(make_layer):
    return torch.zeros(4321)
"""


def judged(source, seed=0, **known):
    """The hidden tests' outcomes for the reference followed by some source."""
    module = types.ModuleType("bnlab.audit")
    module.__file__ = "bnlab/audit.py"
    vars(module).update(known)
    exec(compile(solutions.solved("audit") + source, module.__file__, "exec"), vars(module))
    learner = LocalModule(module)
    return [run_property(each, learner, np.random.default_rng(seed)) for each in HIDDEN]


def digest(layer):
    """A digest of the byte code of a class."""
    methods = [f.__code__.co_code for f in vars(layer).values() if hasattr(f, "__code__")]
    return hash(frozenset(methods))


def digests(seed):
    """The digests of the right layers that one submission sees."""
    rng = np.random.default_rng(seed)
    names = SESSION.drawn_names(rng)
    space = {}
    exec(SESSION.source(rng, names), space)
    shown = zip(names, space["LAYERS"], strict=True)
    return {digest(layer) for name, layer in shown if name in SESSION.RIGHT and name != "Torch"}


@pytest.mark.parametrize("seed", range(5))
def test_audit_that_answers_by_order_or_by_name_earns_nothing(seed):
    for source in (BY_ORDER, BY_NAME):
        assert not any(each.passed for each in judged(source, seed))


def test_audit_that_knows_the_code_of_right_layers_of_other_submissions_earns_nothing():
    known = set().union(*map(digests, range(20)))
    assert not any(each.passed for each in judged(BY_DIGEST, seed=99, KNOWN=known, digest=digest))


@pytest.mark.parametrize("source", [STOPS_AT_A_LINE, RETURNS_A_SHAPE])
def test_verdicts_on_an_audit_quote_nothing_that_it_chose(source):
    for each in judged(source):
        assert not each.passed
        assert "4321" not in each.failure
        assert "KeyError" not in each.failure
        assert "tensor" not in each.failure


def test_layers_are_shown_in_another_order_and_number_each_time():
    drawn = [tuple(SESSION.drawn_names(np.random.default_rng(seed))) for seed in range(6)]
    assert len(set(drawn)) == 6
    assert len(set(map(len, drawn))) > 1
    assert all(set(each) == set(SESSION.SENTENCES) for each in drawn)


@pytest.mark.parametrize("seed", range(3))
def test_layers_behave_the_same_in_disguise(seed):
    reference = types.ModuleType("audit")
    exec(solutions.solved("audit"), vars(reference))
    space = {"module": reference}
    rng = np.random.default_rng(seed)
    names = SESSION.drawn_names(rng)
    exec(SESSION.source(rng, names), space)
    for name, layer in zip(names, space["LAYERS"], strict=True):
        said, unchanged = space["verdict"](layer)
        assert (said == "returns") == (name in SESSION.RIGHT), name
        assert all(unchanged)


def test_skeleton_is_not_written_yet():
    source = "\n\ndef audit(make_layer):\n    raise NotImplementedError\n"
    assert all(each.unwritten for each in judged(source))
