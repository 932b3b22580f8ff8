"""The fingerprints of the mistakes on the inputs of the public checks.

The mistakes are ours, so they run in this process; learners' code never does.
"""

from __future__ import annotations

import json
import types
import warnings
from importlib import import_module
from typing import Any

import torch

from bnlab.kit.course import coded_units
from bnlab.kit.feedback.checker import public_rng
from bnlab.kit.feedback.fingerprints import fingerprint
from bnlab.kit.testing.local_module import LocalModule
from bnlab.kit.testing.properties import properties, run_property

from ..core import solutions


def fingerprints_text() -> str:
    """Return the content of `bnlab/kit/feedback/fingerprints.json`.

    It has a row for each mistake of each task that a public check sees.
    """
    torch.set_num_threads(1)  # faster for small tensors
    known: dict[str, list[dict[str, Any]]] = {}
    for unit in coded_units().values():
        checks = properties(import_module(f"bnlab.kit.checks.{unit.name}"))
        for mistake in solutions.mistakes(unit.name):
            learner = LocalModule(_module(mistake.unit, mistake.source))
            for task in mistake.loses:
                of_task = [each for each in checks if each.task == task]
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # some mistakes divide by zero
                    outcomes = [run_property(each, learner, public_rng(each)) for each in of_task]
                if all(each.passed for each in outcomes):
                    continue
                digest = fingerprint(outcomes)
                row = {"hint": mistake.hint, "page": mistake.page, "print": digest}
                known.setdefault(task, []).append(row)
    return json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _module(unit: str, source: str) -> types.ModuleType:
    module = types.ModuleType(f"bnlab.{unit}")
    module.__file__ = f"bnlab/{unit}.py"
    exec(compile(source, module.__file__, "exec", dont_inherit=True), module.__dict__)
    return module
