"""`check("batch_moments")`: what is right and what is wrong with the file as it is saved now."""

from __future__ import annotations

import difflib
import importlib.util
import sys
import textwrap
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from html import escape
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from ..tasks import Task, coded_stems, stem, stems, task
from ..testing import verbs
from ..testing.agree import Disagreement, LearnerError, as_float64, is_array
from ..testing.properties import Outcome, Property, examine, properties
from ..testing.student import LocalStudent
from .library import address
from .likeness import Likeness, likely
from .patience import TookTooLong, few_words, patience
from .result import Check, TaskCheck

if TYPE_CHECKING:
    import torch

SECONDS = 10.0
"""How long a file may take to load, and then one property to be looked at."""


def check(*names: str) -> Check:
    """Checks tasks, or all tasks of a stem, against the file on disk.

    Args:
        names: tasks such as "batch_moments", or stems such as "moments"; nothing for all.

    Raises:
        ValueError: where a name is neither.
    """
    wanted: list[Task] = []
    uncoded = [name for name in names if name in stems() and not stem(name).coded]
    for name in names or tuple(coded_stems()):
        wanted += stem(name).tasks if name in stems() else (task(name),)
    loaded: dict[str, ModuleType | str] = {}
    for each in wanted:
        if each.stem not in loaded:
            loaded[each.stem] = _load(each.stem)
    return Check([_check_task(each, loaded[each.stem]) for each in wanted], uncoded)


def _load(name: str) -> ModuleType | str:
    """The learner's module as it is saved now, or why there is none.

    A fresh module each time: what a notebook imported before cannot be in the way.
    """
    package = Path(import_module("bnlab").__file__ or "").parent
    path = package / f"{name}.py"
    shown = f"bnlab/{name}.py"
    if not path.is_file():
        return f"{shown} is missing; put the file back where it was"
    spec = importlib.util.spec_from_file_location(f"bnlab.{name}", path)
    if spec is None or spec.loader is None:
        return f"{shown} is not a Python file"
    module = importlib.util.module_from_spec(spec)
    if stem(name).library == "torch":
        import_module("torch")  # its seconds are not the learner's
    try:
        # Compiled here and not by the loader, whose cache trusts the clock.
        with few_words(), patience(SECONDS):
            exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
    except TookTooLong as error:
        return f"{shown} {error}"
    except (Exception, SystemExit) as error:
        known = verbs.learner_error(error, str(path))
        where = f", line {known.line}" if known.line else ""
        return f"{shown} cannot be imported: {known.type_name}{where}: {known.message}"
    return module


def _check_task(each: Task, module: ModuleType | str) -> TaskCheck:
    if isinstance(module, str):
        return TaskCheck(each, problem=module)
    missing = _missing(each, module)
    if missing:
        return TaskCheck(each, problem=missing)
    device = _device(each.stem)
    student = LocalStudent(module, device)
    checks = properties(import_module(f"bnlab.kit.checks.{each.stem}"))
    outcomes: list[Outcome] = []
    try:
        with one_thread(), few_words(), nullcontext() if device is None else verbs.exact():
            for prop in checks:
                if prop.task == each.name:
                    with patience(SECONDS):
                        outcomes.append(examine(prop, student, public_rng(prop)))
    except TookTooLong as error:
        return TaskCheck(each, problem=f"{each.name} {error}")
    on = "" if device is None else str(device)
    return TaskCheck(each, tuple(outcomes), hints=likely(each.name, outcomes), device=on)


def _device(name: str) -> torch.device | None:
    """A GPU to run a stem's code on, where it is for one and one is there; else None."""
    if not stem(name).travels:
        return None
    from ..networks.devices import for_checks

    return None if for_checks().type == "cpu" else for_checks()


def _missing(each: Task, module: ModuleType) -> str:
    """What to say where the file has no such function or method any more; "" where it has."""
    holder: object = module
    for name in each.name.split("."):
        if not hasattr(holder, name):
            near = difflib.get_close_matches(name, vars(holder), n=1, cutoff=0.8)
            renamed = f"; it has {near[0]}, was it renamed?" if near else "; was it renamed?"
            return f"bnlab/{each.stem}.py has no {each.name}{renamed}"
        holder = getattr(holder, name)
    return ""


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch on one thread: on a few numbers a second one only waits, up to 20 ms a call."""
    torch = sys.modules.get("torch")
    before = torch.get_num_threads() if torch else 0
    if torch:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        if torch:
            torch.set_num_threads(before)


def public_rng(each: Property) -> np.random.Generator:
    """The inputs of a public check are the same for everybody, every time."""
    return np.random.default_rng(zlib.crc32(f"{each.task}/{each.name}".encode()))
