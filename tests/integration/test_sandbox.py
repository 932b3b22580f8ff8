"""The sandbox: whatever a child does, the judge gets a value or a reason, in time."""

import os
import subprocess
import time
import venv

import numpy as np
import pytest
import torch

from bngrader.core import solutions
from bngrader.remote.protocol import describe_module
from bngrader.remote.proxy import ForbiddenOperationError, load_module
from bngrader.sandbox.limits import MAX_STRETCH
from bngrader.sandbox.sandbox import ChildDiedError, Limits, Sandbox
from bnlab.kit.testing.assertions import LearnerError


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(Limits(call_s=1.0, submission_s=4.0)) as box:
        yield box


@pytest.fixture
def learner(sandbox):
    with sandbox.child() as child:

        def load(source, refuse_norms=False):
            return load_module(child, "moments", source, refuse_norms=refuse_norms)

        yield load


def test_arrays_cross_and_come_back(learner):
    twice = learner("def twice(x):\n    return 2 * x\n")
    assert np.array_equal(twice.twice(np.arange(3.0)), [0.0, 2.0, 4.0])
    assert torch.equal(
        twice.twice(torch.ones(2, dtype=torch.bfloat16)), torch.full((2,), 2.0).bfloat16()
    )


RANDOM = """
import random
import numpy as np
import torch

def draw(n):
    masks = torch.nn.functional.dropout(torch.ones(9, dtype=torch.float64), 0.5)
    return [random.random(), np.random.rand(), torch.rand(n).tolist(), masks.tolist()]
"""


def test_random_numbers_do_not_depend_on_earlier_requests_or_on_the_child(sandbox):
    drawn = []
    for calls in (1, 3):
        with sandbox.child() as child:
            one = load_module(child, "moments", RANDOM)
            drawn += [one.draw(4) for _ in range(calls)]
    assert drawn == drawn[:1] * 4
    assert len(set(drawn[0][2])) == 4


def test_the_order_of_a_set_is_the_same_in_every_worker():
    order = "def order():\n    return [each for each in {'weight', 'bias', 'mean', 'var', 'eps'}]\n"
    orders = set()
    for _ in range(3):
        with Sandbox(tier="none") as sandbox, sandbox.child() as child:
            one = load_module(child, "moments", order)
            orders.add(tuple(one.order()))
    assert len(orders) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("while True: pass", "one call took longer than 1 s"),
        ("import time; time.sleep(60)", "one call took longer than 1 s"),
        ("import os; os._exit(0)", "the process ended by itself"),
        ("import os; os.abort()", "the process ended by itself"),
        ("import ctypes; ctypes.string_at(0)", "the process ended by itself"),
        ("import socket\n    [s.close() for s in all_sockets()]", "the process ended by itself"),
    ],
)
def test_ask_raises_with_the_reason_if_a_call_does_not_return(learner, body, reason):
    helper = (
        "import gc, socket\n"
        "def all_sockets():\n"
        "    return [o for o in gc.get_objects() if isinstance(o, socket.socket)]\n"
    )
    one = learner(f"{helper}def f():\n    {body}\n")
    begun = time.monotonic()
    with pytest.raises(ChildDiedError, match=reason):
        one.f()
    with pytest.raises(ChildDiedError, match=reason):
        one.f()
    # On a busy machine a starved child gets up to MAX_STRETCH times the limit in addition.
    assert time.monotonic() - begun < 2 + MAX_STRETCH


def test_the_whole_submission_has_a_deadline_of_its_own(learner):
    one = learner("import time\ndef f():\n    time.sleep(0.7)\n")

    def many():
        for _ in range(10):
            one.f()

    with pytest.raises(ChildDiedError, match="the whole submission took longer than 4 s"):
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
def test_an_exception_comes_back_as_its_builtin_name(learner, body, type_name):
    one = learner(f"def f():\n    {body}\n")
    with pytest.raises(LearnerError) as caught:
        one.f()
    assert caught.value.type_name == type_name
    assert one._channel._death is None


def test_a_syntax_error_names_its_line(learner):
    with pytest.raises(LearnerError) as caught:
        learner("x = 1\ny = (\n")
    assert (caught.value.type_name, caught.value.line) == ("SyntaxError", 2)


def test_an_object_that_cannot_cross_is_known_by_its_class_only(learner):
    one = learner("class Thing: pass\ndef f(): return Thing()\ndef g(): return range(3)\n")
    assert one.f().type_name == "value of your own class"
    assert one.g().type_name == "range"


def test_held_values_stay_where_they_are_and_show_what_was_done_to_them(learner):
    one = learner("def spoil(x):\n    x += 1\n    return x\n")
    x = np.zeros(3)
    held = one.hold(x)
    one.spoil(held)
    assert np.array_equal(held.fetch(), np.ones(3))
    assert np.array_equal(x, np.zeros(3))


def test_a_module_crosses_as_a_description_and_computes_the_same(learner):
    model = torch.nn.Sequential(
        torch.nn.Conv2d(2, 3, 3, padding=1, bias=False), torch.nn.BatchNorm2d(3), torch.nn.ReLU()
    ).double()
    model[0].weight.requires_grad_(False)
    model.eval()
    one = learner("def run(model, x):\n    return model(x)\n")
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
        describe_module(torch.nn.LSTM(2, 3))


WAYS = {
    "functional": "return F.batch_norm(x, None, None, training=True)",
    "torch": "return torch.batch_norm(x, None, None, None, None, True, .1, 1e-5, False)",
    "aten": "return torch.ops.aten.native_batch_norm(x, None, None, None, None, True, .1, 1e-5)[0]",
    "module": "return torch.nn.BatchNorm1d(3).double()(x)",
    "by name": "return getattr(F, 'layer_' + 'norm')(x, (3,))",
    "group": "return F.group_norm(x, 3)",
    "instance": "return F.instance_norm(x[None])",
    "root mean square": "return F.rms_norm(x, (3,))",
    "with a gradient": "return F.layer_norm(x.clone().requires_grad_(), (3,))",
    "inference mode": "\n    with torch.inference_mode():\n        return F.group_norm(x, 3)",
    "scripted": "return torch.jit.script(torch.nn.BatchNorm1d(3).double())(x)",
    "mapped": "return torch.func.vmap(lambda row: F.layer_norm(row, (3,)))(x)",
    "in python": "return torch._refs.native_layer_norm(x, (3,), None, None, 1e-5)[0]",
    "kept in python": "return kept(x, (3,), None, None, 1e-5)[0]",
    "decomposed": "return table[torch.ops.aten.native_layer_norm.default](x, [3], None, None, 0.)",
    "kernel": "return torch.library.get_kernel('aten::native_layer_norm', 'CPU')",
    "other layout": "y = torch.ones(2, 3, 4, 4).to_mkldnn()\n"
    "    return F.batch_norm(y, *[torch.ones(3)] * 4).to_dense()",
    "no modes": "from torch.utils._python_dispatch import _disable_current_modes\n"
    "    with _disable_current_modes():\n        return F.group_norm(x, 3)",
    "caught": "\n    try:\n        return F.group_norm(x, 3)\n    except Exception:\n"
    "        return x",
    "thread": "got = []\n"
    "    one = threading.Thread(target=lambda: got.append(F.group_norm(x, 3)))\n"
    "    one.start(); one.join()\n    return got",
}
PRELUDE = (
    "import threading, torch, torch.nn.functional as F\n"
    "from torch._refs import native_layer_norm as kept\n"
    "from torch._decomp import core_aten_decompositions, global_decomposition_table\n"
    "table = global_decomposition_table['post_autograd']\n"
)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("way", WAYS)
def test_normalizations_of_torch_are_refused_on_every_way_to_them(learner, way):
    one = learner(f"{PRELUDE}def f(x):\n    {WAYS[way]}\n", refuse_norms=True)
    with pytest.raises(ForbiddenOperationError):
        one.f(torch.randn(4, 3, dtype=torch.float64))


@pytest.mark.parametrize("way", ["functional", "module", "scripted", "thread", "other layout"])
def test_normalizations_of_torch_compute_if_they_are_allowed(learner, way):
    one = learner(f"{PRELUDE}def f(x):\n    {WAYS[way]}\n")
    x = torch.randn(4, 3, dtype=torch.float64)
    y = one.f(x)
    if way == "functional":
        assert torch.allclose(y, torch.nn.functional.batch_norm(x, None, None, training=True))


def test_forbidden_operation_is_reported_once(learner):
    source = "def f(x): return F.group_norm(x, 3)\ndef g(x): return x + 1\n"
    one = learner(PRELUDE + source, refuse_norms=True)
    with pytest.raises(ForbiddenOperationError):
        one.f(torch.ones(4, 3))
    assert torch.equal(one.g(torch.ones(2)), torch.full((2,), 2.0))


def test_refusal_cannot_be_undone_in_the_child(learner):
    """The garbage collector says nothing, and new objects for kernels are the learner's own."""
    undo = (
        "import gc\ndef f(x):\n"
        "    try:\n"
        "        found = gc.get_objects()\n"
        "    except RuntimeError:\n"
        "        found = [torch.library.Library('aten', 'IMPL')]\n"
        "    for each in found:\n"
        "        if type(each).__name__ in ('_DispatchModule', 'Library'):\n"
        "            getattr(each, 'reset', getattr(each, '_destroy', int))()\n"
        "    gc.collect()\n"
        "    return F.group_norm(x, 3)\n"
    )
    one = learner(PRELUDE + undo, refuse_norms=True)
    with pytest.raises(ForbiddenOperationError):
        one.f(torch.ones(4, 3))


@pytest.fixture(scope="module", params=["namespaces", "landlock"])
def numpy_child(request):
    with Sandbox(Limits(), request.param, library="numpy") as sandbox:
        yield sandbox


HIDES = """
import importlib.machinery
import os
import sys

import numpy as np


def without_the_finder(name):
    sys.meta_path[:] = [f for f in sys.meta_path if "bngrader" not in type(f).__module__]
    return __import__(name).__name__


def plainly(name):
    return __import__(name).__name__


def readable(name):
    folder = os.path.dirname(os.path.dirname(np.__file__))
    with open(os.path.join(folder, name, "__init__.py")) as file:
        return len(file.read())


def loaded():
    return [name for name in sys.modules if name.partition(".")[0] in ("torch", "scipy", "sklearn")]


def batch_moments(x):
    import numpy.fft
    import numpy.polynomial
    import decimal, fractions, statistics, numpy.testing, numpy.ma, numpy.lib.recfunctions
    return x.mean(axis=0), np.linalg.norm(x)
"""


def test_a_child_of_a_unit_in_numpy_finds_no_other_library(numpy_child):
    with numpy_child.child() as child:
        one = load_module(child, "moments", HIDES)
        assert one.loaded() == []
        assert np.array_equal(one.batch_moments(np.ones((2, 3)))[0], np.ones(3))
        for way in ("plainly", "without_the_finder", "readable"):
            for name in ("torch", "scipy", "sklearn", "yaml", "nbgrader"):
                with pytest.raises(LearnerError) as caught:
                    getattr(one, way)(name)
                assert caught.value.is_a("ImportError" if way == "plainly" else "Exception")


LEFT_IN = """
from bnlab import kit
from bnlab.kit import check, hint
import sys, os

kit.setup()
print(kit.chapter("moments"), check("batch_moments"), hint("batch_moments"))

def oracle(name):
    return __import__("bnlab.kit." + name).__name__

def without_the_finder(name):
    sys.meta_path[:] = [f for f in sys.meta_path if "bngrader" not in type(f).__module__]
    sys.modules.pop("bnlab.kit.testing")
    return oracle(name)

def practice():
    from bnlab.kit.nets import models
    return models.__name__
"""


def test_a_check_left_in_a_module_does_nothing_and_no_check_can_be_read(numpy_child):
    with numpy_child.child() as child:
        one = load_module(child, "moments", LEFT_IN)
        for way in ("oracle", "without_the_finder"):
            for name in ("checks.moments", "diagnosis.hypotheses", "testing.layer_cases"):
                with pytest.raises(LearnerError) as caught:
                    getattr(one, way)(name)
                assert caught.value.is_a("ImportError" if way == "oracle" else "Exception")


def test_networks_of_the_kit_can_be_used_in_a_child(learner):
    assert learner(LEFT_IN).practice() == "bnlab.kit.nets.models"


def test_ctypes_calls_no_function_of_a_library(learner):
    for body in (
        "import ctypes; return ctypes.CDLL(None).getpid()",
        "import ctypes; return ctypes.pythonapi.Py_GetVersion",
        "import ctypes; return ctypes.string_at(id(ctypes))",
        "import ctypes; return ctypes.c_int.from_address(id(ctypes)).value",
    ):
        with pytest.raises(LearnerError) as caught:
            learner(f"def f():\n    {body}\n", refuse_norms=True).f()
        assert caught.value.is_a("RuntimeError"), body


def test_worker_holds_no_tests_and_no_solutions(learner):
    one = learner(
        "import sys, os\n"
        "def modules(): return sorted(sys.modules)\n"
        "def environment(): return dict(os.environ)\n"
        "def folder(): return os.listdir()\n"
    )
    names = one.modules()
    assert not [name for name in names if "hidden" in name or "answers" in name or "judge" in name]
    assert not [name for name in names if name.startswith("solutions")]
    assert set(one.environment()) <= {
        "PATH", "HOME", "LC_ALL", "PYTHONHASHSEED", "OMP_NUM_THREADS", "MKL_NUM_THREADS",
        "CUDA_VISIBLE_DEVICES", "LC_CTYPE", "KMP_INIT_AT_FORK", "KMP_DUPLICATE_LIB_OK",
        "TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR", "PYTORCH_NVML_BASED_CUDA_CHECK",
    }  # fmt: skip
    assert one.folder() == []


def test_nothing_of_one_child_is_in_the_next(sandbox):
    with sandbox.child() as child:
        load_module(child, "moments", "import numpy as np\nnp.mean = None\nnp.left = 'here'\n")
    with sandbox.child() as child:
        source = "import numpy as np\ndef f(): return np.mean is not None, hasattr(np, 'left')\n"
        second = load_module(child, "moments", source)
        assert second.f() == (True, False)


def test_worker_starts_where_the_grader_is_a_folder_and_not_installed(tmp_path):
    """A Python that finds NumPy, torch and safetensors, and `bngrader` in the folder alone."""
    venv.create(tmp_path / "bare", with_pip=False)
    (packages,) = (tmp_path / "bare" / "lib").glob("python*/site-packages")
    (packages / "libraries.pth").write_text(os.path.dirname(os.path.dirname(torch.__file__)))
    program = (
        "from bngrader.sandbox.forkserver_client import Worker; from bngrader.sandbox.limits "
        "import Limits; w = Worker('none'); c = w.fork(Limits()); c.kill(); w.close(); print('ok')"
    )
    command = [str(tmp_path / "bare" / "bin" / "python"), "-c", program]
    done = subprocess.run(command, cwd=solutions.ROOT, capture_output=True, text=True)
    assert done.stdout == "ok\n", done.stderr
    command[2] = "import bngrader"
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "No module named 'bngrader'" in done.stderr  # the control: it is not installed
