"""Install the handout by the commands of its README, and check every unit with the references.

A new environment is made in a folder whose name has a space and an umlaut. Its size, the seconds
that the commands take, and what the learner's side says are stored under a name in
`benchmarks/results/install.json`, beside the environments that are there already:

- `bnlab check` on the solved units, which must all pass;
- warnings that the checks print, of which there should be none;
- seconds of processor time of one check of a unit in NumPy and of one in torch.

Other versions are chosen by another Python and by constraints for pip:

    python -m benchmarks.install ours --pin torch==2.13.0+cpu
    python -m benchmarks.install oldest --pin torch==2.5.1 --pin numpy==1.26.4

An index that does not answer is asked once and not five times, so that a machine without it can
measure the others.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.provenance import provenance
from bngrader.authoring.release import handout_files
from bngrader.core import solutions
from bnlab.kit.course import coded_units

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "install.json"
FOLDER = "Übung 1"
DOCUMENTED = re.compile(r"^(?P<python>python3) -m venv .*|^\.venv/bin/pip install .*", re.MULTILINE)
"""The commands of the README that install."""

WHOLE_TORCH = "-e . jupyterlab"
"""What the README installs for a GPU: torch as it is on PyPI."""

ASKED = ("python", "torch", "numpy", "scipy", "matplotlib", "jupyterlab", "ipython")
VERSIONS = """
import importlib.metadata as m, json, platform, sys
found = {name: m.version(name) for name in sys.argv[1:]}
print(json.dumps({"python": platform.python_version()} | found))
"""


def documented_commands(folder: Path, python: str, pins: Path, whole: bool) -> list[list[str]]:
    """Return the README's commands that install, for this Python and with these constraints."""
    text = (folder / "README.md").read_text("utf-8")
    commands = [match.group().split("#")[0].split() for match in DOCUMENTED.finditer(text)]
    assert len(commands) == 2, commands
    venv, install = commands
    if whole:
        install = [*install[:2], *WHOLE_TORCH.split()]
    return [[python, *venv[1:]], [*install, "-c", str(pins)]]


def run(words: list[str], folder: Path) -> tuple[subprocess.CompletedProcess[str], float, float]:
    """Run a command in the folder; return it with its seconds by the clock and of the processor."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    environment = os.environ | {"PIP_RETRIES": "0", "OMP_NUM_THREADS": "1"}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done, time.monotonic() - start, cpu


def gigabytes(folder: Path) -> float:
    """Return the size of the files below a folder, in units of 10 ** 9 bytes."""
    sizes = [path.lstat().st_size for path in folder.rglob("*") if path.is_file()]
    return round(sum(sizes) / 1e9, 2)


def measure(folder: Path, python: str, pins: list[str], whole: bool) -> dict[str, Any]:
    """Install in the folder and return what was seen.

    Raises:
        SystemExit: if a command of the README fails.
    """
    for name, content in handout_files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    constraints = folder.parent / "constraints.txt"
    constraints.write_text("".join(f"{pin}\n" for pin in pins))
    seconds = 0.0
    for words in documented_commands(folder, python, constraints, whole):
        print("$", " ".join(words), flush=True)
        done, wall, _ = run(words, folder)
        seconds += wall
        if done.returncode:
            raise SystemExit(
                f"{' '.join(words)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
            )
    size = gigabytes(folder / ".venv")
    venv = folder / ".venv" / "bin"
    told, *_ = run([str(venv / "python"), "-c", VERSIONS, *ASKED[1:]], folder)
    assert told.returncode == 0, told.stderr
    return {
        "gigabytes": size,
        "install_seconds": round(seconds),
        "versions": json.loads(told.stdout),
        **learner_side(folder, venv / "bnlab"),
    }


def learner_side(folder: Path, program: Path) -> dict[str, Any]:
    """Return what `bnlab check` says of the references, and what a check costs."""
    for name in coded_units():
        (folder / "bnlab" / f"{name}.py").write_text(solutions.solved(name), "utf-8")
    done, _, _ = run([str(program), "check"], folder)
    tasks = re.findall(r"^(\S+): (\d+) of (\d+) properties hold", done.stdout, re.MULTILINE)
    right = [name for name, hold, all_of_them in tasks if hold == all_of_them]
    if done.returncode:
        print(done.stdout[-6000:], file=sys.stderr)
    return {
        "tasks": len(tasks),
        "right": len(right),
        "notes": re.findall(r"^ *note: .*", done.stdout, re.MULTILINE),
        "printed_to_stderr": done.stderr[-2000:],
        "check_cpu_seconds": {
            name: round(run([str(program), "check", name], folder)[2], 2)
            for name in ("batch_moments", "batch_norm_2d")
        },
    }


def main() -> None:
    """Measure one environment and store it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="the name under which the environment is stored")
    parser.add_argument("--python", default="python3", help="the Python to install for")
    parser.add_argument("--pin", action="append", default=[], metavar="REQUIREMENT")
    parser.add_argument("--whole-torch", action="store_true", help="torch with its CUDA libraries")
    options = parser.parse_args()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        seen = measure(Path(folder) / FOLDER, options.python, options.pin, options.whole_torch)
    stored = json.loads(RESULTS.read_text("utf-8")) if RESULTS.is_file() else {"results": {}}
    # Where this machine keeps a Python helps nobody to repeat the measurement.
    arguments = [Path(each).name if each == options.python else each for each in sys.argv[1:]]
    from_where = provenance("install", arguments, 0, start)
    stored["results"][options.name] = seen | {"provenance": from_where}
    RESULTS.write_text(json.dumps(stored, indent=1, sort_keys=True) + "\n", "utf-8")
    print(json.dumps(seen, indent=1))


if __name__ == "__main__":
    main()
