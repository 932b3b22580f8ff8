"""Run an attack without the defence: the control that shows that the attack is real."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from bngrader.core import solutions
from bngrader.judging.judge import Judge
from bngrader.remote.proxy import ForbiddenOperationError, load_module
from bnlab.kit.testing.properties import NoResultError, run_property

from .catalogue import HERE, Attack
from .harness import attack_module, fresh_targets, run, source


def run_control(attack: Attack, unconfined: Judge) -> str:
    """Return what the attack achieves where nothing stops it, "" for nothing.

    Args:
        unconfined: a judge without confinement.
    """
    if attack.control == "unconfined":
        return run(attack, unconfined).harm.get(attack.witness, "")
    if attack.control == "unsafe_grader":
        return passes_unsafe_grader(attack)
    if attack.control == "unwatched":
        return passes_unwatched(attack, unconfined)
    if attack.control == "naive_reader":
        with fresh_targets() as targets:
            return str(attack_module(attack).naive_reader(targets) or "")
    return attack.reason


def passes_unsafe_grader(attack: Attack) -> str:
    """Return a text where a grader in one process gives this wrong code full marks, else ""."""
    with fresh_targets() as targets, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "learner.py"
        path.write_text(source(attack, targets), "utf-8")
        done = subprocess.run(
            [sys.executable, str(HERE / "unsafe_grader.py"), str(path)],
            cwd=folder, capture_output=True, timeout=60,
        )  # fmt: skip
        return "full marks from a grader in one process" if done.returncode == 0 else ""


def passes_unwatched(attack: Attack, judge: Judge) -> str:
    """Return a text where the code passes if forbidden operations are not looked for, else ""."""
    lost = {task for task, points in attack.points.items() if points == 0}
    tests = [each for each in solutions.hidden_tests(attack.unit) if each.task in lost]
    passed = 0
    with fresh_targets() as targets, judge.sandbox("channels").child() as child:
        # With torch, also where the unit is written in NumPy.
        learner = load_module(child, attack.unit, source(attack, targets))
        for each in tests:
            with contextlib.suppress(ForbiddenOperationError, NoResultError):
                passed += run_property(each, learner, np.random.default_rng(0)).passed
    return "most hidden tests pass" if passed > len(tests) / 2 else ""
