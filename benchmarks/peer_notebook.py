"""Code that runs in the test cells of a peer's notebook: the hidden tests, in the learner's kernel.

The peers have no sandbox, so the learner's module, the tests and torch are in one process. The
calls and comparisons are those of the grader.
"""

from __future__ import annotations

import importlib.util
import sys
import types
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# A peer's environment finds these by the path above.
from bnlab.kit.testing.local_module import LocalModule  # noqa: E402
from bnlab.kit.testing.properties import Outcome, Property, properties, run_property  # noqa: E402


@cache
def hidden_tests(unit: str) -> tuple[Property, ...]:
    """Return the hidden tests of a unit, read without the grader, which peers do not have."""
    path = ROOT / "solutions" / "hidden_tests" / f"test_{unit}.py"
    spec = importlib.util.spec_from_file_location(f"hidden_{unit}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return tuple(properties(module))


def outcomes(unit: str, names: dict[str, Any], seed: int = 0, task: str = "") -> list[Outcome]:
    """Run the hidden tests of a unit, or of one task, on the functions in `names`."""
    torch.set_num_threads(1)
    module = types.ModuleType(f"bnlab.{unit}")
    module.__dict__.update(names, __file__=f"bnlab/{unit}.py")
    learner = LocalModule(module)
    return [
        run_property(each, learner, np.random.default_rng([seed, index]))
        for index, each in enumerate(hidden_tests(unit))
        if task in ("", each.task)
    ]


def assert_passes(unit: str, task: str, names: dict[str, Any]) -> None:
    """Assert that every hidden test of a task passes.

    Raises:
        AssertionError: with the message of the first test that fails.
    """
    for each in outcomes(unit, names, task=task):
        assert each.passed, each.failure


def load(unit: str, source: str) -> dict[str, Any]:
    """Return the names that a module's text defines."""
    names: dict[str, Any] = {"__name__": f"bnlab.{unit}", "__file__": f"bnlab/{unit}.py"}
    exec(compile(source, f"bnlab/{unit}.py", "exec"), names)
    return names
