"""The learner's module as tests see it: the same in this process and through a session."""

import types

import numpy as np
import pytest
import torch

from bngrader.remote.proxy import RemoteModule, load_module
from bnlab.kit.testing.assertions import LearnerError
from bnlab.kit.testing.local_module import LocalModule
from bnlab.kit.testing.remote_ops import OPERATIONS, Executor
from tests.unit.fakes import FakeSandbox

SOURCE = """
import random
import numpy as np; import torch

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

class OwnError(ValueError, KeyError):
    pass

def refuses_one(x, by=1):
    if len(x) == 1:
        raise OwnError("one")
    x += by
    return x.sum()

def changes_settings():
    torch.set_grad_enabled(False)
    torch.set_default_dtype(torch.float64)
    np.seterr(divide="ignore")
    torch.manual_seed(1)
    np.random.seed(1)
    random.seed(1)

def settings():
    return [torch.is_grad_enabled(), str(torch.get_default_dtype()), np.geterr()["divide"]]

def random_numbers():
    return [random.random(), np.random.normal(), torch.rand(()).item()]

def random_number():
    return np.random.normal()

buffer = np.zeros(2)

def reuses_a_buffer(x):
    buffer[:] = x
    return buffer

def order(x):
    return [list(x.strides if isinstance(x, np.ndarray) else x.stride()), x.dtype.name
            if isinstance(x, np.ndarray) else str(x.dtype)]

def stops():
    raise SystemExit
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
    assert (caught.value.type_name, caught.value.line) == ("KeyError", 21)
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


def test_long_double_crosses_as_long_double(learner):
    result = learner.twice(np.ones(2, np.longdouble))
    assert (result.dtype, result.tolist()) == (np.dtype(np.longdouble), [2.0, 2.0])


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
    uses_the_module = "def four_times(x):\n    return module.twice(module.twice(x))\n"
    four_times = learner.define(uses_the_module, "four_times")
    assert torch.equal(four_times(x), 4 * x)
    assert learner.define(uses_the_module, "four_times") is four_times


def test_call_each_returns_result_arguments_and_error_of_every_call(learner):
    arrays = [np.zeros(2), np.zeros(1), np.zeros(3)]
    first, second, third = learner.call_each("refuses_one", [(x,) for x in arrays], by=2)
    result, (after,) = first
    assert (result, after.tolist()) == (4.0, [2.0, 2.0])
    assert (third.result, third.after[0].tolist()) == (6.0, [2.0, 2.0, 2.0])
    assert all(not x.any() for x in arrays)
    assert second.after[0].tolist() == [0.0]
    assert (second.error.line, second.error.message) == (37, "'one'")
    with pytest.raises(LearnerError):
        _ = second.result
    with pytest.raises(LearnerError):
        _, _ = second
    ended, again = learner.call_each("stops", [(), ()])
    assert ended.error.type_name == again.error.type_name == "SystemExit"


def test_error_of_a_call_names_the_classes_of_python_that_except_would_catch(learner):
    (call,) = learner.call_each("refuses_one", [(np.zeros(1),)])
    for name in ("ValueError", "KeyError", "LookupError", "Exception"):
        assert call.error.is_a(name)
    assert not call.error.is_a("TypeError")


def test_call_each_takes_handles_and_hands_them_out(learner):
    layer = learner.layer()
    x = torch.arange(8.0, dtype=torch.float64).reshape(4, 2)
    one, two = learner.call_each(layer, [(x,), (2 * x,)])
    assert torch.allclose(one.result, two.result, atol=1e-4)
    ((again, (held,)),) = learner.call_each("twice", [(learner.hold(x),)])
    assert torch.equal(again, 2 * held)
    (made,) = learner.call_each("layer", [()])
    assert made.result.type_name == "BatchNorm1d"
    (none,) = learner.call_each("missing", [()])
    assert none.error.type_name == "AttributeError"


def test_call_each_reads_the_results_when_all_calls_are_done(learner):
    results = [each.result.tolist() for each in learner.call_each("reuses_a_buffer", [(1,), (2,)])]
    assert results == [[2.0, 2.0], [2.0, 2.0]]


def test_gradients_each_returns_output_and_gradients_or_the_error(learner):
    x = torch.ones(3, 2, dtype=torch.float64)
    fine, wrong = learner.gradients_each("twice", [((x,), x), ((x,), x[:1])])
    y, (dx,), parameters = fine.result
    assert torch.equal(y, 2 * x)
    assert torch.equal(dx, 2 * x)
    assert parameters == {}
    assert wrong.error.type_name == "RuntimeError"


def test_arguments_keep_their_memory_order_and_stay_read_only(learner):
    x = np.arange(24.0).reshape(2, 3, 4)
    for each in (x, np.asfortranarray(x), x.transpose(0, 2, 1), x[:, ::-1], x[0]):
        compact = np.empty_like(each)  # the same order, without steps
        strides, _ = learner.order(each)
        assert strides == list(compact.strides)
        assert np.array_equal(learner.twice(each), 2 * each)
    t = torch.from_numpy(x)
    for each in (t, t.mT, t.permute(2, 0, 1)):
        strides, _ = learner.order(each)
        assert strides == list(each.stride())
        assert torch.equal(learner.twice(each), 2 * each)
    fixed = np.zeros(3)
    fixed.flags.writeable = False
    with pytest.raises(LearnerError, match="ValueError"):
        learner.spoil(fixed)


def test_call_each_seeds_the_random_generators_before_every_call_in_a_child():
    with FakeSandbox().child() as child:
        learner = load_module(child, "layer", SOURCE)
        alone = learner.random_number()
        each = [call.result for call in learner.call_each("random_number", [(), (), ()])]
        assert each == [alone] * 3


@pytest.mark.parametrize(
    "reply",
    [
        {"value": None},
        {"value": 3},
        {"value": []},
        {"value": [[1, [], None]]},
        {"value": [[1, [2], None]] * 3},
        {"value": [[1, [2]], [1, [2]]]},
        {"value": [{"result": 1}, {"result": 2}]},
        {"value": [[1, None, None]] * 2},
        {"value": [[1, 7, None]] * 2},
        {"value": ["abc", "abc"]},
        {"value": [[1, [2], "error"]] * 2},
        {"value": [[1, [2], ["SpellsAnInput", "text", -1]]] * 2},
        {"value": [[1, [2], [3, 4, "5"]]] * 2},
        {"value": [[1, [2], {"forbidden": ["x"]}]] * 2},
        {},
        [],
    ],
)
def test_forged_reply_to_call_each_is_an_error_of_the_learner(reply):
    class Child:
        def ask(self, request):
            return reply

    with pytest.raises(LearnerError) as caught:
        _ = [each.result for each in RemoteModule(Child()).call_each("twice", [(1,), (2,)])]
    assert caught.value.type_name == "Exception"
    assert caught.value.line is None


def test_forged_reply_to_gradients_each_is_an_error_of_the_learner():
    class Child:
        def ask(self, request):
            return {"value": [[1, [2], None]]}

    with pytest.raises(LearnerError, match="not a reply"):
        RemoteModule(Child()).gradients_each("twice", [((1,), 2)])


def test_executor_performs_the_listed_operations_only():
    for name in OPERATIONS:
        assert callable(getattr(Executor, name))
    with pytest.raises(ValueError, match="operation is 'refer', expected one of load, call"):
        Executor().perform("refer", {"value": 1})


def test_settings_that_learners_code_changes_are_put_back(learner):
    before = torch.is_grad_enabled(), torch.get_default_dtype(), np.geterr(), torch.rand(1).dtype
    numbers = learner.random_numbers()
    learner.changes_settings()
    assert learner.random_numbers() == numbers
    after = torch.is_grad_enabled(), torch.get_default_dtype(), np.geterr(), torch.rand(1).dtype
    assert after == before
    assert learner.settings() == [True, "torch.float32", "warn"]
