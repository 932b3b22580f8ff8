"""`make gpu` as far as it goes without a GPU: a dry run, time limits, parts that are left out."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from benchmarks.gpu import __main__ as program
from benchmarks.gpu import kernels
from benchmarks.gpu.parts import PARTS, Part
from bnlab.kit.nets import devices

ROOT = Path(__file__).parents[2]
NO_CUDA = pytest.mark.skipif(devices.for_checks().type == "cuda", reason="there is CUDA")


def test_dry_run_measures_every_part_on_the_cpu_and_is_named_as_such(tmp_path):
    path = tmp_path / "dry.json"
    command = [sys.executable, "-m", "benchmarks.gpu", "--dry-run", "--json", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the numbers say nothing about a GPU" in done.stdout
    data = json.loads(path.read_text())
    assert data["dry run"] is True
    found = data["results"]
    assert list(found) == [each.name for each in PARTS]
    assert found["escape"]["chosen"] in ("namespaces", "landlock", "container")
    assert found["escape"]["none"]["escaped"], "the control: without confinement, probes succeed"
    for name in ("fused", "composed", "compiled"):
        assert set(found["kernels"][name]) == {
            f"{dtype} {order}" for dtype in kernels.DTYPES for order in kernels.FORMATS
        }
        assert all("problem" not in each for each in found["kernels"][name].values())
    for unit in ("channels", "layer", "folding", "placement"):
        assert found["check"][unit]["as expected"] == found["check"][unit]["tried"] == 3
        assert found["portability"][unit]["other errors"] == []
    assert found["portability"]["channels"]["calls"] > 0
    assert found["throughput"]["submissions per second, cpu"] > 0
    assert found["marks"]["equal verdicts"] == found["marks"]["submissions"] > 0


def test_dry_run_writes_nothing_into_the_results(capsys):
    with pytest.raises(SystemExit):
        program.main(["--dry-run", "--json", str(program.RESULTS)])
    assert "a dry run writes nothing into benchmarks/results" in capsys.readouterr().err


@NO_CUDA
def test_without_a_gpu_the_run_stops_at_once_and_says_so(tmp_path, capsys):
    path = tmp_path / "gpu.json"
    assert program.main(["--json", str(path)]) == 1
    assert "cuda does not work here, so nothing else is measured" in capsys.readouterr().out
    assert list(json.loads(path.read_text())["results"]) == ["machine"]


def test_an_unknown_part_is_refused_with_the_names_of_all(capsys):
    with pytest.raises(SystemExit):
        program.main(["kernel"])
    assert "there is no part kernel, expected some of machine, escape" in capsys.readouterr().err


def test_a_part_whose_library_is_missing_is_left_out_by_name():
    found = program.run_part(Part("marks", 60, "", ("no_such_library",)), "cpu", True, 60)
    assert found == {"problem": "left out: no_such_library cannot be imported here"}


def test_a_part_that_runs_out_of_time_keeps_its_rows_and_is_ended(monkeypatch, tmp_path):
    slow = tmp_path / "slow.py"
    slow.write_text(
        "import time\nprint('{\"first\": 1}', flush=True)\nprint('{\"sec', end='', flush=True)\n"
        "time.sleep(600)\n"
    )
    real = subprocess.Popen
    started = []

    def popen(words, **options):
        started.append(real([sys.executable, str(slow)], **options))
        return started[-1]

    monkeypatch.setattr(program.subprocess, "Popen", popen)
    found = program.run_part(Part("slow", 600, ""), "cpu", True, 1.0)
    assert found["first"] == 1
    assert found["problem"] == "took longer than 1 s; the rows before that are here"
    assert started[0].poll() is not None


def test_parts_after_the_end_of_the_time_are_left_out(tmp_path):
    options = argparse.Namespace(dry_run=True, minutes=0.0, parts=[])
    path = tmp_path / "late.json"
    assert program.run(options, path, []) == 1
    results = json.loads(path.read_text())["results"]
    assert {each["problem"] for each in results.values()} == {
        "left out: the time of the run was over"
    }


COUNTS_LATE = """
import ctypes
import torch
from bngrader.worker import forkserver, native_access, session

counted = []

def manual_seed_all(seed):
    counted or ctypes.CDLL(None)  # as torch does to count GPUs, and keeps the number
    counted.append(seed)

torch.cuda.is_initialized = lambda: True
torch.cuda.manual_seed_all = manual_seed_all
assert forkserver._initialise("cpu") == ""
native_access.refuse()
session.reseed()
print(counted)
try:
    ctypes.CDLL(None)
except RuntimeError as error:
    print(error)
"""


def test_child_on_a_gpu_needs_no_foreign_function_once_they_are_refused():
    done = subprocess.run(
        [sys.executable, "-c", COUNTS_LATE], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout == "[0, 0]\nctypes cannot be used here.\n", done.stderr


def test_bytes_of_a_composed_norm_count_each_operation_and_no_view():
    x = torch.ones(4, 8)
    with kernels.counted_bytes() as counter:
        y = x.t() + 1  # reads 128 bytes and writes 128; the view moves none
        y.mul_(2)  # reads 128, and writes 128 in place
    assert counter.bytes == 4 * x.nbytes


def test_a_kernel_that_computes_something_else_is_no_result():
    from benchmarks.gpu.parts import Ask

    ask = Ask("cpu", True, 60)

    def wrong(x, weight, bias):
        return kernels.fused(x, weight, bias) * 1.01

    with pytest.raises(AssertionError, match="differs from torch's own"):
        kernels.measured(wrong, "composed", "float32", "contiguous", 1e9, ask)
