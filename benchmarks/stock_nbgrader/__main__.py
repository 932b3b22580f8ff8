"""Attack stock nbgrader with its own settings and with hardened ones, and write what happened.

The attackers are learners of one class, with an honest one before and one after them. `nbgrader
autograde` and `nbgrader generate_feedback` grade the class. It takes some minutes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.provenance import provenance
from benchmarks.stock_nbgrader.attacks import ATTACKS, RIGHT
from benchmarks.stock_nbgrader.scratch import CLASSMATE, LAST, Scratch

RESULTS = Path(__file__).parents[1] / "results"
SETTINGS = {"stock": False, "hardened": True}


def measure(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what happened in each attack with each settings, by name."""
    results: dict[str, dict[str, Any]] = {name: {"aim": ATTACKS[name].aim} for name in names}
    for settings, hardened in SETTINGS.items():
        with tempfile.TemporaryDirectory(prefix="stock-") as folder:
            course = graded(Path(folder), hardened, results)
            for name, result in results.items():
                result[settings] = outcome(course, name)
                said = "succeeded" if result[settings]["succeeded"] else "stopped"
                print(f"{settings}: {name} {said}", flush=True)
    return results


def graded(root: Path, hardened: bool, names: Iterable[str]) -> Scratch:
    """Return a course in which two honest learners and the attackers were graded.

    Raises:
        RuntimeError: the first honest learner, whom no attack precedes, was not graded.
    """
    course = Scratch(root, hardened)
    course.release([CLASSMATE, *names, LAST])
    for learner in (CLASSMATE, LAST):
        course.hand_in(learner, RIGHT)
    for name in names:
        attack = ATTACKS[name]
        course.hand_in(name, attack.answer, attack.text, tuple(attack.more))
    said = course.nbgrader("autograde", "lab", check=False)  # fails if one cannot be graded
    if course.points(CLASSMATE) is None:
        raise RuntimeError(f"the honest learner {CLASSMATE!r} was not graded\n{said}")
    course.nbgrader("generate_feedback", "lab", check=False)
    return course


def outcome(course: Scratch, name: str) -> dict[str, Any]:
    """Return whether an attack succeeded, its points, and the sizes of what was written."""
    return {
        "succeeded": ATTACKS[name].succeeded(course, name),
        "points": course.points(name),
        "characters": course.bytes_written(name),
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.stock_nbgrader", description=__doc__
    )
    parser.add_argument("--only", choices=ATTACKS, action="append", help="run this attack alone")
    parser.add_argument("--json", type=Path, help="default: benchmarks/results/stock_nbgrader.json")
    words = parser.parse_args(arguments)
    if words.only and not words.json:
        parser.error("--only needs --json, because the results file holds all attacks.")
    missing = [name for name in ("bwrap", "prlimit") if not shutil.which(name)]
    if missing:
        parser.error(f"{' and '.join(missing)} not found; install bubblewrap and util-linux.")
    start = time.perf_counter()
    results = measure(words.only or ATTACKS)
    libraries = ("nbgrader", "nbconvert", "nbclient", "ipykernel")
    arguments = sys.argv[1:] if arguments is None else arguments
    source = provenance("stock_nbgrader", arguments, 0, start, libraries)
    path = words.json or RESULTS / "stock_nbgrader.json"
    text = json.dumps({"provenance": source, "results": results}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
