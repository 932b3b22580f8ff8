"""The learners' check of the torch units on the device: right modules, and known mistakes.

It works in a copy of the learners' package, with the modules of `solutions/` in their place.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.gpu.parts import Ask, Rows
from benchmarks.gpu.units import modules, on_the_device
from bngrader.core import solutions
from bngrader.core.solutions import ROOT

PROGRAM = """
import json, os, sys
from pathlib import Path
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
from bnlab.kit.feedback.check_data import as_data
from bnlab.kit.feedback.checker import check
for line in sys.stdin:
    unit, source = json.loads(line)
    Path("bnlab", f"{unit}.py").write_text(source, "utf-8")
    out.write(json.dumps(as_data(check(unit))) + "\\n")
    out.flush()
"""


def rows(ask: Ask) -> Rows:
    """Yield for each unit how many modules fail and are named as they should be."""
    with tempfile.TemporaryDirectory(prefix="gpu-check-") as folder:
        shutil.copytree(ROOT / "bnlab", Path(folder, "bnlab"))
        for unit in on_the_device():  # a unit may import those before it
            Path(folder, "bnlab", f"{unit}.py").write_text(solutions.solved(unit), "utf-8")
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM], cwd=folder, env={"PYTHONPATH": folder, **_variables()},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        with process:
            found: dict[str, Any] = {}
            for unit in on_the_device():
                found[unit] = {"tried": 0, "as expected": 0, "named": 0, "different": []}
            for round_ in range(3 if ask.small else 15):
                for unit in on_the_device():
                    some = modules(unit, ask.small)
                    if round_ < len(some):
                        _try(process, unit, *some[round_], found[unit])
                        yield unit, found[unit]
                        # The units after it import the right module again.
                        _ask(process, unit, solutions.solved(unit))


def _variables() -> dict[str, str]:

    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def _ask(process: subprocess.Popen[str], unit: str, source: str) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps([unit, source]) + "\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


def _try(
    process: subprocess.Popen[str], unit: str, name: str, source: str, found: dict[str, Any]
) -> None:
    """Check one module; count whether it loses what it deserves to lose in a check."""
    answer = _ask(process, unit, source)
    mistake = {each.name: each for each in solutions.mistakes(unit)}.get(name)
    found["device"] = answer["tasks"][0]["device"]
    found["tried"] += 1
    failed = {each["task"] for each in answer["tasks"] if each["state"] != "passed"}
    expected = failed <= set(mistake.loses) if mistake else not failed
    found["as expected"] += expected
    if mistake:
        named = {each["name"] for task in answer["tasks"] for each in task["mistakes"]}
        found["named"] += name in named
        found["mistakes"] = found.get("mistakes", 0) + 1
    if not expected:
        said = [each["problem"] for each in answer["tasks"] if each["problem"]]
        said += [
            f"{one['name']}: {one['reason']}"
            for each in answer["tasks"]
            for one in each["properties"]
            if one["verdict"] == "failed"
        ]
        found["different"].append({"module": name, "failed": sorted(failed), "said": said[:3]})
