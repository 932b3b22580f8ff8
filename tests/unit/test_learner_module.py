"""The learner's module as tests see it: the same in this process and through a session."""

import types

import numpy as np
import pytest
import torch

from bngrader.remote.proxy import load_module
from bnlab.kit.testing.assertions import LearnerError
from bnlab.kit.testing.local_module import LocalModule
from bnlab.kit.testing.remote_ops import OPERATIONS, Executor
from tests.unit.fakes import FakeSandbox

SOURCE = """
import numpy as np, torch

def twice(x):
    return 2 * x

def spoil(x, by=1):
    x += by

def statistics(x):
    return x.mean(0), [x.std(0)]

def layer():
    return torch.nn.BatchNorm1d(2).double()

def hold(x):
    return "never reached"

def fails():
    raise KeyError("key")

class Mine(ArithmeticError, ValueError):
    pass

class TypeError(Mine):
    pass

def fails_in_its_own_way(kind):
    raise {"mine": Mine, "named": TypeError, "numpy": np.linalg.LinAlgError}[kind]("text")
"""


def local():
    module = types.ModuleType("learner")
    module.__file__ = "learner.py"
    exec(compile(SOURCE, "learner.py", "exec"), module.__dict__)
    return LocalModule(module)


@pytest.fixture(params=["local", "remote"])
def learner(request):
    with FakeSandbox().child() as child:
        yield local() if request.param == "local" else load_module(child, "layer", SOURCE)


def test_call_returns_arrays_tensors_and_tuples(learner):
    x = np.arange(6.0).reshape(3, 2)
    assert np.array_equal(learner.twice(x), 2 * x)
    assert torch.equal(learner.twice(torch.ones(2)), torch.full((2,), 2.0))
    mean, (std,) = learner.statistics(x)
    assert np.array_equal(mean, x.mean(0))
    assert np.array_equal(std, x.std(0))


def test_call_raises_the_learners_error_with_its_line(learner):
    with pytest.raises(LearnerError) as caught:
        learner.fails()
    assert (caught.value.type_name, caught.value.line) == ("KeyError", 20)
    with pytest.raises(LearnerError) as caught:
        learner.missing()
    assert caught.value.type_name == "AttributeError"


@pytest.mark.parametrize(
    ("kind", "bases", "no_base"),
    [
        ("mine", ["ArithmeticError", "ValueError", "Exception"], "TypeError"),
        ("named", ["ArithmeticError", "ValueError", "Exception"], "TypeError"),
        ("numpy", ["ValueError", "Exception"], "ArithmeticError"),
    ],
)
def test_an_exception_is_an_instance_of_all_its_base_classes(learner, kind, bases, no_base):
    with pytest.raises(LearnerError) as caught:
        learner.fails_in_its_own_way(kind)
    assert [each for each in bases if caught.value.is_a(each)] == bases
    assert not caught.value.is_a(no_base)
    assert caught.value.bases[0] == bases[0]


def test_of_a_learners_own_exception_class_the_grader_sees_the_classes_of_python_only():
    with FakeSandbox().child() as child, pytest.raises(LearnerError) as caught:
        load_module(child, "layer", SOURCE).fails_in_its_own_way("mine")
    assert caught.value.type_name == "ArithmeticError"
    assert "Mine" not in caught.value.bases


def test_arguments_are_copied_and_a_handle_shows_what_happened_to_them(learner):
    x = np.zeros(3)
    learner.spoil(x)
    assert np.array_equal(x, np.zeros(3))
    held = learner.hold(x)
    learner.spoil(held, by=2)
    assert np.array_equal(held.fetch(), np.full(3, 2.0))
    assert held == learner.hold(held)
    assert held != learner.hold(x)


def test_handle_of_a_module_is_called_read_and_listed(learner):
    layer = learner.layer()
    x = torch.arange(8.0, dtype=torch.float64).reshape(4, 2)
    assert layer.type_name == "BatchNorm1d"
    assert torch.allclose(layer(x).mean(0), torch.zeros(2, dtype=torch.float64))
    assert torch.allclose(layer.read("running_mean"), 0.1 * x.mean(0))
    layer.eval()
    assert layer.read("training") is False
    (row,) = layer.structure()
    assert (row["class"], row["training"]) == ("BatchNorm1d", False)
    assert row["trained"] == {"weight": True, "bias": True}
    with pytest.raises(LearnerError, match="AttributeError"):
        layer.read("_parameters")


def test_gradients_portable_and_define_work_on_names_and_handles(learner):
    x = torch.ones(3, 2, dtype=torch.float64)
    y, (dx,), parameters = learner.gradients("twice", x, upstream=x)
    assert torch.equal(y, 2 * x)
    assert torch.equal(dx, 2 * x)
    assert parameters == {}
    *_, parameters = learner.gradients(learner.layer(), x, upstream=x)
    assert set(parameters) == {"weight", "bias"}
    assert learner.portable("twice", x) == {"stops": False, "line": None, "waits": []}
    thrice = learner.define("def thrice(x):\n    return 3 * x\n", "thrice")
    assert torch.equal(thrice(x), 3 * x)


def test_executor_performs_the_listed_operations_only():
    for name in OPERATIONS:
        assert callable(getattr(Executor, name))
    with pytest.raises(ValueError, match="operation is 'refer', expected one of load, call"):
        Executor().perform("refer", {"value": 1})
