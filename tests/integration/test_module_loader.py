"""The loader of learners' modules, and when it is installed."""

import os
import subprocess
import sys

import pytest

from bnlab.kit.feedback import module_loader


def test_importing_the_package_installs_nothing_and_setup_installs_the_finder_once():
    code = """
import sys
before = list(sys.meta_path)
import bnlab.moments
from bnlab import kit
from bnlab.kit import check
assert sys.meta_path == before
for _ in range(2):
    kit.setup()
assert [type(each).__name__ for each in sys.meta_path if each not in before] == [
    "LearnerModuleFinder"
]
import bnlab.forward
assert type(bnlab.forward.__loader__).__name__ == "FreshLoader"
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr == ""


@pytest.fixture
def path(tmp_path, monkeypatch):
    import bnlab

    monkeypatch.setattr(bnlab, "__file__", str(tmp_path / "__init__.py"))
    return tmp_path / "moments.py"


def test_load_unit_reads_the_file_even_if_time_and_size_are_the_same(path):
    for value in (1, 2):
        path.write_text(f"x = {value}\n")
        os.utime(path, (0, 0))
        assert module_loader.load_unit("moments").x == value


def test_load_unit_loads_a_dataclass_and_leaves_imported_modules_as_they_were(path):
    path.write_text(
        "from __future__ import annotations\n"
        "from dataclasses import dataclass\n\n\n"
        "@dataclass\nclass Average:\n    momentum: float\n"
    )
    before = sys.modules.get("bnlab.moments")
    assert module_loader.load_unit("moments").Average(0.1).momentum == 0.1
    assert sys.modules.get("bnlab.moments") is before


def test_load_unit_does_not_pass_on_future_imports_of_the_kit(path):
    path.write_text("def f(x: int): ...\n")
    assert module_loader.load_unit("moments").f.__annotations__ == {"x": int}


def test_load_unit_says_in_one_sentence_why_a_file_does_not_load(path):
    path.write_text("x = (\n")
    with pytest.raises(module_loader.ModuleLoadError) as found:
        module_loader.load_unit("moments")
    sentence = "bnlab/moments.py cannot be imported: SyntaxError, line 1: '(' was never closed"
    assert str(found.value) == sentence
    assert found.value._render_traceback_() == [sentence]
