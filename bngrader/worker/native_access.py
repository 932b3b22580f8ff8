"""What a child may not do below Python: call C functions, or run torch's references anew.

The replaced kernels of `forbidden_ops` still exist in torch's libraries, and its normalizations in
Python still exist in torch's files. In the tiers `namespaces` and `landlock`, children cannot read
these files. An audit hook refuses the ordinary ways to both, in units whose learners write a
normalization with torch. A hook cannot be removed, and what it refuses raises where the learner's
code asks for it. The names that it refuses are in the function alone, and the function is where
only the garbage collector finds it, which the hook refuses to ask. It keeps nobody in: that is the
task of the kernel.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any

FOREIGN = frozenset(
    f"ctypes.{name}"
    for name in (
        "dlopen", "dlsym", "dlsym/handle", "cdata", "cdata/buffer", "string_at", "wstring_at",
        "call_function",
    )
)  # fmt: skip
"""Audit events of ctypes: https://docs.python.org/3.11/library/audit_events.html"""
COLLECTOR = frozenset(f"gc.get_{name}" for name in ("objects", "referrers", "referents"))
"""Events of the garbage collector, by which the hook itself could be found and given other code."""
NEW_INTERPRETER = "cpython.PyInterpreterState_New"
"""The event of a second interpreter, which would have no hook of this one."""
REFERENCES = (
    "torch/_refs", "torch/_decomp", "torch/nested/_internal", "torch/testing/_internal/opinfo",
    "torch/testing/_internal/common_methods_invocations.py",
    "torch/testing/_internal/__pycache__",
)  # fmt: skip
"""Files with normalizations in Python: those that `forbidden_ops` has replaced in memory, and the
references in NumPy of torch's own tests."""


@cache
def refuse() -> None:
    """Refuse foreign functions, and the files of torch's references, until this process ends."""
    sys.addaudithook(_hook())


def _hook() -> Callable[[str, tuple[Any, ...]], None]:
    """Return a new hook, which depends on no name that a learner's code could set."""
    foreign, collector, interpreter, files = FOREIGN, COLLECTOR, NEW_INTERPRETER, REFERENCES
    isinstance_, any_ = isinstance, any

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in foreign:
            raise RuntimeError("ctypes cannot be used here.")
        if event in collector:
            raise RuntimeError("the garbage collector cannot be asked here.")
        if event == interpreter:
            raise RuntimeError("a second interpreter cannot be used here.")
        if event == "open" and isinstance_(arguments[0], (str, bytes)):
            path = arguments[0]
            text = path if isinstance_(path, str) else path.decode("utf-8", "replace")
            if any_(f"/{each}" in text for each in files):
                raise PermissionError("the references of torch cannot be read here.")

    return hook
