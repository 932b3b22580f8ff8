"""The record of what a learner's code did in a test: every call, in order, with its result.

A diagnosis needs more than the first difference: a result that is wrong in two ways, and the calls
after the one that failed. So a recorded test goes on to its end (`assertions.going_on`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .learner_error import LearnerError
from .learner_module import Called, Handle, LearnerModule
from .settings import seed_torch
from .values import as_float64, is_array

CHANGED, UNCHANGED = "changed", "unchanged"


@dataclass(frozen=True)
class Call:
    """One operation that a test asked for.

    Attributes:
        operation: its name, one of `remote_ops.OPERATIONS`.
        target: the function of the learner's module that it calls; "" if it calls none.
        result: what it returned; for arrays that were given and looked at again, whether they are
            UNCHANGED or CHANGED.
        raised: the exception classes of Python that it raised, nearest first; () if it returned.
        message: the text of the exception.
        echo: whether the result of a call, or each part of it, is one of its arguments, unchanged;
            None where no argument is an array.
    """

    operation: str
    target: str = ""
    result: Any = None
    raised: tuple[str, ...] = ()
    message: str = ""
    echo: bool | None = None


class Recorder(LearnerModule):
    """A learner's module whose operations are recorded.

    Args:
        learner: the module that performs them.
        change: applied to each argument before it is sent; None sends arguments as they are.
        keep: applied to each result before it is recorded; None records results as they are.

    Attributes:
        calls: the operations so far.
    """

    def __init__(
        self,
        learner: LearnerModule,
        change: Callable[[Any], Any] | None = None,
        keep: Callable[[Any], Any] | None = None,
    ):
        self._learner = learner
        self._change, self._keep = change or _unchanged, keep or _unchanged
        self.calls: list[Call] = []
        self._held: dict[int, Any] = {}

    @property
    def unrecorded(self) -> LearnerModule:
        return self._learner

    def noted(self, seen: Any) -> None:
        self.calls.append(Call("call", result=seen))

    def portable(self, target: Any, *args: Any) -> Any:
        return self._noted("portable", target, lambda: self._learner.portable(target, *args))

    def call_each(self, target: Any, calls: Iterable[Sequence[Any]], **kwargs: Any) -> list[Called]:
        sent = [[self._change(each) for each in args] for args in calls]
        rows = self._learner.call_each(target, sent, **kwargs)
        return [
            self._called_with(target, "call", row, args, args)
            for row, args in zip(rows, sent, strict=True)
        ]

    def gradients_each(
        self, target: Any, calls: Iterable[tuple[Sequence[Any], Any]]
    ) -> list[Called]:
        sent = [([self._change(each) for each in args], upstream) for args, upstream in calls]
        rows = self._learner.gradients_each(target, sent)
        return [
            self._called_with(target, "gradients", row, None, args)
            for row, (args, _) in zip(rows, sent, strict=True)
        ]

    def _called_with(
        self, target: Any, operation: str, row: Called, args: Any, given: Sequence[Any]
    ) -> Called:
        def result() -> Any:
            if row.error is not None:
                raise row.error
            return row.value

        value = None
        with suppress(LearnerError):
            value = self._noted(operation, target, result, given)
        if args is not None and row.after is not None:
            after = [_seen(one, other) for one, other in zip(args, row.after, strict=True)]
            self.calls.append(Call("fetch", result=after))
        return replace(row, value=value)

    def _perform(self, operation: str, **arguments: Any) -> Any:
        sent = {name: self._change(value) for name, value in arguments.items()}
        result = self._noted(
            operation,
            sent.get("target"),
            lambda: self._learner._perform(operation, **sent),
            sent.get("args", ()),
        )
        if operation == "hold" and _has_arrays(sent["value"]):
            self._held[result._reference.id] = copy.deepcopy(sent["value"])
        if operation == "fetch" and sent["handle"].id in self._held:
            seen = _seen(self._held[sent["handle"].id], result)
            self.calls[-1] = replace(self.calls[-1], result=seen)
        return result

    def _noted(
        self, operation: str, target: Any, perform: Callable[[], Any], args: Sequence[Any] = ()
    ) -> Any:
        called = target if isinstance(target, str) else ""
        seed_torch()  # new layers have the same weights in each operation
        try:
            result = self._with_recorded_handles(perform())
        except LearnerError as error:
            raised = Call(operation, called, raised=error.bases, message=error.message)
            self.calls.append(raised)
            raise
        echo = _is_echo(operation, args, result) if args else None
        self.calls.append(Call(operation, called, self._keep(result), echo=echo))
        return result

    def _with_recorded_handles(self, value: Any) -> Any:
        if isinstance(value, Handle):
            return Handle(self, value._reference)
        if isinstance(value, tuple | list):
            return type(value)(self._with_recorded_handles(each) for each in value)
        return value

    def _error(self, data: Any) -> LearnerError:
        return self._learner._error(data)


def _is_echo(operation: str, args: Sequence[Any], result: Any) -> bool | None:
    if not _has_arrays(list(args)):
        return None
    found = result[0] if operation == "gradients" else result
    if _is_one_of(found, args):
        return True
    several = isinstance(found, tuple | list) and len(found) > 0
    return several and all(_is_one_of(each, args) for each in found)


def _is_one_of(part: Any, args: Sequence[Any]) -> bool:
    """Return whether a result is one of the arguments; a number is one of them if it is equal."""
    if isinstance(part, bool | int | float):
        return part in [each for each in args if type(each) is type(part)]
    return any(_has_arrays(each) and _same(each, part) for each in args)


def _unchanged(value: Any) -> Any:
    return value


def _has_arrays(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return any(map(_has_arrays, value))
    return is_array(value)


def _seen(before: Any, after: Any) -> str:
    """Return whether an argument is the same after a call; UNCHANGED for what has no arrays."""
    if not _has_arrays(before):
        return UNCHANGED
    if _same(before, after):
        return UNCHANGED
    longer = isinstance(after, tuple | list) and len(after) != len(before)
    return f"{CHANGED} in length" if longer else CHANGED


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, tuple | list):
        if not isinstance(after, tuple | list) or len(before) != len(after):
            return False
        return all(map(_same, before, after))
    if not is_array(before):
        return True
    if not is_array(after) or before.shape != after.shape or before.dtype != after.dtype:
        return False
    return np.array_equal(as_float64(before), as_float64(after), equal_nan=True)
