"""Writes `bnlab/kit/feedback/fingerprints.json`: how each known mistake looks to the public checks.

The mistakes are ours, so they run here, in this process; a learner's code never does.
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
    """For each task the fingerprints of its mistakes that a public check sees."""
    torch.set_num_threads(1)  # tiny tensors: a second thread only waits
    known: dict[str, list[dict[str, Any]]] = {}
    for unit in coded_units().values():
        checks = properties(import_module(f"bnlab.kit.checks.{unit.name}"))
        for mistake in solutions.mistakes(unit.name):
            learner = LocalModule(_module(mistake.unit, mistake.source))
            for task in mistake.loses:
                of_task = [each for each in checks if each.task == task]
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # they are mistakes: some divide by zero
                    outcomes = [run_property(each, learner, public_rng(each)) for each in of_task]
                if all(each.passed for each in outcomes):
                    continue
                print_ = fingerprint(outcomes)
                row = {"hint": mistake.hint, "page": mistake.page, "print": print_}
                known.setdefault(task, []).append(row)
    return json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _module(unit: str, source: str) -> types.ModuleType:
    module = types.ModuleType(f"bnlab.{unit}")
    module.__file__ = f"bnlab/{unit}.py"
    exec(compile(source, module.__file__, "exec"), module.__dict__)
    return module
