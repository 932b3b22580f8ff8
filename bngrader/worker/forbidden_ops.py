"""The forbidden operations: torch's normalizations fail in a child, and their names are recorded.

A mode in Python would not do, because the learner's code could leave it and other threads do not
have it. Here the kernels are replaced in torch's dispatcher, below Python, which every call
reaches: from `nn.BatchNorm2d` to a scripted function in another thread.
"""

from __future__ import annotations

import ctypes
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

NORMALIZATIONS = ("batch_norm", "layer_norm", "group_norm", "instance_norm", "rms_norm")
ONEDNN = "to_mkldnn"
"""Operations that bring a tensor into oneDNN's layout. `prim::MKLDNNLayerNorm` takes such tensors,
and no dispatcher is on its way; no solution needs the layout."""
KEYS = (
    "CPU", "MkldnnCPU", "QuantizedCPU", "NestedTensorCPU", "NestedTensorHPU",
    "CompositeExplicitAutograd", "CompositeExplicitAutogradNonFunctional",
    "CompositeImplicitAutograd", "CompositeImplicitAutogradNestedTensor",
    "FuncTorchBatchedDecomposition", "Meta",
)  # fmt: skip
"""Dispatch keys with kernels for the CPU: oneDNN's layout, quantized and nested tensors have their
own, and those made of other operations can be called by the name of their key."""
KEYS_OF = {"cuda": ("CUDA", "QuantizedCUDA", "NestedTensorCUDA")}
"""Further dispatch keys of a device."""
IN_PYTHON = (
    "torch._refs", "torch._refs.nn.functional", "torch._decomp.decompositions",
    "torch._decomp.decompositions_for_jvp", "torch._decomp.decompositions_for_rng",
    "torch.nested._internal.ops",
)  # fmt: skip
"""Modules with the same computations in Python, for torch's compiler and for jagged tensors.

Their files are hidden from children, see `native_access`, so all of them are imported here."""
HELPERS = ("_normalize", "normalize")
"""Functions of these modules of which the normalizations are made."""
PAST_THE_DISPATCHER = (
    # A replaced kernel still exists; this function would return it.
    "_dispatch_get_computed_kernel_for_dispatch_key",
    # Runtimes with kernels of their own: TorchScript's static runtime, its tensor expressions and
    # its fusion by oneDNN.
    "StaticModule", "_jit_to_static_module", "_fuse_to_static_module", "_te",
    "_jit_override_can_fuse_on_cpu", "_jit_override_can_fuse_on_cpu_legacy",
    "_jit_set_te_must_use_llvm_cpu", "_jit_set_llga_enabled",
    # Graphs that no source text describes, such as a call of the static runtime.
    "parse_ir", "_jit_decomposition_graph_for_node", "_jit_trace_graph",
)  # fmt: skip
"""Names in `torch._C`."""
RUNTIMES = ("_aoti", "_nativert")
"""Modules in `torch._C` with the runtimes for exported programs."""
PASS = "_jit_pass_"
PASSES = (
    "canonicalize", "constant_propagation", "cse", "dce", "erase_shape_information", "inline",
    "lint", "optimize_frozen_graph", "peephole", "remove_mutation",
)  # fmt: skip
"""TorchScript's passes that children may call, which `torch.jit` needs to script, trace and freeze.

The others rewrite a call of a normalization to other operators, or hand it to another runtime."""
GRAPH_WRITERS = {
    "Graph": ("create", "createClone", "createCudaFusionGroup", "createFusionGroup", "insert"),
    "Node": ("copyAttributes", "g_", "gs_"),
}
"""Methods in `torch._C` that make nodes of any kind in a graph of TorchScript."""

refused: set[str] = set()
"""The names of the forbidden operations that were called since `take_refused`."""

_kernels: list[tuple[str, str]] = []
_libraries: list[Any] = []
_for_good: list[bool] = []


def prepare(device: str = "cpu") -> None:
    """Disable the normalizations in the fork server, for all children.

    The functions in Python are replaced for good, because a module that is imported could keep
    one. The kernels are replaced until a child decides: this takes milliseconds, which each child
    would pay.

    Args:
        device: the device on which children compute, in addition to the CPU.
    """
    import torch

    _replace_in_python()
    _close_other_runtimes(torch._C)
    ctypes.pythonapi.Py_IncRef  # noqa: B018  (found now: a child may not look for it)

    own = {"CPU", device.upper()}
    for operation in filter(is_normalization, torch._C._dispatch_get_all_op_names()):
        for key in (*KEYS, *KEYS_OF.get(device, ())):
            # A composite operation has no kernel; a kernel for "CPU" takes precedence over it.
            if key in own or _has_kernel(operation, key):
                _kernels.append((operation, key))
    _warn_once()
    _replace()


def _close_other_runtimes(native: Any) -> None:
    """Replace in `torch._C` what would run a normalization without the dispatcher."""
    passes = {n for n in vars(native) if n.startswith(PASS)} - {PASS + each for each in PASSES}
    for name in (*PAST_THE_DISPATCHER, *passes):
        if hasattr(native, name):
            setattr(native, name, _refusal(name))
        sys.modules.pop(f"torch._C.{name}", None)
    for module in (getattr(native, name) for name in RUNTIMES if hasattr(native, name)):
        for name in [n for n in vars(module) if not n.startswith("__")]:
            setattr(module, name, _refusal(name))
    for kind, methods in GRAPH_WRITERS.items():
        for name in methods:
            setattr(getattr(native, kind), name, _refusal(name))


def _replace_in_python() -> None:
    """Replace the normalizations in Python, and the tables by which torch finds them."""
    for module in IN_PYTHON:
        functions = vars(import_module(module))
        for name in [n for n in functions if is_normalization(n) or n in HELPERS]:
            functions[name] = _refusal(name)
    from torch._decomp import global_decomposition_table
    from torch.nested._internal.ops import JAGGED_OPS_TABLE

    for table in (*global_decomposition_table.values(), JAGGED_OPS_TABLE):
        for known in [each for each in table if is_normalization(str(each))]:
            table[known] = _refusal(str(known).split(".")[1])


def _warn_once() -> None:
    """Make torch give its warning about a replaced kernel, which it gives only once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library = _library("aten")
        library.impl("native_batch_norm", "CPU", _refusal("native_batch_norm"), False)
        del library  # and the kernel with it


def refuse() -> None:
    """Refuse the normalizations from now on, until this process ends."""
    if not _libraries and not _for_good:
        _replace()  # after `allow`
    for library in _libraries:
        # The destructor of a library restores torch's kernels, so one reference is leaked; the
        # learner's code cannot find it.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))
        _for_good.append(True)
    _libraries.clear()


def allow() -> None:
    """Restore the kernels of torch, unless `refuse` was called."""
    _libraries.clear()


def _replace() -> None:
    libraries: dict[str, Any] = {}
    for operation, key in _kernels:
        namespace, _, name = operation.partition("::")
        if namespace not in libraries:
            libraries[namespace] = _library(namespace)
        libraries[namespace].impl(name, key, _refusal(name.partition(".")[0]), False)
    _libraries.extend(libraries.values())


def take_refused() -> list[str]:
    """Return the names that were refused since the last call, eight at most."""
    names = sorted(refused)[:8]
    refused.clear()
    return names


def _library(namespace: str) -> Any:
    """Return the object with which kernels are registered; its destructor removes them."""
    import torch

    return torch._C._dispatch_library("IMPL", namespace, "", __file__, 0)


def is_normalization(name: str) -> bool:
    """Return whether an operation of torch is refused as a normalization, by its name."""
    return any(each in name for each in (*NORMALIZATIONS, ONEDNN))


def _has_kernel(operation: str, key: str) -> bool:
    import torch

    return bool(torch._C._dispatch_has_kernel_for_dispatch_key(operation, key))


def _refusal(name: str) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        refused.add(name)
        raise RuntimeError(f"{name} is torch's own: compute it yourself.")

    return fail
