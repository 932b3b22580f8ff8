"""Torch's own normalizations are refused in a check, as in grading.

In grading they fail below Python, where nothing escapes (`bngrader.worker.forbidden_ops`). On the
learner's own machine nobody hides anything, so two modes of torch do, which leave nothing behind.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from types import ModuleType
from typing import Any

from ..testing.local_module import LocalModule
from ..testing.properties import End, NoResultError, Outcome, Property

NORMALIZATIONS = ("batch_norm", "layer_norm", "group_norm", "instance_norm", "rms_norm")
"""What the name of a normalization contains, as in `bngrader.worker.forbidden_ops`."""


class OwnNormError(NoResultError):
    """The error for a call of torch's normalizations in a unit that asks learners to write one."""

    def __init__(self, name: str):
        super().__init__(name)
        self.name = name

    def outcome(self, each: Property) -> Outcome:
        """Return the outcome of a property that the call decides."""
        text = f"calls torch's own {self.name} instead of computing it, which is not allowed here."
        return Outcome(each, text, End.FORBIDDEN)


class ModuleWithoutNorms(LocalModule):
    """A learner's module whose calls may not use the normalizations of torch."""

    def _perform(self, operation: str, **arguments: Any) -> Any:
        with _refusing() as refused:
            try:
                return super()._perform(operation, **arguments)
            finally:
                if refused:
                    raise OwnNormError(refused[0]) from None


def learner_of(module: ModuleType, device: Any, allows_torch_norms: bool) -> LocalModule:
    """Return a learner's module for a check."""
    kind = LocalModule if allows_torch_norms else ModuleWithoutNorms
    return kind(module, device)


@contextmanager
def _refusing() -> Iterator[list[str]]:
    """Make the normalizations of torch raise in the block; yield the names of those called."""
    refused: list[str] = []
    with ExitStack() as stack:
        if "torch" in sys.modules:
            for mode in _modes():
                stack.enter_context(mode(refused))
        yield refused


@cache
def _modes() -> tuple[Any, Any]:
    """Return the mode that sees functions of torch, and the one that sees its operators."""
    from torch.overrides import TorchFunctionMode
    from torch.utils._python_dispatch import TorchDispatchMode

    def checked(refused: list[str], func: Any, args: Any, kwargs: Any) -> Any:
        name = getattr(func, "__name__", "").partition(".")[0]
        if any(each in name for each in NORMALIZATIONS):
            refused.append(name)
            raise RuntimeError(f"{name} is torch's own: compute it yourself.")
        return func(*args, **(kwargs or {}))

    class Functions(TorchFunctionMode):
        def __init__(self, refused: list[str]):
            super().__init__()
            self.refused = refused

        def __torch_function__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            return checked(self.refused, func, args, kwargs)

    class Operators(TorchDispatchMode):
        def __init__(self, refused: list[str]):
            super().__init__()
            self.refused = refused

        @classmethod
        def _should_skip_dynamo(cls) -> bool:
            return False  # else torch imports its compiler, which takes a second

        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            return checked(self.refused, func, args, kwargs)

    return Functions, Operators
