"""The learner's module as a test sees it, whatever process the learner's code runs in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .learner_error import LearnerError
from .remote_ops import Reference


@dataclass(frozen=True)
class Called:
    """One of several calls: `result, after = call`, or `call.result` alone.

    Attributes:
        after: the arguments as they are after the call; None where they are not known.
        error: the exception of a call that has no result.
    """

    value: Any
    after: Any
    error: LearnerError | None = None

    @property
    def result(self) -> Any:
        """The result of the call.

        Raises:
            LearnerError: if the learner's code raised.
        """
        if self.error is not None:
            raise self.error
        return self.value

    def __iter__(self) -> Iterator[Any]:
        """Yield the result and the arguments after the call."""
        return iter((self.result, self.after))


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

    The methods below are the other operations. Arguments are copied with their memory order, and
    read-only arrays stay read-only; what the learner's code does to them is seen through a handle
    or `call_each`.

    Raises:
        LearnerError: from any operation, if the learner's code raises.
    """

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self._perform("call", target=name, args=args, kwargs=kwargs)

    @property
    def unrecorded(self) -> LearnerModule:
        """The same module without a recorder, for what all tests of a task look at together."""
        return self

    def noted(self, seen: dict[str, Any]) -> None:  # noqa: B027
        """Let a diagnosis compare what a test has seen in calls that are not recorded.

        Args:
            seen: strings and numbers by name; the names are the same for every module.
        """

    def hold(self, value: Any) -> Handle:
        """Give a copy of `value` to the learner's side and return a handle to the copy."""
        handle: Handle = self._perform("hold", value=value)
        return handle

    def define(self, source: str, name: str) -> Handle:
        """Execute code of the test on the learner's side; return a handle to what it names.

        The code finds the learner's module under the name `module`. The same code is executed
        once, and later calls return the same handle.
        """
        defined: dict[tuple[str, str], Handle] = self.__dict__.setdefault("_defined", {})
        if (source, name) not in defined:
            defined[source, name] = self._perform("define", source=source, name=name)
        return defined[source, name]

    def call_each(self, target: Any, calls: Iterable[Sequence[Any]], **kwargs: Any) -> list[Called]:
        """Call a function or handle with each of several lists of arguments, in one request.

        All calls are made, also after one that raises, and each finds the random generators as
        the only call of a request would. Results are read when all calls are done, so a result
        that a later call overwrites is seen as overwritten.

        Args:
            target: the name of a function, or a handle.
            calls: the arguments of each call.
            kwargs: further arguments, the same in all calls.

        Example:
            for (y, (after,)), x in zip(learner.call_each("standardize", [(x1,), (x2,)]), (x1, x2)):
        """
        calls = list(calls)
        rows = self._perform("call_each", target=target, calls=calls, kwargs=kwargs)
        return self._called(rows, [len(args) for args in calls])

    def gradients_each(
        self, target: Any, calls: Sequence[tuple[Sequence[Any], Any]]
    ) -> list[Called]:
        """Perform `gradients` for each pair of arguments and upstream gradient, in one request."""
        rows = self._perform("gradients_each", target=target, calls=list(calls))
        return self._called(rows, [None] * len(calls))

    def gradients(self, target: Any, *args: Any, upstream: Any) -> Any:
        """Return output and gradients of a function or handle; see `remote_ops.gradients`."""
        return self._perform("gradients", target=target, args=args, upstream=upstream)

    def portable(self, target: Any, *args: Any) -> Any:
        """Return what a call would do on another device; see `remote_ops.portable`."""
        return self._perform("portable", target=target, args=args)

    @abstractmethod
    def _perform(self, operation: str, **arguments: Any) -> Any:
        """Have the executor perform an operation; references in the result become handles."""

    @abstractmethod
    def _error(self, data: Any) -> LearnerError:
        """Return the exception in a row of several calls, as the executor's side sent it."""

    def _called(self, rows: Any, sizes: Sequence[int | None]) -> list[Called]:
        """Return the rows of several calls; rows of another form can only come from the learner.

        Args:
            sizes: the number of arguments of each call; None where they do not come back.
        """
        forged = LearnerError("Exception", "the reply is not a reply")
        if not isinstance(rows, list) or len(rows) != len(sizes):
            raise forged
        called = []
        for row, size in zip(rows, sizes, strict=True):
            if not isinstance(row, list) or len(row) != 3:
                raise forged
            result, after, error = row
            returned = isinstance(after, tuple | list) and len(after) == size
            if not (after is None if size is None else returned):
                raise forged
            error = None if error is None else self._error(error)
            called.append(Called(result, after, error))
        return called
