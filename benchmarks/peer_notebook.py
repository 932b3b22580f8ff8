"""What the test cells of the peers' notebooks run: the same hidden tests, in the learner's kernel.

Neither peer has a sandbox, so the learner's module, the tests and torch sit in one process. The
calls and comparisons are those of the grader, which makes this its floor as well.
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

# The path above is what makes these importable in a peer's environment.
from bnlab.kit.testing.local_module import LocalModule  # noqa: E402
from bnlab.kit.testing.properties import Outcome, Property, properties, run_property  # noqa: E402


@cache
def hidden(unit: str) -> tuple[Property, ...]:
    """The hidden tests of a unit; read here, because a peer's environment has no grader."""
    path = ROOT / "solutions" / "hidden_tests" / f"test_{unit}.py"
    spec = importlib.util.spec_from_file_location(f"hidden_{unit}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return tuple(properties(module))


def outcomes(unit: str, names: dict[str, Any], seed: int = 0, task: str = "") -> list[Outcome]:
    """What the hidden tests of a unit, or of one task, see of the functions called `names`."""
    torch.set_num_threads(1)
    module = types.ModuleType(f"bnlab.{unit}")
    module.__dict__.update(names, __file__=f"bnlab/{unit}.py")
    learner = LocalModule(module)
    return [
        run_property(each, learner, np.random.default_rng([seed, place]))
        for place, each in enumerate(hidden(unit))
        if task in ("", each.task)
    ]


def hold(unit: str, task: str, names: dict[str, Any]) -> None:
    """Returns quietly where every hidden test of a task passes.

    Raises:
        AssertionError: with the first failure.
    """
    for each in outcomes(unit, names, task=task):
        assert each.passed, each.failure


def load(unit: str, source: str) -> dict[str, Any]:
    """The names that a module's text defines."""
    names: dict[str, Any] = {"__name__": f"bnlab.{unit}", "__file__": f"bnlab/{unit}.py"}
    exec(compile(source, f"bnlab/{unit}.py", "exec"), names)
    return names
