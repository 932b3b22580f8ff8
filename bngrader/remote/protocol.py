"""The messages between judge process and child, as typed data.

The judge process sends one request at a time, and the child answers it with one reply. As data:

    request  {"operation": name, "arguments": {...}, "refuse_norms": bool, "refuse_native": bool,
              "placeholders": bool}
    reply    {"value": ...}
             {"error": [[name of a class of Python, ...], message, line or null]}
             {"forbidden": [name, ...]}

The operations and their arguments are the methods of `bnlab.kit.testing.remote_ops.Executor`.
A torch module crosses as a description (`describe_module`), and so does an argument in another
memory order than C, or read-only (`describe_array`); a value that stays in the child crosses as a
`Reference`, and any other value that is no data as a `wire.Opaque`. `wire` encodes all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

MAX_NAMES, MAX_NAME, MAX_MESSAGE = 100, 80, 1000
"""Names in a reply, and characters of a name and of a message."""


@dataclass(frozen=True)
class Request:
    """One operation to perform.

    Attributes:
        operation: one of `remote_ops.OPERATIONS`.
        arguments: its arguments by name.
        refuse_norms: whether the normalizations of torch are forbidden operations. Once refused,
            they stay refused in this child.
        refuse_native: whether native code may not be called from now on.
        placeholders: whether a library that is missing is found, and raises if it is used.
    """

    operation: str
    arguments: dict[str, Any]
    refuse_norms: bool = False
    refuse_native: bool = False
    placeholders: bool = False


@dataclass(frozen=True)
class Value:
    """The reply with the result of an operation."""

    value: Any


@dataclass(frozen=True)
class Raised:
    """The reply on an exception of the learner's code; the child chose the texts.

    Attributes:
        bases: the classes of Python that the exception is an instance of, nearest first. No other
            class of the exception crosses, because its name could carry data.
    """

    bases: tuple[str, ...]
    message: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Forbidden:
    """The reply on forbidden operations, with their names as the child reports them."""

    names: tuple[str, ...]


Reply = Value | Raised | Forbidden


class Channel(Protocol):
    """The way to one child."""

    def ask(self, request: Any) -> Any:
        """Return the reply to a request, both as data that `wire` can encode."""


def request_to_data(request: Request) -> dict[str, Any]:
    """Return a request as data."""
    return {
        "operation": request.operation,
        "arguments": request.arguments,
        "refuse_norms": request.refuse_norms,
        "refuse_native": request.refuse_native,
        "placeholders": request.placeholders,
    }


def request_from_data(data: Any) -> Request:
    """Return the request in trusted data, as the child gets it."""
    return Request(**data)


def reply_to_data(reply: Reply) -> dict[str, Any]:
    """Return a reply as data."""
    if isinstance(reply, Value):
        return {"value": reply.value}
    if isinstance(reply, Raised):
        return {"error": [list(reply.bases), reply.message, reply.line]}
    return {"forbidden": list(reply.names)}


def reply_from_data(data: Any) -> Reply:
    """Return the reply in untrusted data; a malformed reply counts as an exception of the learner.

    The texts in the reply are still the child's own and must not be shown as they are.
    """
    if not isinstance(data, dict):
        return Raised((), "the reply is not a reply")
    if "error" in data:
        row = data["error"]
        bases, message, line = row if isinstance(row, list) and len(row) == 3 else ([], "", "")
        return Raised(
            _names(bases),
            message[:MAX_MESSAGE] if isinstance(message, str) else "",
            line if type(line) is int else None,
        )
    if names := data.get("forbidden"):
        return Forbidden(_names(names))
    return Value(data.get("value"))


def _names(data: Any) -> tuple[str, ...]:
    """Return the short texts in untrusted data that should be a list of names."""
    names = data[:MAX_NAMES] if isinstance(data, list) else []
    return tuple(name for name in names if isinstance(name, str) and len(name) <= MAX_NAME)


_ARGUMENTS = {
    "Linear": ("in_features", "out_features"),
    "Conv1d": ("in_channels", "out_channels", "kernel_size", "stride", "padding", "groups"),
    "Conv2d": (
        "in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups",
        "padding_mode",
    ),
    "BatchNorm1d": ("num_features", "eps", "momentum", "affine", "track_running_stats"),
    "BatchNorm2d": ("num_features", "eps", "momentum", "affine", "track_running_stats"),
    "BatchNorm3d": ("num_features", "eps", "momentum", "affine", "track_running_stats"),
    "InstanceNorm2d": ("num_features", "eps", "momentum", "affine", "track_running_stats"),
    "LayerNorm": ("normalized_shape", "eps"),
    "GroupNorm": ("num_groups", "num_channels", "eps"),
    "Dropout": ("p",),
    "MaxPool2d": ("kernel_size",),
    "AdaptiveAvgPool2d": ("output_size",),
    "Unflatten": ("dim", "unflattened_size"),
    "Flatten": (), "ReLU": (), "Identity": (),
}  # fmt: skip
"""The classes of torch.nn that may cross, with the arguments of their constructors."""


def describe_module(module: Any) -> dict[str, Any]:
    """Return a torch module as data: class, arguments, children, state, mode.

    Raises:
        ValueError: if its class is not one of the short list of those that may cross.
    """
    name = type(module).__name__
    if name == "Sequential":
        children = [describe_module(child) for child in module]
        return {"module": name, "children": children, "training": module.training}
    if name not in _ARGUMENTS:
        known = ", ".join(_ARGUMENTS)
        raise ValueError(f"describe_module: module is {name}, expected one of {known}.")
    arguments = {key: getattr(module, key) for key in _ARGUMENTS[name]}
    if name in ("Linear", "Conv1d", "Conv2d"):
        arguments["bias"] = module.bias is not None
    state = dict(module.state_dict())
    return {
        "module": name, "arguments": arguments, "state": state, "training": module.training,
        "trained": {key: value.requires_grad for key, value in module.named_parameters()},
    }  # fmt: skip


def build_module(description: dict[str, Any]) -> Any:
    """Return the torch module that `describe_module` described."""
    import torch

    if description["module"] == "Sequential":
        children = (build_module(child) for child in description["children"])
        module: Any = torch.nn.Sequential(*children)
    else:
        module = getattr(torch.nn, description["module"])(**description["arguments"])
        trained = description["trained"]
        for name, value in description["state"].items():  # `load_state_dict` takes twice as long
            if name in trained:
                setattr(module, name, torch.nn.Parameter(value.clone(), trained[name]))
            else:
                module.register_buffer(name, value.clone())
    module.training = description["training"]  # of this module; its children have their own
    return module


def is_special_array(value: Any) -> bool:
    """Return whether a value is an array or tensor that its numbers alone do not describe."""
    if isinstance(value, np.ndarray):
        return not (value.flags.c_contiguous and value.flags.writeable)
    return hasattr(value, "is_contiguous") and not value.is_contiguous()


def describe_array(value: Any) -> dict[str, Any]:
    """Return an array or tensor as data that keeps the order of its axes in memory.

    The data are C-contiguous; gaps and steps between the elements are not kept.
    """
    numpy = isinstance(value, np.ndarray)
    strides = value.strides if numpy else value.stride()
    axes = sorted(range(value.ndim), key=lambda axis: -abs(strides[axis]))
    moved = value.transpose(axes) if numpy else value.permute(axes)
    writeable = bool(value.flags.writeable) if numpy else True
    return {"array": moved, "axes": axes, "writeable": writeable}


def build_array(description: dict[str, Any]) -> Any:
    """Return the array or tensor that `describe_array` described."""
    moved, axes = description["array"], description["axes"]
    back = sorted(range(len(axes)), key=axes.__getitem__)
    if not isinstance(moved, np.ndarray):
        return moved.permute(back)
    array = moved.transpose(back)
    array.flags.writeable = description["writeable"]
    return array
