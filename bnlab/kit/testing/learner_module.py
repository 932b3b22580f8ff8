"""The learner's module as a test sees it, whatever process the learner's code runs in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from .remote_ops import Reference


class Handle:
    """A value that stays with the learner's code: call it, read an attribute, fetch it.

    Any other attribute is a method of the value: `handle.eval()` calls it there.
    """

    def __init__(self, module: LearnerModule, reference: Reference):
        self._module, self._reference = module, reference

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._module._perform("call", target=self._reference, args=args, kwargs=kwargs)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        target = [self._reference, name]
        return lambda *args, **kwargs: self._module._perform(
            "call", target=target, args=args, kwargs=kwargs
        )

    def __eq__(self, other: object) -> bool:
        """Return whether both stand for the same object."""
        return (
            isinstance(other, Handle)
            and self._module is other._module
            and self._reference.id == other._reference.id
        )

    def __hash__(self) -> int:
        return self._reference.id

    @property
    def type_name(self) -> str:
        """The name of the class of the value."""
        return self._reference.type_name

    def read(self, path: str) -> Any:
        """Return an attribute, such as `running_mean` or `weight.grad`."""
        return self._module._perform("read", handle=self._reference, path=path)

    def fetch(self) -> Any:
        """Return the value as it is now."""
        return self._module._perform("fetch", handle=self._reference)

    def structure(self) -> list[dict[str, Any]]:
        """Return one row for each submodule: name, class, mode, trained parameters."""
        rows: list[dict[str, Any]] = self._module._perform("structure", handle=self._reference)
        return rows


class LearnerModule(ABC):
    """The client of an `Executor`; `learner.batch_moments(x)` calls the learner's function.

    The methods below are the other operations. Arguments are copied: what the learner's code does
    to them is seen only through a handle.

    Raises:
        LearnerError: from any operation, if the learner's code raises.
    """

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self._perform("call", target=name, args=args, kwargs=kwargs)

    def hold(self, value: Any) -> Handle:
        """Give a copy of `value` to the learner's side and return a handle to the copy."""
        handle: Handle = self._perform("hold", value=value)
        return handle

    def define(self, source: str, name: str) -> Handle:
        """Execute code of the test on the learner's side; return a handle to what it names."""
        handle: Handle = self._perform("define", source=source, name=name)
        return handle

    def gradients(self, target: Any, *args: Any, upstream: Any) -> Any:
        """Return output and gradients of a function or handle; see `remote_ops.gradients`."""
        return self._perform("gradients", target=target, args=args, upstream=upstream)

    def portable(self, target: Any, *args: Any) -> Any:
        """Return what a call would do on another device; see `remote_ops.portable`."""
        return self._perform("portable", target=target, args=args)

    @abstractmethod
    def _perform(self, operation: str, **arguments: Any) -> Any:
        """Have the executor perform an operation; references in the result become handles."""
