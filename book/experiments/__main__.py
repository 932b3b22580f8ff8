"""Run experiments: `python -m book.experiments [name ...] [--quick] [--jobs N] [--list]`."""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import re
import time
from pathlib import Path

import torch

from book.experiments._shared.provenance import governed, protocol_commit, provenance
from book.experiments._shared.trials import RESTORED, workers

HERE = Path(__file__).parent
RESULTS = HERE / "results"
QUICK = HERE.parents[1] / "_build" / "experiments" / "quick"


def names() -> list[str]:
    """Names of all experiments: the modules of this folder."""
    return sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("__"))


def experiment(name: str, quick: bool) -> dict:
    """Result of one experiment with its question and its provenance."""
    module = importlib.import_module(f"book.experiments.{name}")
    RESTORED.clear()
    started = time.process_time()
    results = module.run(quick)
    seconds = time.process_time() - started + sum(RESTORED)
    command = f"python -m book.experiments {name}" + " --quick" * quick
    source = provenance(command, module, seconds)
    if quick:
        source["seeds"] = f"some of {source['seeds']}"
    elif name in governed():
        source["protocol"] = protocol_commit(name)
    return {
        "claim": name,
        "question": inspect.getdoc(module).splitlines()[0],
        "provenance": source,
        "results": results,
    }


def text_of(record: dict) -> str:
    """JSON of a record, with each list of numbers on one line."""
    numbers = re.compile(r"\[\s+([-+.\deE\s,]+?)\s+\]")
    text = json.dumps(record, indent=1)
    return numbers.sub(lambda found: "[" + " ".join(found[1].split()) + "]", text) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m book.experiments", description=__doc__)
    parser.add_argument("name", nargs="*", help="experiments to run (default: all)")
    parser.add_argument("--quick", action="store_true", help="few seeds, results under _build")
    parser.add_argument(
        "--jobs", type=int, default=1, help="processes that share the trials (default: 1)"
    )
    parser.add_argument("--list", action="store_true", help="list the experiments and stop")
    arguments = parser.parse_args()
    if arguments.list:
        print(*names(), sep="\n")
        return
    unknown = set(arguments.name) - set(names())
    if unknown:
        parser.error(f"name is {', '.join(sorted(unknown))}, expected one of {', '.join(names())}.")
    # One thread: sums do not depend on the number of cores, and times can be compared.
    torch.set_num_threads(1)
    folder = QUICK if arguments.quick else RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.name or names():
        path = folder / f"{name}.json"
        with workers(arguments.jobs):
            path.write_text(text_of(experiment(name, arguments.quick)))
        print(f"{name}: {path.relative_to(HERE.parents[1])}")


if __name__ == "__main__":
    main()
