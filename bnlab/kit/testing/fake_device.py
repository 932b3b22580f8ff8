"""Another device without having one: tensors that say they are elsewhere and compute here.

On a GPU, code stops where a tensor there meets one that stayed on the CPU, and waits where it reads
a single number. Here both are seen on any machine, with the right numbers going on underneath.
torch's own FakeTensorMode sees the first too, but stops at the second, and costs as long to import
as torch does.
"""

from __future__ import annotations

import sys
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

LABEL = "meta"
"""The device that such a tensor names: a real one, and one on which nothing is stored."""

TRANSFERS = ("_to_copy", "copy_", "index", "index_put", "index_put_", "_index_put_impl_")
"""What may take tensors of two devices, on a GPU as here."""

READS = ("_local_scalar_dense", "equal", "is_nonzero")
"""What gives a number or a truth value to Python."""


class DeviceMismatchError(RuntimeError):
    """A tensor elsewhere met one on the CPU."""


class FakeDeviceTensor(torch.Tensor):
    """A tensor that says it is elsewhere; its numbers are in `inner`."""

    __torch_function__ = torch._C._disabled_torch_function_impl
    inner: torch.Tensor

    @staticmethod
    def __new__(cls, inner: torch.Tensor) -> FakeDeviceTensor:
        away = torch.Tensor._make_wrapper_subclass(
            cls,
            inner.size(),
            strides=inner.stride(),
            storage_offset=inner.storage_offset(),
            dtype=inner.dtype,
            device=LABEL,
        )
        away.inner = inner
        return away

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _run(func, args, kwargs, [])


class FakeDeviceMode(TorchDispatchMode):
    """Inside it `send` and what follows happen elsewhere.

    Attributes:
        reads: one entry for each value that Python read, the stack frame that read it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[Any] = []

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # else torch imports its compiler, a second of work, to switch it off

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _run(func, args, kwargs, self.reads)


def send(value: Any) -> Any:
    """A tensor, a module with its state, or a list or tuple of them, elsewhere; else as it is.

    What a module keeps outside of its parameters and buffers stays behind, as with `.to`.
    """
    if isinstance(value, tuple | list):
        return type(value)(map(send, value))
    if isinstance(value, nn.Module):
        for each in value.modules():
            for name, parameter in list(each._parameters.items()):
                if parameter is not None:
                    sent = nn.Parameter(
                        FakeDeviceTensor(parameter.detach()), parameter.requires_grad
                    )
                    each._parameters[name] = sent
            for name, buffer in list(each._buffers.items()):
                if buffer is not None:
                    each._buffers[name] = FakeDeviceTensor(buffer)
        return value
    if isinstance(value, torch.Tensor):
        return FakeDeviceTensor(value.detach()).requires_grad_(value.is_floating_point())
    return value


def _run(func: Any, args: Any, kwargs: Any, reads: list[Any]) -> Any:
    kwargs = dict(kwargs or {})
    name = func.__name__.partition(".")[0]
    tensors = [each for each in tree_leaves((args, kwargs)) if isinstance(each, torch.Tensor)]
    away = any(isinstance(each, FakeDeviceTensor) for each in tensors)
    # A single number on the CPU may meet anything: it travels with the call.
    here = any(not isinstance(each, FakeDeviceTensor) and each.ndim for each in tensors)
    if away and here and name not in TRANSFERS:
        raise DeviceMismatchError(f"{name} got a tensor of another device and one of the CPU")
    device = kwargs.get("device")
    if name == "copy_":
        there = isinstance(args[0], FakeDeviceTensor)
    else:
        there = away if device is None else torch.device(device).type == LABEL
    if name in READS or (away and not there):
        reads.append(sys._getframe(2))
    if there and device is not None:
        kwargs["device"] = torch.device("cpu")
    result = func(*tree_map(_inner, args), **tree_map(_inner, kwargs))
    if func._schema.is_mutable and name.endswith("_"):
        return args[0]  # in place: the tensor that was given, and not another one like it
    return tree_map(_wrapped, result) if there else result


def _inner(value: Any) -> Any:
    return value.inner if isinstance(value, FakeDeviceTensor) else value


def _wrapped(value: Any) -> Any:
    return FakeDeviceTensor(value) if isinstance(value, torch.Tensor) else value
