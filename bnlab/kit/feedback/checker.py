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

from ..course import Task, coded_units, task, unit, units
from ..testing import remote_ops
from ..testing.assertions import LearnerError, MismatchError, as_float64, is_array
from ..testing.local_module import LocalModule
from ..testing.properties import Outcome, Property, properties, run_property
from .book_links import address
from .fingerprints import KnownMistake, recognise
from .result import Check, TaskCheck
from .timeout import TimeLimitError, limit_output, timeout

if TYPE_CHECKING:
    import torch

CHECK_TIMEOUT_S = 10.0
"""How long a file may take to load, and then one property to be looked at."""


def check(*names: str) -> Check:
    """Checks tasks, or all tasks of a unit, against the file on disk.

    Args:
        names: tasks such as "batch_moments", or units such as "moments"; nothing for all.

    Raises:
        ValueError: where a name is neither.
    """
    wanted: list[Task] = []
    uncoded = [name for name in names if name in units() and not unit(name).coded]
    for name in names or tuple(coded_units()):
        wanted += unit(name).tasks if name in units() else (task(name),)
    loaded: dict[str, ModuleType | str] = {}
    for each in wanted:
        if each.unit not in loaded:
            loaded[each.unit] = _load(each.unit)
    return Check([_check_task(each, loaded[each.unit]) for each in wanted], uncoded)


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
    if unit(name).library == "torch":
        import_module("torch")  # its seconds are not the learner's
    try:
        # Compiled here and not by the loader, whose cache trusts the clock.
        with limit_output(), timeout(CHECK_TIMEOUT_S):
            exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
    except TimeLimitError as error:
        return f"{shown} {error}"
    except (Exception, SystemExit) as error:
        known = remote_ops.learner_error(error, str(path))
        where = f", line {known.line}" if known.line else ""
        return f"{shown} cannot be imported: {known.type_name}{where}: {known.message}"
    return module


def _check_task(each: Task, module: ModuleType | str) -> TaskCheck:
    if isinstance(module, str):
        return TaskCheck(each, problem=module)
    missing = _missing(each, module)
    if missing:
        return TaskCheck(each, problem=missing)
    device = _device(each.unit)
    learner = LocalModule(module, device)
    checks = properties(import_module(f"bnlab.kit.checks.{each.unit}"))
    outcomes: list[Outcome] = []
    try:
        with one_thread(), limit_output(), nullcontext() if device is None else remote_ops.exact():
            for prop in checks:
                if prop.task == each.name:
                    with timeout(CHECK_TIMEOUT_S):
                        outcomes.append(run_property(prop, learner, public_rng(prop)))
    except TimeLimitError as error:
        return TaskCheck(each, problem=f"{each.name} {error}")
    on = "" if device is None else str(device)
    return TaskCheck(each, tuple(outcomes), hints=recognise(each.name, outcomes), device=on)


def _device(name: str) -> torch.device | None:
    """A GPU to run a unit's code on, where it is for one and one is there; else None."""
    if not unit(name).runs_on_gpu:
        return None
    from ..nets.devices import for_checks

    return None if for_checks().type == "cpu" else for_checks()


def _missing(each: Task, module: ModuleType) -> str:
    """What to say where the file has no such function or method any more; "" where it has."""
    holder: object = module
    for name in each.name.split("."):
        if not hasattr(holder, name):
            near = difflib.get_close_matches(name, vars(holder), n=1, cutoff=0.8)
            renamed = f"; it has {near[0]}, was it renamed?" if near else "; was it renamed?"
            return f"bnlab/{each.unit}.py has no {each.name}{renamed}"
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
