"""One measurement repeated over seeds; each result is kept, so a killed run resumes.

A trial is kept under `_build/experiments/trials` by its claim, code, settings and seed.
Only code in the module of the experiment counts: after a change of the shared tools,
remove that folder.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

ROOT = Path(__file__).parents[2] / "_build" / "experiments" / "trials"
RESTORED: list[float] = []  # processor time of the trials that were read back


def trials(measure: Callable[..., dict], seeds: Iterable[int], **settings: Any) -> list[dict]:
    """Results of `measure(seed, **settings)`, one per seed.

    Args:
        measure: a function of an experiment module; returns what JSON can hold.
        seeds: one trial each.
        settings: passed on, and the name under which a trial is kept.
    """
    named = (f"{key}={getattr(value, '__name__', value)}" for key, value in settings.items())
    folder = kept_in(measure) / (" ".join(named) or "all")
    return [
        _trial(folder / f"{seed}.json", measure, seed, settings)
        for seed in tqdm(seeds, desc=folder.name, disable=None)
    ]


def kept_in(measure: Callable[..., dict]) -> Path:
    """Folder of the trials of a measurement, a new one when its code or torch changes."""
    module = inspect.getmodule(measure)
    digest = hashlib.sha256(code_of(measure.__name__, inspect.getsource(module)).encode())
    digest.update(torch.__version__.encode())
    return ROOT / module.__name__.rpartition(".")[2] / digest.hexdigest()[:12]


def code_of(name: str, source: str) -> str:
    """Code of a function and of all that it uses in its module, without comments and docstrings."""
    definitions = _definitions(ast.parse(source))
    needed, waiting = {}, [name]
    while waiting:
        node = definitions.pop(waiting.pop(), None)
        if node is not None:
            needed[node.lineno] = ast.unparse(node)
            waiting += [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
    return "\n".join(needed[line] for line in sorted(needed))


def _definitions(module: ast.Module) -> dict[str, ast.stmt]:
    found = {}
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for part in ast.walk(node):
                if isinstance(part, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(part):
                    part.body[:1] = [ast.Pass()]
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {target.id: node for target in node.targets if isinstance(target, ast.Name)}
    return found


def _trial(path: Path, measure: Callable[..., dict], seed: int, settings: dict) -> dict:
    if path.exists():
        kept = json.loads(path.read_text())
        RESTORED.append(kept["seconds"])
        return kept["result"]
    started = time.process_time()
    result = measure(seed, **settings)
    kept = {"seconds": time.process_time() - started, "result": result}
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and renamed: a killed run leaves no half of a file.
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(kept))
    partial.replace(path)
    return result
