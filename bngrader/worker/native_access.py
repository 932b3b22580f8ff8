"""What a child may not do below Python: call C functions, or run torch's references anew.

The replaced kernels of `forbidden_ops` still exist in torch's libraries, and its normalizations in
Python still exist in torch's files. In the tiers `namespaces` and `landlock`, children cannot read
these files. An audit hook refuses the ordinary ways to both, in units whose learners write a
normalization with torch. A hook cannot be removed, and what it refuses raises where the learner's
code asks for it. It keeps nobody in: that is the task of the kernel.
"""

from __future__ import annotations

import sys
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
    sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event in FOREIGN:
        raise RuntimeError("ctypes cannot be used here.")
    if event == "open" and isinstance(arguments[0], str | bytes):
        path = arguments[0]
        text = path if isinstance(path, str) else path.decode("utf-8", "replace")
        if any(f"/{each}" in text for each in REFERENCES):
            raise PermissionError("the references of torch cannot be read here.")
