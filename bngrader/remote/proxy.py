"""The learner's module as a hidden test sees it: every call goes to another process.

`learner.batch_moments(x)` looks like a call of the module and is a frame to the child; arrays,
numbers and handles come back. The operations are those of `bnlab.kit.testing.local_module`.
"""

from __future__ import annotations

import builtins
import threading
import types
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import torch

from bnlab.kit.testing.assertions import LearnerError
from bnlab.kit.testing.properties import NoResultError

from . import wire

MAX_LINE = 10_000
"""A line of a longer file is not named: the number is the learner's to choose."""


class Child(Protocol):
    """A process that answers requests; `bngrader.sandbox` has one."""

    def ask(self, request: dict[str, Any]) -> Any:
        """The reply to one request."""


class ForbiddenOperationError(NoResultError):
    """The learner's code called one of torch's own normalizations instead of writing it."""

    def __init__(self, names: list[str]):
        super().__init__(", ".join(names))
        self.names = names


class Handle:
    """A value on the far side: call it, call its methods, read it, fetch it."""

    def __init__(self, learner: RemoteModule, reference: wire.Handle):
        self._module, self._reference = learner, reference

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._module._call(self._reference, args, kwargs)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self._module._call([self._reference, name], args, kwargs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Handle) and self._reference.id == other._reference.id

    def __hash__(self) -> int:
        return self._reference.id

    @property
    def type_name(self) -> str:
        """The name of the class of the value."""
        return self._reference.type_name

    def read(self, path: str) -> Any:
        """An attribute, such as `running_mean` or `weight.grad`."""
        return self._module._ask("read", handle=self._reference, path=path)

    def fetch(self) -> Any:
        """The value itself, as it is now."""
        return self._module._ask("fetch", handle=self._reference)

    def structure(self) -> list[dict[str, Any]]:
        """One row per submodule: name, class, mode, trained parameters."""
        rows: list[dict[str, Any]] = self._module._ask("structure", handle=self._reference)
        return rows


class RemoteModule:
    """A learner's module in a child process.

    Args:
        child: where the module lives.
        watch: whether calls of torch's own normalizations are refused.
        test_lock: held by the thread that runs tests, and given free while it waits for the child.
    """

    def __init__(self, child: Child, watch: bool = False, test_lock: threading.Lock | None = None):
        self._child, self._watch, self._test_lock = child, watch, test_lock

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self._call(name, args, kwargs)

    def hold(self, value: Any) -> Handle:
        """Gives the far side a copy of `value` to keep, and a handle to look at it later."""
        return self._ask("hold", value=_lent(value))

    def define(self, source: str, name: str) -> Handle:
        """Runs a piece of the test's own code on the far side; a handle to what it names."""
        return self._ask("define", source=source, name=name)

    def gradients(self, target: Any, *args: Any, upstream: Any) -> Any:
        """Output, gradients of the arguments and of the parameters; see `remote_ops.gradients`."""
        aim = target._reference if isinstance(target, Handle) else target
        return self._ask(
            "gradients", target=aim, args=_lent(list(args)), upstream=upstream, watch=self._watch
        )

    def portable(self, target: Any, *args: Any) -> Any:
        """What would happen on another device (`remote_ops.portable`); it uses a module up."""
        aim = target._reference if isinstance(target, Handle) else target
        return self._ask("portable", target=aim, args=_lent(list(args)), watch=self._watch)

    def _load(self, unit: str, source: str, watch: bool = False) -> None:
        self._ask("load", unit=unit, source=source, watch=watch)

    def _call(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return self._ask(
            "call", target=target, args=_lent(list(args)), kwargs=_lent(kwargs), watch=self._watch
        )

    def _ask(self, verb: str, *, watch: bool = False, **content: Any) -> Any:
        request = {"verb": verb, "with": content, "watch": watch}
        if self._test_lock is None:
            reply = self._child.ask(request)
        else:
            self._test_lock.release()
            try:
                reply = self._child.ask(request)
            finally:
                self._test_lock.acquire()
        if not isinstance(reply, dict):
            raise LearnerError("Exception", "the reply is not a reply")
        if "error" in reply:
            raise _learner_error(reply["error"])
        if reply.get("native"):
            raise ForbiddenOperationError(_operators(reply["native"]))
        return self._adopt(reply.get("value"))

    def _adopt(self, value: Any) -> Any:
        if isinstance(value, wire.Handle):
            return Handle(self, wire.Handle(value.id, public_name(value.type_name)))
        if isinstance(value, wire.Opaque):
            return wire.Opaque(public_name(value.type_name))
        if isinstance(value, tuple | list):
            return type(value)(self._adopt(each) for each in value)
        if isinstance(value, dict):
            return {key: self._adopt(each) for key, each in value.items()}
        return value


_EVERYBODYS = frozenset(
    name
    for library in (builtins, types, np, np.random, torch, torch.nn, torch.utils.data)
    for name, value in vars(library).items()
    if isinstance(value, type)
) | frozenset(each.__name__ for each in vars(types).values() if isinstance(each, type))

_OPERATORS = frozenset(
    operation.partition("::")[2].partition(".")[0]
    for operation in torch._C._dispatch_get_all_op_names()
)


def public_name(name: str) -> str:
    """The name of a class where Python, NumPy or torch has it, else a phrase.

    The other side chooses the name of a class of its own, and could write what it has seen in it.
    """
    return name if name in _EVERYBODYS else "value of your own class"


def _operators(names: Any) -> list[str]:
    """The normalizations that a reply names; the other side may have written anything there."""
    plain = [name for name in names if name in _OPERATORS] if isinstance(names, list) else []
    return plain or ["normalization"]


def _learner_error(row: Any) -> LearnerError:
    """The exception that a reply speaks of; whatever else the reply says is not repeated."""
    type_name, message, line = row if isinstance(row, list) and len(row) == 3 else ("", "", None)
    raised = vars(builtins).get(type_name) if isinstance(type_name, str) else None
    known = isinstance(raised, type) and issubclass(raised, BaseException)
    short = type(line) is int and 0 < line <= MAX_LINE
    return LearnerError(type_name if known else "Exception", str(message), line if short else None)


def _lent(value: Any) -> Any:
    """Arguments as they cross: a handle by its number, a torch module by its description."""
    if isinstance(value, Handle):
        return value._reference
    if isinstance(value, tuple | list):
        return type(value)(_lent(each) for each in value)
    if isinstance(value, dict):
        return {key: _lent(each) for key, each in value.items()}
    if callable(value) and hasattr(value, "state_dict"):
        return describe(value)
    return value


_ARGUMENTS = {
    "Linear": ("in_features", "out_features"),
    "Conv1d": ("in_channels", "out_channels", "kernel_size", "stride", "padding", "groups"),
    "Conv2d": (
        "in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups",
    ),
    "BatchNorm1d": ("num_features", "eps", "momentum", "affine", "track_running_stats"),
    "BatchNorm2d": ("num_features", "eps", "momentum", "affine", "track_running_stats"),
    "GroupNorm": ("num_groups", "num_channels", "eps"),
    "Dropout": ("p",),
    "MaxPool2d": ("kernel_size",),
    "AdaptiveAvgPool2d": ("output_size",),
    "Flatten": (), "ReLU": (), "Identity": (),
}  # fmt: skip


def describe(module: Any) -> dict[str, Any]:
    """A torch module as data: class, arguments, children, state, mode.

    Raises:
        ValueError: for a class that is not in the short list of those that may cross.
    """
    name = type(module).__name__
    if name == "Sequential":
        children = [describe(child) for child in module]
        return {"module": name, "children": children, "training": module.training}
    if name not in _ARGUMENTS:
        raise ValueError(f"describe: module is {name}, expected one of {', '.join(_ARGUMENTS)}.")
    arguments = {key: getattr(module, key) for key in _ARGUMENTS[name]}
    if name in ("Linear", "Conv1d", "Conv2d"):
        arguments["bias"] = module.bias is not None
    state = dict(module.state_dict())
    return {
        "module": name, "arguments": arguments, "state": state, "training": module.training,
        "trained": {key: value.requires_grad for key, value in module.named_parameters()},
    }  # fmt: skip
