"""Run all benchmarks; after an interruption, go on with those that are not done.

    python -m benchmarks              all, about 40 minutes on two quiet cores (`make bench`)
    python -m benchmarks --only class grading
    python -m benchmarks --again      also those that are done

A benchmark is done if its results are those of the present code: `_build/bench/done.json` holds a
digest of it. Run them while the machine has nothing else to do.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import time

from bngrader.core.files import write_atomically
from bngrader.core.solutions import ROOT

STEPS = {
    "batch_norm": ("the solutions against torch", ("batch_norm",)),
    "grading": ("a submission, its parts, and the peers", ("grading",)),
    "class": ("classes from the command to the last page", ("class_run",)),
    "long": ("10,000 submissions in one run", ("long_run",)),
}
CODE = ("benchmarks", "bngrader", "bnlab", "solutions")
DONE = ROOT / "_build" / "bench" / "done.json"


def digest() -> str:
    """Return a digest of the code that is measured and of that which measures."""
    total = hashlib.sha256()
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks that are not done; return 1 if one fails."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", choices=STEPS, metavar="NAME", help=", ".join(STEPS))
    parser.add_argument("--again", action="store_true", help="also run those that are done")
    options = parser.parse_args(arguments)
    code, done = digest(), _done()
    for name in options.only or STEPS:
        what, words = STEPS[name]
        if done.get(name) == code and not options.again:
            print(f"{name}: {what}: done; --again runs it again.")
            continue
        print(f"{name}: {what}", flush=True)
        start = time.perf_counter()
        program = [sys.executable, "-m", f"benchmarks.{words[0]}", *words[1:]]
        if subprocess.run(program, cwd=ROOT).returncode:
            print(f"{name}: failed; the benchmarks before it are done.", file=sys.stderr)
            return 1
        print(f"{name}: {time.perf_counter() - start:.0f} s\n", flush=True)
        done[name] = code
        write_atomically(DONE, json.dumps(done, indent=2) + "\n")
    return 0


def _done() -> dict[str, str]:
    try:
        return {str(k): str(v) for k, v in json.loads(DONE.read_text("utf-8")).items()}
    except (OSError, ValueError, AttributeError):
        return {}


if __name__ == "__main__":
    sys.exit(main())
