"""Code blocks that need a process of their own: other libraries, two processes, other kernels."""

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
    pytest.importorskip(library)
    names = [name for name in code_blocks.names() if code_blocks.library(name) == library]
    assert names
    check(names)


@pytest.mark.parametrize("name", DISTRIBUTED)
def test_example_in_two_processes_prints_what_stands_beside_it(name):
    check([name])


def test_output_is_the_same_with_the_kernels_of_another_processor():
    check(PLAIN, ATEN_CPU_CAPABILITY="default")
