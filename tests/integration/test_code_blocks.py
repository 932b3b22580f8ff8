"""Code blocks that need a process of their own: other libraries, two processes, other kernels."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from book import code_blocks

ROOT = Path(__file__).parents[2]
DISTRIBUTED = [name for name in code_blocks.names() if code_blocks.is_distributed(name)]
PLAIN = [
    name
    for name in code_blocks.names()
    if not code_blocks.library(name) and name not in DISTRIBUTED
]


def check(names, **environment):
    """Compare the outputs of examples with the stored ones, in a process of its own."""
    command = [sys.executable, "-m", "book.code_blocks", "--check", *names]
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | environment
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]


@pytest.mark.parametrize("library", code_blocks.LIBRARIES)
def test_example_in_another_library_prints_what_stands_beside_it(library):
    if importlib.util.find_spec(library) is None:  # an import would choose the backend of Keras
        pytest.skip(f"could not find {library}; run `make test`, which installs it")
    names = [name for name in code_blocks.names() if code_blocks.library(name) == library]
    assert names
    check(names)


@pytest.mark.parametrize("name", DISTRIBUTED)
def test_example_in_two_processes_prints_what_stands_beside_it(name):
    check([name])


def test_output_is_the_same_with_the_kernels_of_another_processor():
    check(PLAIN, ATEN_CPU_CAPABILITY="default")


TWO_FORWARD_PASSES = """# torchrun
import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

dist.init_process_group("gloo")
model = DistributedDataParallel(nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4)))
x = torch.randn(2, 8, 4)
(model(x[0]) - model(x[1])).square().sum().backward()
if dist.get_rank() == 0:
    print("no error")
dist.destroy_process_group()
"""


def test_two_forward_passes_before_a_backward_pass_raise_nothing_in_this_torch(
    tmp_path, monkeypatch
):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.py").write_text(TWO_FORWARD_PASSES)
    monkeypatch.setattr(code_blocks, "FOLDER", tmp_path)
    assert code_blocks.execute("a/b") == {"": "no error"}
