"""What a check on the CPU foretells about a device, and what the device then does.

A property about another device runs the learner's code with a fake device (`fake_device.py`), and
tells whether a tensor that stayed on the CPU stops it, and at which lines the code waits for the
device. Here the same call also runs on the real device.
"""

from __future__ import annotations

import copy
import inspect
import sys
import types
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.gpu.parts import Ask, Rows
from benchmarks.gpu.units import modules, on_the_device
from bngrader.core import solutions
from bnlab.kit.testing.earlier_units import TextLoader, execute, importing
from bnlab.kit.testing.learner_error import learner_error
from bnlab.kit.testing.local_module import LocalModule
from bnlab.kit.testing.properties import run_property
from bnlab.kit.testing.remote_ops import exact, place

STOPPED = ("same device", "different device", "numpy", "device type")
"""What torch's errors about two devices have in common."""
MAX_DIFFERENT = 30


class BothModule(LocalModule):
    """A module in this process whose calls about another device also run on the device.

    Attributes:
        seen: for each such call, what was foretold and what happened.
    """

    def __init__(self, module: types.ModuleType, device: str):
        super().__init__(module)
        self._there, self.seen = device, list[dict[str, Any]]()

    def portable(self, target: Any, *args: Any) -> Any:
        """Run a call on the device, then with the fake device."""
        real = self._real(target, args)
        foretold = super().portable(target, *args)
        row = {"stops": foretold["stops"], "waits": bool(foretold["waits"])}
        self.seen.append({"foretold": row | {"line": foretold["line"]}, "real": real})
        return foretold

    def _real(self, target: Any, args: Any) -> dict[str, Any]:
        executor = self._executor
        found = copy.deepcopy(executor._find(self._sent(target)))
        sent = _placed(executor._received(self._sent(args)), self._there)
        found = place(found, self._there)
        with _waits(self._there) as waits:
            try:
                result = found(*sent)
                for each in result if isinstance(result, tuple | list) else (result,):
                    if isinstance(each, torch.Tensor) and each.requires_grad:
                        each.sum().backward(retain_graph=True)
            except (RuntimeError, TypeError) as error:
                if not any(text in str(error) for text in STOPPED):
                    raise
                line = learner_error(error, executor.filename).line
                return {"stops": True, "waits": False, "line": line}
        return {"stops": False, "waits": bool(waits), "line": None} | waits.first()


def _placed(value: Any, device: str) -> Any:
    """Return a value as `fake_device.send` does: on the device, with gradients."""
    if isinstance(value, tuple | list):
        return type(value)(_placed(each, device) for each in value)
    if isinstance(value, torch.Tensor):
        moved = value.detach().to(device)
        return moved.requires_grad_(moved.is_floating_point())
    return place(value, device)


class _waits(warnings.catch_warnings):  # noqa: N801 (used like a function)
    """Collect what torch warns of where the code waits for the device."""

    def __init__(self, device: str):
        super().__init__(record=True)
        self._cuda = device == "cuda"

    def __enter__(self) -> Any:
        found = super().__enter__()
        warnings.simplefilter("always")
        if self._cuda:
            torch.cuda.set_sync_debug_mode("warn")
        return _Synchronizing(found)

    def __exit__(self, *error: object) -> None:
        if self._cuda:
            torch.cuda.set_sync_debug_mode("default")
        super().__exit__(*error)


class _Synchronizing:
    def __init__(self, found: Any):
        self._found = found

    def __bool__(self) -> bool:
        return any("synchroniz" in str(each.message) for each in self._found)

    def first(self) -> dict[str, Any]:
        """Return where the first one was, for a person who looks for the reason."""
        for each in self._found:
            if "synchroniz" in str(each.message):
                return {"where": f"{Path(each.filename).name}:{each.lineno}"}
        return {}


def rows(ask: Ask) -> Rows:
    """Yield for each unit how many calls were foretold rightly, and which were not."""
    for unit in on_the_device():
        try:
            tests = [
                each for each in solutions.hidden_tests(unit)
                if ".portable(" in inspect.getsource(each.test)
            ]  # fmt: skip
        except ModuleNotFoundError as error:
            yield unit, {"problem": str(error)}
            continue
        found = {"modules": 0, "calls": 0, "stops": 0, "right about stops": 0, "waits": 0,
                 "right about waits": 0, "other errors": []}  # fmt: skip
        different: list[dict[str, Any]] = []
        for name, source in modules(unit, ask.small):
            found["modules"] += 1
            _count(found, different, name, *_seen(unit, source, tests, ask.device))
            yield unit, found | {"different": different[:MAX_DIFFERENT]}


def _seen(
    unit: str, source: str, tests: list[Any], device: str
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what was foretold and seen, and the errors of other kinds."""
    seen, errors = [], []
    loaders = {name: TextLoader(name, text) for name, text in solutions.earlier(unit).items()}
    with importing(unit, loaders), exact(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = types.ModuleType(f"bnlab.{unit}")
        sys.modules[module.__name__] = module
        module.__file__ = f"bnlab/{unit}.py"
        execute(module, module.__file__, source)
        for each in tests:
            learner = BothModule(module, device)
            try:
                run_property(each, learner, np.random.default_rng(1))
            except Exception as error:
                errors.append(f"{each.name}: {type(error).__name__}: {str(error)[:150]}")
            seen += learner.seen
    return seen, errors


def _count(
    found: dict[str, Any],
    different: list[dict[str, Any]],
    name: str,
    seen: list[dict[str, Any]],
    errors: list[str],
) -> None:
    found["other errors"] += [f"{name}: {error}" for error in errors]
    for each in seen:
        foretold, real = each["foretold"], each["real"]
        found["calls"] += 1
        for what in ("stops", "waits"):
            found[what] += real[what]
            found[f"right about {what}"] += foretold[what] == real[what]
        if any(foretold[what] != real[what] for what in ("stops", "waits")):
            different.append({"module": name} | each)
