"""Grading on a GPU: the choice of the device, its lock, its confinement, and moving of values.

Tests that need a real GPU are at the end and are skipped with "no CUDA" without one.
"""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import threading
import warnings
from contextlib import contextmanager, nullcontext

import numpy as np
import pytest
import torch

from bngrader.cli.main import main
from bngrader.core import solutions
from bngrader.core.fingerprint import grader_digest, whole_digest
from bngrader.core.report import Report, as_data, from_data
from bngrader.course.journal import key_of
from bngrader.grading import shards
from bngrader.judging.judge import Judge
from bngrader.remote import wire
from bngrader.remote.proxy import load_module
from bngrader.sandbox import choose, forkserver_client
from bngrader.sandbox.devices import device_lock, resolve_device
from bngrader.sandbox.sandbox import Limits, Sandbox
from bngrader.sandbox.tiers import DeviceUnavailableError
from bngrader.worker.session import Session
from bnlab.kit import checks
from bnlab.kit.checks import channels as channels_checks
from bnlab.kit.course import coded_units, task
from bnlab.kit.course import unit as find_unit
from bnlab.kit.feedback import checker
from bnlab.kit.feedback.task_check import TaskCheck
from bnlab.kit.nets import devices
from bnlab.kit.testing import remote_ops
from bnlab.kit.testing.assertions import LearnerError, MismatchError
from bnlab.kit.testing.fake_device import FakeDeviceMode, FakeDeviceTensor
from bnlab.kit.testing.local_module import LocalModule
from bnlab.kit.testing.properties import Outcome, properties, run_property
from tests.helpers.shared_mistakes import SECRET
from tests.helpers.subprocess_probe import NO_NEW, seen

ON_GPU = ("channels", "layer", "folding", "placement")
TASK = task("channel_moments")
HAS_CUDA = devices.for_checks().type == "cuda"
REFUSAL = r"device: cuda does not work in a confined child here \(.+\); grade with"


# --- what is asked for, and what one gets --------------------------------------------------------


def test_device_on_is_the_gpu_for_units_with_tensors():
    assert (
        tuple(name for name in coded_units() if find_unit(name).device_on("cuda") == "cuda")
        == ON_GPU
    )
    assert {find_unit(name).device_on("cpu") for name in coded_units()} == {"cpu"}


def test_grade_refuses_an_unknown_device(capsys):
    with pytest.raises(SystemExit):
        main(["grade", "anywhere", "--device", "tpu"])
    assert "Expected one of cpu, cuda, auto." in capsys.readouterr().err


def test_grade_refuses_auto_on_a_cluster(tmp_path, capsys):
    assert main(["grade", str(tmp_path), "--device", "auto", "--scheduler", "tcp://nowhere:1"]) == 2
    assert "--device auto cannot be used with --scheduler" in capsys.readouterr().err


@pytest.mark.skipif(HAS_CUDA, reason="there is CUDA: it is not refused")
@pytest.mark.parametrize("tier", [None, "landlock", "none"])
def test_resolve_device_without_a_gpu_refuses_cuda_and_returns_the_cpu_for_auto(tier):
    with pytest.raises(DeviceUnavailableError, match=REFUSAL) as caught:
        resolve_device("cuda", tier)
    assert "\n" not in str(caught.value)
    assert str(caught.value).count("there is no /dev/nvidiactl") == 1
    assert resolve_device("auto", tier) == "cpu"


@pytest.mark.skipif(HAS_CUDA, reason="there is CUDA: auto takes it")
def test_grade_with_auto_and_no_gpu_writes_the_same_bytes_as_with_cpu(tmp_path, capsys):
    """Into one journal: what was judged on the CPU is known to the second run."""
    place = tmp_path / "submitted" / "ada" / "channels" / "bnlab"
    place.mkdir(parents=True)
    (place / "channels.py").write_text(solutions.solved("channels"))
    environment = os.environ | {"BNGRADER_COURSE": str(tmp_path), "OMP_NUM_THREADS": "1"}
    texts = []
    for device in ("cpu", "auto"):
        out = tmp_path / f"{device}.json"
        command = [sys.executable, "-m", "bngrader.cli.main", "grade", str(tmp_path / "submitted")]
        command += ["--device", device, "--json", str(out), "--i-trust-these-submissions"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        texts.append(out.read_bytes())
    assert texts[0] == texts[1]
    assert b'"device": "cuda"' not in texts[0]
    assert len((tmp_path / "journal.jsonl").read_bytes().splitlines()) == 1


def test_journal_key_contains_the_device_unless_it_is_the_cpu():
    asked = ("channels", "x = 1", "", b"secret")
    digest = hashlib.sha256()
    for part in ("channels", repr("x = 1"), "", grader_digest("channels")):
        digest.update(f"{len(part)} {part}\n".encode())
    digest.update(hashlib.sha256(b"secret").digest())
    assert key_of(*asked) == key_of(*asked, "cpu") == digest.hexdigest()
    assert key_of(*asked, "cuda") != key_of(*asked)


def test_merge_refuses_parts_of_different_devices(tmp_path):
    data = {"format": 1, "learners": {}, "sandbox": ""}
    paths = [tmp_path / name for name in ("one", "two")]
    for index, (path, device) in enumerate(zip(paths, ("cpu", "cuda"), strict=True), 1):
        whole = shards.part(data, shards.Shard(index, 2), [], b"secret", device)
        path.write_text(json.dumps(whole))
    with pytest.raises(ValueError, match=r"grader of .* differs"):
        shards.merge(paths)
    assert shards.part(data, shards.Shard(1, 2), [], b"s")["part"]["grader"] == whole_digest()


def test_report_names_its_device_unless_it_is_the_cpu():
    on_cuda = Report("channels", (), device="cuda")
    assert as_data(on_cuda)["device"] == "cuda"
    assert from_data(Report, as_data(on_cuda)) == on_cuda
    assert as_data(Report("channels", ()))["device"] == "cpu"


# --- one user at a time ---------------------------------------------------------------------------

HOLDER = """
import sys, time
from pathlib import Path
from bngrader.sandbox.devices import device_lock
with device_lock("thing", Path(sys.argv[1])):
    begun = time.monotonic()
    print("in", flush=True)
    time.sleep(float(sys.argv[2]))
    print(begun, time.monotonic(), flush=True)
"""


def holder(folder, seconds):
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder), str(seconds)],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip


def test_device_lock_is_held_by_one_process_at_a_time(tmp_path):
    both = [holder(tmp_path, 0.3) for _ in range(2)]
    times = [each.communicate(timeout=60)[0].split()[1:] for each in both]
    (_, first_end), (second_begin, _) = sorted([float(a), float(b)] for a, b in times)
    assert first_end <= second_begin


def test_device_lock_is_released_when_its_process_is_killed(tmp_path):
    stuck = holder(tmp_path, 600)
    assert stuck.stdout.readline() == "in\n"
    stuck.kill()
    stuck.communicate()
    with device_lock("thing", tmp_path):
        pass


def test_device_lock_is_readable_by_all_and_follows_no_link(tmp_path):
    before = os.umask(0o077)
    try:
        with device_lock("thing", tmp_path):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "bngrader-thing.lock").stat().st_mode & 0o777 == 0o444
    (tmp_path / "bngrader-other.lock").symlink_to(tmp_path / "another")
    with pytest.raises(OSError, match="symbolic link"), device_lock("other", tmp_path):
        pass


class OneAtATime(Sandbox):
    """A sandbox on the CPU whose children take turns, as they would on a device."""

    folder = None
    now, most = 0, 0

    @contextmanager
    def exclusive_device(self):
        with device_lock("thing", self.folder):
            OneAtATime.now += 1
            OneAtATime.most = max(OneAtATime.most, OneAtATime.now)
            try:
                yield
            finally:
                OneAtATime.now -= 1


def test_judge_threads_that_wait_for_a_device_do_not_block_its_holder(tmp_path):
    """Also where a process that ends is replaced in the middle, and its task is not tried again."""
    solved = solutions.solved("channels")
    dies = f"{solved}\n\ndef batch_norm_2d(*_):\n    import os\n    os._exit(0)\n"
    sources = [solutions.solved("channels"), dies, f"{solutions.solved('channels')}\n# another\n"]
    found = {}
    with Judge(SECRET, Limits(call_s=8, submission_s=60), "none", device="cuda") as judge:
        judge._sandboxes["cuda", "torch"] = OneAtATime(
            judge._sandboxes["cpu", "torch"].limits, "none"
        )
        OneAtATime.folder = tmp_path

        def run(number):
            found[number] = judge.judge("channels", sources[number])

        threads = [threading.Thread(target=run, args=(n,), daemon=True) for n in range(3)]
        for each in threads:
            each.start()
        for each in threads:
            each.join(120)
        judge._sandboxes["cuda", "torch"].close()
    assert {n: report.points for n, report in found.items()} == {0: 8, 1: 4, 2: 8}
    assert {report.device for report in found.values()} == {"cuda"}
    assert OneAtATime.most == 1


# --- what CUDA needs ----------------------------------------------------------------------------

FAKE_NODES = """
import runpy, sys
from bngrader.sandbox.linux import gpu_devices
gpu_devices.nodes = lambda: ["/dev/full", "/dev/random"]
runpy.run_module("bngrader.worker", run_name="__main__")
"""
LEARNER = """
import fcntl, os, socket, threading

def own():
    with open("/proc/self/maps") as file:
        return "libtorch" in file.read()

def name_a_thread():
    number = threading.get_native_id()
    with open(f"/proc/self/task/{number}/comm", "w") as file:
        file.write("cuda")
    with open(f"/proc/self/task/{number}/comm") as file:
        return file.read()

def processes():
    return [number for number in range(1, 2**15) if os.path.exists(f"/proc/{number}")]

def listing():
    return os.listdir("/proc")

def environ_of(pid):
    with open(f"/proc/{pid}/environ", "rb") as file:
        return len(file.read()) > 0

def control(path, request):
    with open(path, "rb+", buffering=0) as file:
        return fcntl.ioctl(file, request, bytes(8))

def listens(kind):
    with socket.socket(socket.AF_UNIX, getattr(socket, kind)) as one:
        one.bind(chr(0) + "cuda-uvmfd-1")
        one.listen()
    return True

def connects():
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as one:
        one.connect(chr(0) + "cuda-uvmfd-1")

def uses_internet():
    socket.socket(socket.AF_INET, socket.SOCK_SEQPACKET)

def shared_memory():
    return os.memfd_create("x") > 0

def too_much():
    return len(bytearray(10**11))
"""


@pytest.fixture
def gpu_nodes_open(tmp_path, monkeypatch):
    """Workers with the confinement for a GPU, and two harmless device nodes."""
    wrapper = tmp_path / "worker.py"
    wrapper.write_text(FAKE_NODES)
    monkeypatch.setattr(forkserver_client, "WORKER", (str(wrapper),))
    monkeypatch.setattr(choose, "_checked", {})
    monkeypatch.setattr(choose, "MAX_FAILURES", 1)


@pytest.mark.parametrize("tier", ["namespaces", "landlock"])
def test_check_tier_with_gpu_nodes_finds_no_escape(gpu_nodes_open, tier):
    found = choose.check_tier(tier, "cuda", (solutions.SOLUTIONS,))
    assert [each.name for each in found.probes if not each.held] == []
    assert len(found.probes) >= 18
    assert "GPU devices" in found.mechanisms
    if not torch.backends.cuda.is_built():
        assert found.problem == "Torch not compiled with CUDA enabled"


def test_container_tier_opens_no_device_node_for_writing():
    for node, flags in (("/dev/full", "os.O_RDONLY"), ("/dev/full", "os.O_RDWR")):
        program = NO_NEW + "seccomp.install(seccomp.program(writing=False, gpu=True))"
        got = seen(program, f"os.open('{node}', {flags}) and 1")
        assert got == ("1" if flags == "os.O_RDONLY" else "EPERM")


@pytest.mark.parametrize("tier", ["namespaces", "landlock"])
def test_child_with_gpu_nodes_can_do_what_the_driver_needs_and_no_more(gpu_nodes_open, tier):
    worker = forkserver_client.Worker(tier, "cuda")
    child = worker.fork(Limits())
    try:
        learner = load_module(child, "channels", LEARNER)
        assert learner.own()
        assert learner.name_a_thread() == "cuda\n"
        assert learner.shared_memory()
        assert learner.listens("SOCK_SEQPACKET")
        for way in (learner.connects, learner.uses_internet):
            with pytest.raises(LearnerError, match="PermissionError"):
                way()
        for kind in ("SOCK_STREAM", "SOCK_DGRAM"):
            with pytest.raises(LearnerError, match="PermissionError"):
                learner.listens(kind)
        for request in (0xC0484600 + 200, 0x30000001, 37):  # of the driver, and of its memory
            with pytest.raises(LearnerError, match="Inappropriate ioctl"):
                learner.control("/dev/full", request)
        with pytest.raises(LearnerError, match="Operation not permitted"):
            learner.control("/dev/full", 0x5412)  # TIOCSTI
        with pytest.raises(LearnerError, match="MemoryError"):
            learner.too_much()
        with pytest.raises(LearnerError, match="PermissionError"):
            learner.listing()
        with pytest.raises(LearnerError, match=r"PermissionError|FileNotFoundError"):
            learner.environ_of(os.getpid())
        if tier == "namespaces":
            assert learner.processes() == [1]
        child.kill()
        child = worker.fork(Limits(), use_device=True)
        if not torch.backends.cuda.is_built():  # the grader's fault, and no learner's
            with pytest.raises(RuntimeError, match="device is not ready"):
                child.wait_until_ready()
    finally:
        child.kill()
        worker.close()


def test_child_on_the_cpu_can_do_none_of_this(judge):
    with judge._sandboxes["cpu", "torch"].child() as child:
        learner = load_module(child, "channels", LEARNER)
        shut = [["own"], ["name_a_thread"], ["shared_memory"], ["listens", "SOCK_SEQPACKET"]]
        for name, *arguments in shut:
            with pytest.raises(LearnerError, match=r"PermissionError|OSError|FileNotFoundError"):
                getattr(learner, name)(*arguments)


REPLACED = """
import sys, warnings
import torch
from bngrader.worker import forbidden_ops
warnings.simplefilter("ignore")
for device in ("cpu", "cuda"):
    forbidden_ops.prepare(device)
    forbidden_ops.refuse()
    for name in filter(forbidden_ops.is_normalization, torch._C._dispatch_get_all_op_names()):
        rows = torch._C._dispatch_dump_table(name).splitlines()
        # Those of other keys serve every device: "[math kernel]", "[default backend kernel]".
        cuda = [row for row in rows if row.startswith("CUDA: ") and row.endswith(" [kernel]")]
        ours = any("forbidden_ops.py" in row for row in cuda)
        print(device, name, ours)
"""


def test_forbidden_ops_replaces_kernels_of_the_device_in_use():
    command = [sys.executable, "-c", REPLACED]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [line.split() for line in done.stdout.splitlines()]
    assert {"aten::native_batch_norm", "aten::cudnn_batch_norm"} <= {name for _, name, _ in rows}
    assert {(device, ours) for device, _, ours in rows} == {("cpu", "False"), ("cuda", "True")}


# --- everything is placed -------------------------------------------------------------------------
# A device that exists nowhere: its tensors compute on the processor, and meet no others.


def _there(tensor):
    return tensor if isinstance(tensor, FakeDeviceTensor) else FakeDeviceTensor(tensor.detach())


def _back(tensor):
    return tensor.inner if isinstance(tensor, FakeDeviceTensor) else tensor


def placed(value, device):
    """`remote_ops.place` for that device: tensors, and modules in place."""
    move = _back if device == "cpu" else _there
    if isinstance(value, torch.Tensor):
        return move(value)
    for module in value.modules() if isinstance(value, torch.nn.Module) else ():
        for name, each in list(module._parameters.items()):
            if each is not None:
                tensor = move(each.detach())
                module._parameters[name] = torch.nn.Parameter(tensor, each.requires_grad)
        for name, each in list(module._buffers.items()):
            if each is not None:
                module._buffers[name] = move(each)
    return value


class FakeDeviceChannel:
    """The worker's side in this process: its own session and the real wire, on that device."""

    def __init__(self):
        self.session = Session("away")

    def ask(self, request):
        frame = wire.encode(request)
        with FakeDeviceMode() if request["operation"] != "portable" else nullcontext():
            reply = self.session.answer(wire.decode(frame))
        return wire.decode(reply)


@pytest.fixture
def away(monkeypatch):
    """`placed` in the place of `remote_ops.place`, and modules that can be converted there."""
    monkeypatch.setattr(remote_ops, "place", placed)
    # What `.double()` and `.data = ` would do to a tensor whose numbers are inside it.
    data = property(lambda self: self.detach(), lambda self, new: setattr(self, "inner", new.inner))
    monkeypatch.setattr(FakeDeviceTensor, "data", data, raising=False)
    torch.__future__.set_overwrite_module_params_on_conversion(True)
    yield
    torch.__future__.set_overwrite_module_params_on_conversion(False)


def lost(unit, source):
    """The tasks that a module loses on that device, with what was seen."""
    learner = load_module(FakeDeviceChannel(), unit, source)
    with warnings.catch_warnings():  # as in the worker, where a warning is no error
        warnings.simplefilter("ignore")
        outcomes = [
            run_property(e, learner, np.random.default_rng(1)) for e in solutions.hidden_tests(unit)
        ]
    return {each.property.task: each.failure for each in outcomes if not each.passed}


@pytest.mark.parametrize("unit", ON_GPU)
def test_reference_passes_on_a_fake_device(away, unit):
    assert lost(unit, solutions.solved(unit)) == {}


NOT_THERE = {
    # A view whose shape is changed in place keeps its old one on the outside.
    ("channels", "flattened_rows"),
    # Tensors of inference mode cannot be wrapped.
    ("folding", "asked_of_the_layer"),
}


@pytest.mark.parametrize("unit", ON_GPU)
def test_accepted_solutions_pass_on_a_fake_device(away, unit):
    for each in solutions.accepted(unit):
        if (unit, each.name) not in NOT_THERE:
            assert (each.name, lost(unit, each.source)) == (each.name, {})


@pytest.mark.parametrize("unit", ["channels", "layer", "folding"])
def test_mistakes_lose_the_same_tasks_on_a_fake_device(away, unit):
    for each in solutions.mistakes(unit)[::4]:
        assert (each.name, set(lost(unit, each.source))) == (
            each.name,
            set(each.loses),
        )


@pytest.mark.parametrize(
    ("unit", "forgotten"),
    [("channels", "Tensor"), ("layer", "Module"), ("folding", "Module"), ("placement", "Tensor")],
)
def test_reference_fails_if_values_are_not_moved_to_the_device(away, monkeypatch, unit, forgotten):
    """The control: with tensors or modules left behind, right modules fail."""
    kind = {"Tensor": torch.Tensor, "Module": torch.nn.Module}[forgotten]

    def forgetful(value, device):
        return value if isinstance(value, kind) else placed(value, device)

    monkeypatch.setattr(remote_ops, "place", forgetful)
    if unit == "channels":  # all of it stays behind and meets nothing: a half of it does
        odd = iter(range(10**9))
        monkeypatch.setattr(
            remote_ops, "place", lambda v, d: placed(v, d) if next(odd) % 2 else forgetful(v, d)
        )
    assert lost(unit, solutions.solved(unit)) != {}


@pytest.mark.parametrize("unit", ON_GPU)
def test_public_checks_pass_on_a_fake_device(away, unit):
    module = type(sys)(f"bnlab.{unit}")
    module.__file__ = "learner.py"
    exec(compile(solutions.solved(unit), "learner.py", "exec"), module.__dict__)
    learner = Roundtrip(module, "away")
    checked = importlib.import_module(f"{checks.__name__}.{unit}")
    for each in properties(checked):
        outcome = run_property(each, learner, np.random.default_rng(1))
        assert (each.name, outcome.failure) == (each.name, "")


class Roundtrip(LocalModule):
    """A learner's module on that device, which `portable` plays by itself."""

    def _perform(self, operation, **arguments):
        with FakeDeviceMode() if operation != "portable" else nullcontext():
            return super()._perform(operation, **arguments)


def test_check_uses_a_gpu_for_units_that_support_it_and_says_so(monkeypatch):
    monkeypatch.setattr(devices, "for_checks", lambda: torch.device("cuda"))
    found = {name: checker._device(name) for name in coded_units()}
    assert tuple(name for name, device in found.items() if device) == ON_GPU
    done = tuple(Outcome(each) for each in properties(channels_checks) if each.task == TASK.name)
    assert TaskCheck(TASK, done, device="cuda").summary.endswith("hold, on cuda")
    assert TaskCheck(TASK, done).summary.endswith("hold")


def test_exact_disables_tf32_and_restores_the_settings():
    products, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    before = products.allow_tf32, cudnn.allow_tf32, cudnn.deterministic
    with remote_ops.exact():
        assert (products.allow_tf32, cudnn.allow_tf32, cudnn.deterministic) == (False, False, True)
    assert (products.allow_tf32, cudnn.allow_tf32, cudnn.deterministic) == before


# --- on a GPU -------------------------------------------------------------------------------------

cuda = pytest.mark.skipif(not HAS_CUDA, reason="no CUDA")


@pytest.fixture(scope="module")
def on_cuda():
    with Judge(SECRET, Limits(call_s=20, submission_s=240), device="cuda") as one:
        one.warm_up()
        yield one


@cuda
@pytest.mark.parametrize("unit", ON_GPU)
def test_on_cuda_right_modules_have_full_marks(on_cuda, unit):
    for source in (solutions.solved(unit), *(each.source for each in solutions.accepted(unit))):
        report = on_cuda.judge(unit, source)
        failed = [(v.test, v.problem) for t in report.tasks for v in t.verdicts if not v.passed]
        assert (failed, report.device) == ([], "cuda")


@cuda
@pytest.mark.parametrize("unit", ON_GPU)
def test_on_cuda_mistakes_lose_what_they_lose_on_the_cpu_and_are_named(on_cuda, unit):
    for each in solutions.mistakes(unit):
        report = on_cuda.judge(unit, each.source)
        lost = {task.task for task in report.tasks if not task.full}
        named = {suspect.name for task in report.tasks for suspect in task.mistakes}
        assert (each.name, lost) == (each.name, set(each.loses))
        assert each.name in named


@cuda
def test_on_cuda_the_rest_stays_on_the_cpu_with_the_same_bytes(on_cuda, judge):
    for unit in ("moments", "audit"):
        here, there = (one.judge(unit, solutions.solved(unit)) for one in (judge, on_cuda))
        assert json.dumps(as_data(here)) == json.dumps(as_data(there))


@cuda
def test_on_cuda_grading_twice_gives_the_same_bytes(on_cuda):
    source = solutions.mistakes("layer")[0].source
    one, two = (json.dumps(as_data(on_cuda.judge("layer", source))) for _ in range(2))
    assert one == two


@cuda
def test_on_cuda_torchs_own_normalization_is_refused(on_cuda):
    source = (
        "import torch\n\ndef batch_norm_2d(x, weight, bias, eps=1e-5):\n"
        "    return torch.nn.functional.batch_norm(x, None, None, weight, bias, True, 0.0, eps)\n"
    )
    report = on_cuda.judge("channels", f"{solutions.solved('channels')}\n\n{source}")
    assert report.tasks[1].points == 0
    assert "torch's own" in report.tasks[1].verdicts[0].problem


@cuda
@pytest.mark.parametrize(("name", "rtol"), [("float32", 1e-4), ("bfloat16", 1.6e-2)])
def test_on_cuda_the_tolerances_have_room_for_right_code(name, rtol):
    dtype = getattr(torch, name)
    module = type(sys)("bnlab.channels")
    exec(solutions.solved("channels"), module.__dict__)
    x = torch.randn(8, 5, 7, 6, generator=torch.Generator().manual_seed(1)).to(dtype)
    weight, bias = torch.linspace(-2, 2, 5).to(dtype), torch.linspace(0, 1, 5).to(dtype)
    want = torch.nn.functional.batch_norm(
        x.double(), None, None, weight.double(), bias.double(), True, 0.0, 0.1
    )
    with remote_ops.exact():
        got = module.batch_norm_2d(x.cuda(), weight.cuda(), bias.cuda(), 0.1).cpu().double()
    try:
        torch.testing.assert_close(got, want, rtol=rtol, atol=rtol)
    except AssertionError as error:
        raise MismatchError("y", str(error)) from None
