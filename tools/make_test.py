"""`make test`: lint, types and tests. What needs a system package that is missing is named.

In CI (`CI=true`) a skipped test is a failure: there everything is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys

from .steps import BIN, ROOT


def main() -> int:
    """Runs the three; 0 where all pass."""
    for what, command in (
        ("ruff", ["ruff", "check", "."]),
        ("format", ["ruff", "format", "--check", "-q", "."]),
        ("types", ["mypy"]),
    ):
        print(f"{what}:", flush=True)
        if subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT).returncode:
            return 1
    print("tests:", flush=True)
    command = [str(BIN / "python"), "-m", "pytest", "-n", "2", "-rs", *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}).returncode


if __name__ == "__main__":
    sys.exit(main())
