"""The check gives each mistake the same name on every kind of processor.

Here a sample of mistakes; all of them, about five minutes of one core:
`.venv/bin/python -m tests.integration.test_names_on_processors`.
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = 2
"""Mistakes for each task in the whole run of the tests."""

SETTINGS = ("ATEN", "Haswell", "Prescott", "NumPy")

NAMES = """
import json, sys, warnings
import torch
from bngrader.authoring.fingerprints import check_outcomes
from bngrader.core import solutions
from bnlab.kit.course import unit
from bnlab.kit.feedback.fingerprints import recognise

torch.set_num_threads(1)
warnings.simplefilter("ignore")
named = {}
for name, task, mistake in json.load(sys.stdin):
    (source,) = (each.source for each in solutions.mistakes(name) if each.name == mistake)
    (asked,) = (each for each in unit(name).tasks if each.name == task)
    found = recognise(task, check_outcomes(asked, source))
    named[f"{task}: {mistake}"] = sorted(each.name for each in found)
json.dump(named, sys.stdout)
"""


def environment(setting: str) -> dict[str, str]:
    """Return the variables that make this processor compute as another kind does."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    features = " ".join(each for each in __cpu_dispatch__ if __cpu_features__[each])
    return {
        "ATEN": {"ATEN_CPU_CAPABILITY": "default"},
        "Haswell": {"OPENBLAS_CORETYPE": "Haswell"},
        "Prescott": {"OPENBLAS_CORETYPE": "Prescott"},
        "NumPy": {"NPY_DISABLE_CPU_FEATURES": features},
        "": {},
    }[setting]


def mistakes(of_each_task: int | None = None) -> list[tuple[str, str, str]]:
    """Return unit, task and mistake; of each task all, or some that are drawn with a seed."""
    from bngrader.core import solutions
    from bnlab.kit.course import coded_units

    found = []
    for name, unit in coded_units().items():
        for task in unit.tasks:
            rows = [
                (name, task.name, each.name)
                for each in solutions.mistakes(name)
                if task.name in each.loses
            ]
            found += random.Random(0).sample(rows, min(of_each_task or len(rows), len(rows)))
    return found


def names(setting: str, rows: list[tuple[str, str, str]]) -> dict[str, list[str]]:
    """Return the names that the check gives, by task and mistake, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", NAMES],
        input=json.dumps(rows),
        env=os.environ | {"OMP_NUM_THREADS": "1"} | environment(setting),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def wrong(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the names of the mistakes that are not named as they should be."""
    return {
        key: got for key, got in found.items() if got != [] and key.partition(": ")[2] not in got
    }


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_check_gives_a_sample_of_mistakes_the_same_names_on_other_processors(setting):
    rows = mistakes(SAMPLE)
    found = names(setting, rows)
    assert len(found) == len(rows)
    assert not wrong(found)
    assert sum(map(bool, found.values())) > len(rows) * 0.95  # the others pass the public checks


def main() -> None:
    """Print for each setting which mistakes have other names than here."""
    rows = mistakes()
    here = names("", rows)
    print(f"{len(here)} mistakes, named otherwise: {wrong(here)}")
    for setting in SETTINGS:
        there = names(setting, rows)
        others = {key: (here[key], there[key]) for key in here if here[key] != there[key]}
        print(f"{environment(setting)}: {len(others)} of {len(here)} have other names: {others}")


if __name__ == "__main__":
    main()
