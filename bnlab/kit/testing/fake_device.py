"""A fake device: tensors that claim to be on another device and compute on the CPU.

On a GPU, code fails if a tensor of the GPU meets one that stayed on the CPU, and waits if it reads
a single number. The fake device finds both on any machine, and computes the right numbers.
torch's FakeTensorMode finds the first too, but fails at the second, and its import takes as long as
that of torch.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

LABEL = "meta"
"""The device of such a tensor: a real device of torch, which stores no data."""

TRANSFERS = ("_to_copy", "copy_", "index", "index_put", "index_put_", "_index_put_impl_")
"""Operations that may take tensors of two devices, on a GPU as well."""

MAKERS = ("tensor", "as_tensor", "asarray", "new_tensor")
"""Functions that make a tensor of Python's numbers; torch.dispatch sees only what they return."""

READS = ("_local_scalar_dense", "equal", "is_nonzero")
"""Operations that return a number or a truth value to Python."""


class DeviceMismatchError(RuntimeError):
    """The error for a tensor of the fake device that meets one of the CPU."""


class FakeDeviceTensor(torch.Tensor):
    """A tensor of the fake device; its data are in `inner`, on the CPU."""

    __torch_function__ = torch._C._disabled_torch_function_impl
    inner: torch.Tensor

    @staticmethod
    def __new__(cls, inner: torch.Tensor) -> FakeDeviceTensor:
        fake = torch.Tensor._make_wrapper_subclass(
            cls,
            inner.size(),
            strides=inner.stride(),
            storage_offset=inner.storage_offset(),
            dtype=inner.dtype,
            device=LABEL,
        )
        fake.inner = inner
        return fake

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _run(func, args, kwargs, [])

    def tolist(self) -> Any:
        """Return the numbers, as torch does for any device but not for a subclass."""
        return self.cpu().tolist()


class FakeDeviceMode(TorchDispatchMode):
    """The mode in which torch computes with tensors of the fake device.

    Attributes:
        reads: for each value that Python read, the stack frame that read it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[Any] = []
        self._makers = _MakerMode(self.reads)

    def __enter__(self) -> FakeDeviceMode:
        self._makers.__enter__()
        super().__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        self._makers.__exit__(*error)

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # else torch imports its compiler, which takes a second, to disable it

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _run(func, args, kwargs, self.reads)


class _MakerMode(TorchFunctionMode):
    """The mode in which MAKERS make tensors of the fake device where they are asked to."""

    def __init__(self, reads: list[Any]) -> None:
        super().__init__()
        self._reads = reads

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        wanted = dict(kwargs or {})
        if getattr(func, "__name__", "") not in MAKERS:
            return func(*args, **wanted)
        if func.__name__ == "new_tensor":
            like, *args = args
            func, wanted = torch.tensor, {"dtype": like.dtype, "device": like.device} | wanted
        device = wanted.pop("device", None)
        of_fake = device is not None and torch.device(device).type == LABEL
        if not of_fake or any(isinstance(each, torch.Tensor) for each in args):
            return func(*args, **wanted, device=device)
        if any(isinstance(each, FakeDeviceTensor) for each in tree_leaves(args)):
            self._reads.append(sys._getframe(1))  # their numbers are read one by one
        watched = wanted.pop("requires_grad", False)
        made = func(*tree_map(_inner, args), **wanted)
        return FakeDeviceTensor(made).requires_grad_(watched)


def send(value: Any) -> Any:
    """Move a tensor, a module in place, or a list or tuple of them to the fake device.

    Other values are returned unchanged. Attributes of a module that are neither parameters nor
    buffers are not moved, as with `.to`.
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
    tensors = list(_tensors((args, kwargs)))
    on_fake = any(isinstance(each, FakeDeviceTensor) for each in tensors)
    # A tensor of one number on the CPU may meet any device: it is passed as a scalar.
    on_cpu = any(not isinstance(each, FakeDeviceTensor) and each.ndim for each in tensors)
    if on_fake and on_cpu and name not in TRANSFERS:
        raise DeviceMismatchError(f"{name} got a tensor of another device and one of the CPU")
    device = kwargs.get("device")
    if name == "copy_":
        to_fake = isinstance(args[0], FakeDeviceTensor)
    else:
        to_fake = on_fake if device is None else torch.device(device).type == LABEL
    if name in READS or (on_fake and not to_fake):
        reads.append(sys._getframe(2))
    if to_fake and device is not None:
        kwargs["device"] = torch.device("cpu")
    result = func(*_mapped(_inner, args), **_mapped(_inner, kwargs))
    if func._schema.is_mutable and name.endswith("_"):
        return args[0]  # in place: the given tensor itself
    return _mapped(_wrapped, result) if to_fake else result


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    """Yield the tensors in arguments of an operation."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _tensors(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _tensors(each)


def _mapped(change: Callable[[Any], Any], value: Any) -> Any:
    """Return arguments or results of an operation with each tensor changed.

    torch's tree functions take ten times as long, and ask every node whether it is a named tuple.
    """
    if type(value) in (tuple, list):
        return type(value)([_mapped(change, each) for each in value])
    if type(value) is dict:
        return {key: _mapped(change, each) for key, each in value.items()}
    if isinstance(value, tuple | list | dict):
        return tree_map(change, value)
    return change(value)


def _inner(value: Any) -> Any:
    return value.inner if isinstance(value, FakeDeviceTensor) else value


def _wrapped(value: Any) -> Any:
    return FakeDeviceTensor(value) if isinstance(value, torch.Tensor) else value
