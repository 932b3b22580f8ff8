"""Refuses torch's own normalizations in a child, however they are reached, and notes the name.

A mode in Python, which the learner's code could pop, and which other threads do not have, is not
enough. Here the kernels themselves are replaced, in torch's dispatcher, below Python: there every
way ends, from `nn.BatchNorm2d` to a scripted function in another thread.
"""

from __future__ import annotations

import ctypes
import sys
import warnings
from collections.abc import Callable
from typing import Any

NATIVE = ("batch_norm", "layer_norm", "group_norm", "instance_norm", "rms_norm")
# Where a kernel for a processor may be; a layout of oneDNN and quantized tensors have their own.
KEYS = ("CPU", "MkldnnCPU", "QuantizedCPU")
KEYS_OF = {"cuda": ("CUDA", "QuantizedCUDA")}
# The same computations, written in Python for torch's compiler.
IN_PYTHON = ("torch._refs", "torch._refs.nn.functional", "torch._decomp.decompositions")

seen: set[str] = set()
"""The names that were refused."""

_kernels: list[tuple[str, str]] = []
_libraries: list[Any] = []
_for_good: list[bool] = []


def prepare(device: str = "cpu") -> None:
    """For all children: shuts the ways in Python, and replaces the kernels until a child decides.

    Args:
        device: where they compute; a processor they have in any case.

    The ways in Python are shut for good, because a file that is imported could keep a function.
    The kernels are replaced here because it takes milliseconds, which each child would pay.
    """
    import torch
    from torch._decomp import global_decomposition_table

    for module in IN_PYTHON:
        functions = vars(sys.modules[module]) if module in sys.modules else {}
        for name in [name for name in functions if _is_native(name)]:
            functions[name] = _refusal(name)
    for table in global_decomposition_table.values():
        for known in [each for each in table if _is_native(str(each))]:
            table[known] = _refusal(str(known).split(".")[1])
    # A kernel that is replaced is still there, for who asked for it before.
    torch._C._dispatch_get_computed_kernel_for_dispatch_key = _refusal("get_kernel")

    own = {"CPU", device.upper()}
    for operation in filter(_is_native, torch._C._dispatch_get_all_op_names()):
        for key in (*KEYS, *KEYS_OF.get(device, ())):
            # A composite operation has no kernel of its own; as one for "CPU" ours goes first.
            if key in own or _has_kernel(operation, key):
                _kernels.append((operation, key))
    _warn_once()
    _replace()


def _warn_once() -> None:
    """Has torch warn here, and nowhere else, that a kernel is replaced: it does so once only."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        passing = _library("aten")
        passing.impl("native_batch_norm", "CPU", _refusal("native_batch_norm"), False)
        del passing  # and the kernel with it


def refuse() -> None:
    """From now on, in this process and until it ends, torch's own are refused."""
    if not _libraries and not _for_good:
        _replace()  # it was allowed before
    for library in _libraries:
        # What is let go of gives the kernels back: one reference too many, which nobody can find.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))
        _for_good.append(True)
    _libraries.clear()


def allow() -> None:
    """Gives the kernels back, unless they are refused for good."""
    _libraries.clear()


def _replace() -> None:
    libraries: dict[str, Any] = {}
    for operation, key in _kernels:
        space, _, name = operation.partition("::")
        if space not in libraries:
            libraries[space] = _library(space)
        libraries[space].impl(name, key, _refusal(name.partition(".")[0]), False)
    _libraries.extend(libraries.values())


def noted() -> list[str]:
    """The names that were refused since the last time."""
    names = sorted(seen)[:8]
    seen.clear()
    return names


def _library(space: str) -> Any:
    """What kernels of one name space are registered with; when it goes, they go."""
    import torch

    return torch._C._dispatch_library("IMPL", space, "", __file__, 0)


def _is_native(name: str) -> bool:
    return any(each in name for each in NATIVE)


def _has_kernel(operation: str, key: str) -> bool:
    import torch

    return bool(torch._C._dispatch_has_kernel_for_dispatch_key(operation, key))


def _refusal(name: str) -> Callable[..., Any]:
    def refused(*_: Any, **__: Any) -> Any:
        seen.add(name)
        raise RuntimeError(f"{name} is torch's own: compute it yourself.")

    return refused
