"""`check("batch_moments")`: which properties hold for the learner's file as it is saved now."""

from __future__ import annotations

import difflib
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from ..course import Task, coded_units, tasks_named, unit
from ..testing import remote_ops
from ..testing.learner_module import LearnerModule
from ..testing.properties import Outcome, Property, properties, record_property
from ..testing.recorder import Recorder
from .earlier_tasks import used_tasks
from .fingerprints import KnownMistake, recognise
from .module_loader import (
    ModuleLoadError,
    module_path,
    refuse_missing_torch,
    source_of,
    unit_loaded,
)
from .own_norms import OwnNormError, learner_of
from .placeholder import left_in_code
from .result import Check
from .surroundings import defined_in_notebook, noting_warnings, saved_at, unchanged
from .task_check import TaskCheck
from .timeout import (
    TimeLimitError,
    ended_at,
    limit_output,
    refuse_exit,
    refuse_input,
    timeout,
)

if TYPE_CHECKING:
    import torch

CHECK_TIMEOUT_S = 10.0
"""CPU time that the check of one property may take."""


def check(*names: str) -> Check:
    """Check tasks, or all tasks of units, against the files on disk.

    Args:
        names: tasks such as "batch_moments", or units such as "moments"; all tasks by default.

    Raises:
        CourseError: if a name is neither.
    """
    tasks: list[Task] = []
    uncoded: list[str] = []
    for name in names or tuple(coded_units()):
        found = tasks_named(name)
        tasks += found
        if not found:
            uncoded.append(name)
    done: dict[str, TaskCheck] = {}
    for name in dict.fromkeys(each.unit for each in tasks):
        _check_unit(name, [each for each in tasks if each.unit == name], done)
    return Check([_with_surroundings(done[each.name]) for each in tasks], uncoded)


def _with_surroundings(found: TaskCheck) -> TaskCheck:
    """Return the same result with the time of the file, and with code outside of the file."""
    path = module_path(found.task.unit)
    seen = unchanged(found.task, path), defined_in_notebook(found.task)
    notes = () if found.passed else tuple(filter(None, seen))
    return replace(found, saved=saved_at(path), notes=(*found.notes, *notes))


def _check_unit(name: str, tasks: Sequence[Task], done: dict[str, TaskCheck]) -> None:
    """Check tasks of one unit, and the earlier tasks that they use.

    Args:
        name: the unit.
        tasks: its tasks to check.
        done: the checks of tasks by name, to which this one adds.
    """
    tasks = [each for each in tasks if each.name not in done]
    try:
        with unit_loaded(name) as (module, finder):
            found = [_check_task(each, module) for each in tasks]
            source = source_of(module)
    except ModuleLoadError as error:
        done |= {each.name: TaskCheck(each, problem=str(error)) for each in tasks}
        return
    for each in found:
        left = "" if each.written else left_in_code(each.task, source)
        if left:
            each = replace(each, notes=(left, *each.notes))
        used = used_tasks(each.task, source, finder.found)
        for earlier in dict.fromkeys(one.unit for one in used):
            _check_unit(earlier, [one for one in used if one.unit == earlier], done)
        done[each.task.name] = each.after([done[one.name] for one in used])


def _check_task(each: Task, module: ModuleType) -> TaskCheck:
    missing = _missing(each, module)
    if missing:
        return TaskCheck(each, problem=missing)
    device = _device(each.unit)
    learner = learner_of(module, device, unit(each.unit).allows_torch_norms)
    checks = properties(import_module(f"bnlab.kit.checks.{each.unit}"))
    outcomes: list[Outcome] = []
    exact = nullcontext() if device is None else remote_ops.exact()
    noted = noting_warnings(Path(module.__file__ or "").parent)
    try:
        with one_thread(), limit_output(), refuse_input(), refuse_exit(), noted as notes, exact:
            for prop in checks:
                if prop.task == each.name:
                    with timeout(CHECK_TIMEOUT_S):
                        outcomes.append(_outcome(prop, learner))
    except TimeLimitError as error:
        return TaskCheck(each, problem=ended_at(error, module.__file__ or ""))
    return TaskCheck(
        each,
        tuple(outcomes),
        hints=_recognised(each.name, outcomes),
        device="" if device is None else str(device),
        notes=tuple(notes),
    )


def _recognised(name: str, outcomes: Sequence[Outcome]) -> tuple[KnownMistake, ...]:
    with np.errstate(all="ignore"):  # the differences of results that overflowed
        return recognise(name, outcomes)


def _outcome(each: Property, learner: LearnerModule) -> Outcome:
    try:
        found = record_property(each, Recorder(learner), public_rng(each))
    except OwnNormError as error:
        return error.outcome(each)
    # The expected values of some units written in NumPy come from torch.
    refuse_missing_torch(found.error)
    return found


def _device(name: str) -> torch.device | None:
    """Return the GPU for the code of a unit; None if the unit uses none, or there is none."""
    if not unit(name).runs_on_gpu:
        return None
    from ..nets.devices import for_checks

    return None if for_checks().type == "cpu" else for_checks()


def _missing(each: Task, module: ModuleType) -> str:
    """Return a sentence if the module does not have the function or method, else ""."""
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
    """Run torch on one thread: for small arrays, a second one costs up to 20 ms a call."""
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
    """Return the generator of the inputs of a public check; it gives everybody the same inputs."""
    return np.random.default_rng(zlib.crc32(f"{each.task}/{each.name}".encode()))
