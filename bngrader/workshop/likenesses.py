"""Writes `bnlab/kit/tutor/likeness.json`: how each known mistake looks to the public checks.

The mistakes are ours, so they run here, in this process; a learner's code never does.
"""

from __future__ import annotations

import json
import types
import warnings
from importlib import import_module
from typing import Any

import torch

from bnlab.kit.tasks import coded_stems
from bnlab.kit.testing.properties import examine, properties
from bnlab.kit.testing.student import LocalStudent
from bnlab.kit.tutor.checking import public_rng
from bnlab.kit.tutor.likeness import fingerprint

from ..ground import answers


def likeness_text() -> str:
    """For each task the fingerprints of its mistakes that a public check sees."""
    torch.set_num_threads(1)  # tiny tensors: a second thread only waits
    known: dict[str, list[dict[str, Any]]] = {}
    for stem in coded_stems().values():
        checks = properties(import_module(f"bnlab.kit.checks.{stem.name}"))
        for mistake in answers.mistakes(stem.name):
            student = LocalStudent(_module(mistake.stem, mistake.source))
            for task in mistake.loses:
                of_task = [each for each in checks if each.task == task]
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # they are mistakes: some divide by zero
                    outcomes = [examine(each, student, public_rng(each)) for each in of_task]
                if all(each.passed for each in outcomes):
                    continue
                print_ = fingerprint(outcomes)
                row = {"hint": mistake.hint, "page": mistake.page, "print": print_}
                known.setdefault(task, []).append(row)
    return json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _module(stem: str, source: str) -> types.ModuleType:
    module = types.ModuleType(f"bnlab.{stem}")
    module.__file__ = f"bnlab/{stem}.py"
    exec(compile(source, module.__file__, "exec"), module.__dict__)
    return module
