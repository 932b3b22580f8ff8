"""Run the linters, the type checks, the import contracts and the tests.

    python -m tools.make_test              everything (`make test`)
    python -m tools.make_test --quick      ruff, import contracts, tests/unit (`make quick`)
    python -m tools.make_test -k moments   pytest gets what follows (`make test ARGS="-k moments"`)

A test whose system package is missing is skipped, and the end of the output says how to get the
package. In CI (`CI=true`) a skipped test is a failure, because everything is installed there.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
QUICK = (
    ("ruff", ("ruff", "check", ".")),
    ("format", ("ruff", "format", "--check", "-q", ".")),
    ("imports", ("lint-imports", "--no-cache", "--no-logo")),
)
TYPES = ("mypy",)
PROCESSES = 2


def main(arguments: list[str] | None = None) -> int:
    """Stop at the first linter that fails; else run tests and type checks. Return 0 if all pass."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.make_test",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="run the fast layer only")
    options, rest = parser.parse_known_args(arguments)
    for name, command in QUICK:
        print(f"{name}:", flush=True)
        if code := run(*command):
            return code
    # The tests wait for other programs a third of their time, which is enough for the types.
    types = None if options.quick else start(*TYPES, stdout=subprocess.PIPE)
    print("tests:", flush=True)
    layer = ["-o", "testpaths=tests/unit"] if options.quick else []
    slowest = [] if options.quick else ["--durations=40"]
    # Tests of a file stay together, so that what a file prepares is prepared once.
    parallel = ["-n", str(PROCESSES), "--dist", "worksteal"]
    code = run("python", "-m", "pytest", *parallel, "-rs", *slowest, *layer, *rest)
    if types is not None:
        print(f"types:\n{types.communicate()[0].decode()}", end="", flush=True)
        code = code or types.returncode
    return code


def run(program: str, *arguments: str) -> int:
    """Run a program of the environment, and return its exit code."""
    return start(program, *arguments).wait()


def start(program: str, *arguments: str, stdout: int | None = None) -> subprocess.Popen[bytes]:
    """Start a program of the environment, with one thread per process of torch and NumPy."""
    command = [str(BIN / program), *arguments]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stdout)


if __name__ == "__main__":
    sys.exit(main())
