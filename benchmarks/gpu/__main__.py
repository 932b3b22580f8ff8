"""One run on a bare machine with a GPU: `make gpu`, or `python3 -m benchmarks.gpu`.

It needs Python 3.12, torch 2.11 or newer with CUDA, and no network; a part that needs another
library says so and is left out. Each part is a process of its own with a deadline, and the results
file is written after each part. The whole run takes at most nine minutes.

A dry run (`--dry-run`) runs all parts on the CPU with small sizes, to try this program itself. Its
file is `_build/gpu_dry_run.json`, and its numbers say nothing about a GPU.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.gpu.parts import PARTS, Part
from benchmarks.provenance import provenance

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "gpu.json"
DRY_RESULTS = ROOT / "_build" / "gpu_dry_run.json"
MINUTES = 9.0
ENDING_S = 5.0
"""Seconds that are left for the end of the run."""
LIBRARIES = ("numpy", "torch", "safetensors", "scipy")


def run_part(part: Part, device: str, small: bool, seconds: float) -> dict[str, Any]:
    """Run one part in a process of its own; return its rows, and its problem if it has one."""
    if missing := [name for name in part.needs if find_spec(name) is None]:
        return {"problem": f"left out: {', '.join(missing)} cannot be imported here"}
    words = [sys.executable, "-m", "benchmarks.gpu.run_part", part.name, device]
    words += ["small" if small else "full", str(seconds)]
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            words, cwd=ROOT, stdout=out, stderr=err, stdin=subprocess.DEVNULL,
            start_new_session=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        problem = ""
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            problem = f"took longer than {seconds:.0f} s; the rows before that are here"
        finally:
            _end(process)
        if not problem and process.returncode:
            problem = _last_line(err) or f"ended with {process.returncode}"
        rows = _rows(out)
    if problem:
        rows["problem"] = problem
    return rows | {"seconds": round(time.perf_counter() - start, 1)}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a part and everything that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _rows(out: Any) -> dict[str, Any]:
    out.seek(0)
    rows: dict[str, Any] = {}
    for line in out.read().splitlines():
        try:
            rows |= json.loads(line)
        except ValueError:  # the line that was being written at the end
            continue
    return rows


def _last_line(err: Any) -> str:
    err.seek(0)
    lines = err.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:400] if lines else ""


def versions() -> dict[str, str]:
    """Return the version of each library that is here."""
    from importlib.metadata import version

    return {name: version(name) for name in LIBRARIES if find_spec(name) is not None}


def write(path: Path, data: dict[str, Any]) -> None:
    """Write the results so far, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    partial.replace(path)


def main(arguments: Sequence[str]) -> int:
    """Run the parts in turn; return 0 if none had a problem, else 1."""
    names = [each.name for each in PARTS]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="parts, in this order:\n"
        + "\n".join(f"  {each.name:12} {each.what}, {each.seconds:.0f} s" for each in PARTS),
    )  # fmt: skip
    parser.add_argument("parts", nargs="*", metavar="PART", help="default: all")
    parser.add_argument("--dry-run", action="store_true", help="on the CPU, with small sizes")
    parser.add_argument("--minutes", type=float, default=MINUTES, help=f"default: {MINUTES:g}")
    parser.add_argument("--json", type=Path, help="results file; default: benchmarks/results")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.parts) - set(names)):
        parser.error(f"there is no part {unknown[0]}, expected some of {', '.join(names)}.")
    path = options.json or (DRY_RESULTS if options.dry_run else RESULTS)
    if options.dry_run and path.resolve().parent == RESULTS.parent:
        parser.error("a dry run writes nothing into benchmarks/results.")
    if find_spec("torch") is None:
        parser.error(f"torch cannot be imported by {sys.executable}, expected 2.11 or newer.")
    return run(options, path, list(arguments))


def run(options: argparse.Namespace, path: Path, arguments: list[str]) -> int:
    """Run the chosen parts within the time, and write the results after each."""
    device = "cpu" if options.dry_run else "cuda"
    start = time.perf_counter()
    results: dict[str, Any] = {}
    if options.dry_run:
        print("Dry run on the CPU: the numbers say nothing about a GPU.")
    for number, part in enumerate(PARTS, 1):
        if options.parts and part.name not in options.parts:
            continue
        left = 60 * options.minutes - ENDING_S - (time.perf_counter() - start)
        print(f"[{number}/{len(PARTS)}] {part.name}: {part.what} ...", end=" ", flush=True)
        if left < 1:
            results[part.name] = {"problem": "left out: the time of the run was over"}
        else:
            results[part.name] = run_part(part, device, options.dry_run, min(part.seconds, left))
        print(results[part.name].get("problem") or f"{results[part.name]['seconds']} s", flush=True)
        origin = provenance("gpu", arguments, 0, start)
        origin["versions"] |= versions()
        origin["device"] = results.get("machine", {}).get("name", device)
        write(path, {"dry run": options.dry_run, "provenance": origin, "results": results})
        if part.name == "machine" and "problem" in results["machine"]:
            print(f"gpu: {device} does not work here, so nothing else is measured.")
            return 1
    print(f"Results: {path}")
    return int(any("problem" in each for each in results.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
