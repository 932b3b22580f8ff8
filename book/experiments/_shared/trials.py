"""One measurement repeated over seeds; each result is stored, so that a killed run resumes.

Stored trials also let several processes share the work: `in_parallel` fills the store.

A trial is stored under `_build/experiments/trials` by its experiment, code, settings and seed.
The code is that of the measurement and of everything that it uses in the repository's packages, so
a change there measures anew. Files that an experiment opens itself are not part of the code.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.util
import inspect
import json
import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

ROOT = Path(__file__).parents[3] / "_build" / "experiments" / "trials"
PACKAGES = ("book", "bnlab")  # other imports belong to the environment
RESTORED: list[float] = []  # processor time of the trials that were read back

_workers: list[Executor] = []

Definitions = dict[str, ast.stmt]


def trials(measure: Callable[..., dict], seeds: Iterable[int], **settings: Any) -> list[dict]:
    """Results of `measure(seed, **settings)`, one per seed.

    Args:
        measure: a function of an experiment module; returns what JSON can hold.
        seeds: one trial each.
        settings: passed on, and the name under which a trial is stored.
    """
    seeds = list(seeds)
    in_parallel(measure, [(seed, settings) for seed in seeds])
    folder = _folder(measure, settings)
    return [
        _trial(folder / f"{seed}.json", measure, seed, settings)
        for seed in tqdm(seeds, desc=folder.name, disable=None)
    ]


@contextmanager
def workers(count: int) -> Iterator[None]:
    """Let `in_parallel` use so many processes of one thread each; with 1 it does nothing."""
    if count < 2:
        yield
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, context, torch.set_num_threads, (1,)) as pool:
        _workers.append(pool)
        try:
            yield
        finally:
            _workers.pop()


def in_parallel(measure: Callable[..., dict], wanted: list[tuple[int, dict[str, Any]]]) -> None:
    """Store the trials that are missing, each in some worker.

    Args:
        measure: as for `trials`.
        wanted: seed and settings of each trial.
    """
    missing = [
        (path, measure, seed, settings)
        for seed, settings in wanted
        if not (path := _folder(measure, settings) / f"{seed}.json").exists()
    ]
    if not _workers or len(missing) < 2:
        return
    done = [_workers[-1].submit(_trial, *each) for each in missing]
    for each in tqdm(done, desc=f"{len(done)} trials", disable=None):
        each.result()


def _folder(measure: Callable[..., dict], settings: dict[str, Any]) -> Path:
    named = (f"{key}={getattr(value, '__name__', value)}" for key, value in settings.items())
    return folder_of(measure) / (" ".join(named) or "all")


def folder_of(measure: Callable[..., dict]) -> Path:
    """Folder of a measurement's trials, a new one when its code or torch changes."""
    module = inspect.getmodule(measure)
    digest = hashlib.sha256(code_of(measure.__name__, inspect.getsource(module)).encode())
    digest.update(torch.__version__.encode())
    return ROOT / module.__name__.rpartition(".")[2] / digest.hexdigest()[:12]


def code_of(name: str, source: str) -> str:
    """Code of a function and of all that it uses in its module and in our packages.

    Comments and docstrings are left out.

    Args:
        name: of the function.
        source: of its module.
    """
    found: dict[tuple[str, int], str] = {}
    _collect(name, "", _definitions(source), found)
    return "\n".join(found[place] for place in sorted(found))


def _collect(
    name: str, module: str, definitions: Definitions, found: dict[tuple[str, int], str]
) -> None:
    node = definitions.get(name)
    if node is None or (module, node.lineno) in found:
        return
    if isinstance(node, ast.ImportFrom):
        original = next(each.name for each in node.names if name in (each.asname, each.name))
        _collect_imported(node.module or "", original, found)
        return
    found[module, node.lineno] = ast.unparse(node)
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            _collect(part.id, module, definitions, found)


def _collect_imported(module: str, name: str, found: dict[tuple[str, int], str]) -> None:
    if module.partition(".")[0] not in PACKAGES:
        return
    names = [name]
    if name not in _definitions_of(module):  # a module of a package: all that it defines
        module = f"{module}.{name}"
        names = list(_definitions_of(module))
    for each in names:
        _collect(each, module, _definitions_of(module), found)


@functools.cache
def _definitions_of(module: str) -> Definitions:
    return _definitions(Path(importlib.util.find_spec(module).origin).read_text("utf8"))


def _definitions(source: str) -> Definitions:
    found: Definitions = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for part in ast.walk(node):
                if isinstance(part, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(part):
                    part.body[:1] = [ast.Pass()]
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            parts = (part for target in targets for part in ast.walk(target))  # also of a tuple
            found |= {part.id: node for part in parts if isinstance(part, ast.Name)}
        elif isinstance(node, ast.ImportFrom):
            found |= {each.asname or each.name: node for each in node.names}
    return found


def _trial(path: Path, measure: Callable[..., dict], seed: int, settings: dict) -> dict:
    if path.exists():
        stored = json.loads(path.read_text())
        RESTORED.append(stored["seconds"])
        return stored["result"]
    started = time.process_time()
    result = measure(seed, **settings)
    stored = {"seconds": time.process_time() - started, "result": result}
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written to another file and renamed: a killed run leaves no half of a file.
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(stored))
    partial.replace(path)
    return result
