"""Whatever the learner's process does, the judge's side gets a value or a reason, in time."""

import time

import numpy as np
import pytest
import torch

from bngrader.sandbox import Gone, Limits, Sandbox
from bngrader.student import NativeUsed, Student, describe
from bnlab.kit.agree import LearnerError


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(Limits(call=1.0, submission=4.0)) as box:
        yield box


@pytest.fixture
def student(sandbox):
    with sandbox.child() as child:

        def load(source, watch=False):
            one = Student(child, watch)
            one._load("moments", source)
            return one

        yield load


def test_arrays_cross_and_come_back(student):
    twice = student("def twice(x):\n    return 2 * x\n")
    assert np.array_equal(twice.twice(np.arange(3.0)), [0.0, 2.0, 4.0])
    assert torch.equal(
        twice.twice(torch.ones(2, dtype=torch.bfloat16)), torch.full((2,), 2.0).bfloat16()
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("while True: pass", "one call took longer than 1 s"),
        ("import time; time.sleep(60)", "one call took longer than 1 s"),
        ("import os; os._exit(0)", "the process ended by itself"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "the process ended by itself"),
        ("import ctypes; ctypes.string_at(0)", "the process ended by itself"),
        ("import socket\n    [s.close() for s in all_sockets()]", "the process ended by itself"),
    ],
)
def test_a_call_that_does_not_come_back_is_gone_with_a_reason(student, body, reason):
    helper = (
        "import gc, socket\n"
        "def all_sockets():\n"
        "    return [o for o in gc.get_objects() if isinstance(o, socket.socket)]\n"
    )
    one = student(f"{helper}def f():\n    {body}\n")
    begun = time.monotonic()
    with pytest.raises(Gone, match=reason):
        one.f()
    with pytest.raises(Gone, match=reason):
        one.f()
    assert time.monotonic() - begun < 3


def test_the_whole_submission_has_a_deadline_of_its_own(student):
    one = student("import time\ndef f():\n    time.sleep(0.7)\n")

    def many():
        for _ in range(10):
            one.f()

    with pytest.raises(Gone, match="the whole submission took longer than 4 s"):
        many()


@pytest.mark.parametrize(
    ("body", "type_name"),
    [
        ("raise KeyError('k')", "KeyError"),
        ("raise SystemExit", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("return f()", "RecursionError"),
        ("return [0] * 10**11", "MemoryError"),
        ("raise type('Secret_0.123', (Exception,), {})", "Exception"),
        ("return __import__('numpy').zeros(10**7)", "TypeError"),
        ("return missing", "NameError"),
    ],
)
def test_an_exception_comes_back_as_its_builtin_name(student, body, type_name):
    one = student(f"def f():\n    {body}\n")
    with pytest.raises(LearnerError) as caught:
        one.f()
    assert caught.value.type_name == type_name
    assert one._child._reason is None


def test_a_syntax_error_names_its_line(student):
    with pytest.raises(LearnerError) as caught:
        student("x = 1\ny = (\n")
    assert (caught.value.type_name, caught.value.line) == ("SyntaxError", 2)


def test_an_object_that_cannot_cross_is_known_by_its_class_only(student):
    one = student("class Thing: pass\ndef f(): return Thing()\n")
    assert one.f().type_name == "Thing"


def test_held_values_stay_where_they_are_and_show_what_was_done_to_them(student):
    one = student("def spoil(x):\n    x += 1\n    return x\n")
    x = np.zeros(3)
    held = one.hold(x)
    one.spoil(held)
    assert np.array_equal(held.fetch(), np.ones(3))
    assert np.array_equal(x, np.zeros(3))


def test_a_module_crosses_as_a_description_and_computes_the_same(student):
    model = torch.nn.Sequential(
        torch.nn.Conv2d(2, 3, 3, padding=1, bias=False), torch.nn.BatchNorm2d(3), torch.nn.ReLU()
    ).double()
    model[0].weight.requires_grad_(False)
    model.eval()
    one = student("def run(model, x):\n    return model(x)\n")
    x = torch.randn(2, 2, 4, 4, dtype=torch.float64)
    handle = one.hold(model)
    assert torch.allclose(one.run(handle, x), model(x))
    rows = handle.structure()
    assert [row["class"] for row in rows] == ["Sequential", "Conv2d", "BatchNorm2d", "ReLU"]
    assert rows[1]["trained"] == {"weight": False}
    assert not rows[2]["training"]
    assert one.run is not None
    assert handle == one.hold(handle)


def test_a_class_that_is_not_in_the_list_does_not_cross():
    with pytest.raises(ValueError, match="expected one of"):
        describe(torch.nn.LSTM(2, 3))


@pytest.mark.parametrize(
    "body",
    [
        "return F.batch_norm(x, None, None, training=True)",
        "return torch.batch_norm(x, None, None, None, None, True, .1, 1e-5, False)",
        "return torch.ops.aten.native_batch_norm(x, None, None, None, None, True, .1, 1e-5)[0]",
        "return torch.nn.BatchNorm1d(3).double()(x)",
        "return getattr(F, 'layer_' + 'norm')(x, (3,))",
        "return F.group_norm(x, 3)",
        "return F.instance_norm(x[None])",
    ],
)
def test_torchs_own_normalizations_are_noticed(student, body):
    one = student(f"import torch, torch.nn.functional as F\ndef f(x):\n    {body}\n", watch=True)
    with pytest.raises(NativeUsed):
        one.f(torch.randn(4, 3, dtype=torch.float64))


def test_the_worker_knows_no_tests_and_no_answers(student):
    one = student(
        "import sys, os\n"
        "def modules(): return sorted(sys.modules)\n"
        "def environment(): return dict(os.environ)\n"
        "def folder(): return os.listdir()\n"
    )
    names = one.modules()
    assert not [name for name in names if "hidden" in name or "answers" in name or "judge" in name]
    assert not [name for name in names if name.startswith("solutions")]
    assert set(one.environment()) <= {
        "PATH", "HOME", "LC_ALL", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "CUDA_VISIBLE_DEVICES",
        "LC_CTYPE", "KMP_INIT_AT_FORK", "KMP_DUPLICATE_LIB_OK", "TORCHINDUCTOR_CACHE_DIR",
        "TRITON_CACHE_DIR", "PYTORCH_NVML_BASED_CUDA_CHECK",
    }  # fmt: skip
    assert one.folder() == []


def test_nothing_of_one_child_is_in_the_next(sandbox):
    with sandbox.child() as child:
        first = Student(child)
        first._load("moments", "import numpy as np\nnp.mean = None\nnp.left = 'here'\n")
    with sandbox.child() as child:
        second = Student(child)
        second._load(
            "moments",
            "import numpy as np\ndef f(): return np.mean is not None, hasattr(np, 'left')\n",
        )
        assert second.f() == (True, False)
