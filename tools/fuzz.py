"""Fuzz the functions that parse submissions, guided by coverage. `make fuzz`

    python -m tools.fuzz --minutes 60                     every target in turn
    python -m tools.fuzz --minutes 5 --target archive     one target

An input that makes a target fail is written to `tests/fuzz/found/`, where the tests run it again;
commit it with the fix. The corpus is in `_build/fuzz/`, and the next run continues with it.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "_build" / "fuzz"
TARGET_TIME_S = 300
"""Seconds for one target before the next one."""
INPUT_TIMEOUT_S = 10
"""Seconds for one input: more than a slow machine needs, less than an endless loop."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0 where no input failed."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.fuzz", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--target", action="append", metavar="NAME")
    parser.add_argument("--inside", metavar="NAME", help=argparse.SUPPRESS)
    options, rest = parser.parse_known_args(arguments)
    if options.inside:
        return inside(options.inside, rest)
    from tests.fuzz.targets import TARGETS

    names = options.target or list(TARGETS)
    end = time.monotonic() + 60 * options.minutes
    while time.monotonic() < end:
        for name in names:
            seconds = min(TARGET_TIME_S, int(end - time.monotonic()))
            if seconds > 0 and not run(name, seconds):
                return 1
    report()
    return 0


def run(name: str, seconds: int) -> bool:
    """Fuzz one target in a process of its own; return whether no input failed."""
    from tests.fuzz.targets import FOUND, seeds

    corpus = WORK / name
    corpus.mkdir(parents=True, exist_ok=True)
    for index, seed in enumerate(seeds(name)):
        (corpus / f"seed-{index}").write_bytes(seed)
    done = subprocess.run(
        [sys.executable, "-m", "tools.fuzz", "--inside", name, str(corpus),
         f"-max_total_time={seconds}", f"-timeout={INPUT_TIMEOUT_S}", "-rss_limit_mb=4096",
         "-max_len=4096", "-print_final_stats=1", f"-artifact_prefix={FOUND}/{name}-"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    count = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    add_run(name, int(count[1]) if count else 0, seconds, done.returncode != 0)
    if done.returncode:
        print(done.stderr[-4000:])
        print(f"fuzz: {name} failed; the input is in {FOUND.relative_to(ROOT)}/.")
    return done.returncode == 0


def add_run(name: str, executions: int, seconds: int, failed: bool) -> None:
    """Add a run to the list of runs."""
    WORK.mkdir(parents=True, exist_ok=True)
    with open(WORK / "runs.jsonl", "a") as file:
        row = {"target": name, "executions": executions, "seconds": seconds, "failed": failed}
        file.write(json.dumps(row) + "\n")


def report() -> None:
    """Print the sums of all runs so far."""
    rows = [json.loads(line) for line in (WORK / "runs.jsonl").read_text().splitlines()]
    for name in dict.fromkeys(row["target"] for row in rows):
        own = [row for row in rows if row["target"] == name]
        total, seconds = (sum(row[key] for row in own) for key in ("executions", "seconds"))
        findings = sum(row["failed"] for row in own)
        print(f"{name:<10} {total:>12,} inputs {seconds / 60:>7.1f} minutes {findings} findings")


def inside(name: str, rest: list[str]) -> int:
    """Run one target under libFuzzer; does not return."""
    try:
        import atheris
    except ImportError:
        print("fuzz: atheris not found; it has wheels for Linux on x86-64 only.")
        return 2
    with atheris.instrument_imports(include=["bngrader", "bnlab", "json", "zipfile", "tokenize"]):
        from tests.fuzz.targets import TARGETS
    atheris.Setup([name, *rest], TARGETS[name])
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
