"""The learner's module in a child, as hidden tests see it.

`learner.batch_moments(x)` looks like a call of a function and is a request to the child; arrays,
numbers and handles come back. The operations are those of `bnlab.kit.testing.remote_ops`.
"""

from __future__ import annotations

import builtins
import types
from collections.abc import Mapping
from functools import cache
from typing import Any

from bnlab.kit.testing.learner_error import LearnerError
from bnlab.kit.testing.learner_module import Handle, LearnerModule
from bnlab.kit.testing.properties import NoResultError
from bnlab.kit.testing.remote_ops import Reference

from . import protocol, wire
from .protocol import Channel, Request

MAX_LINE = 10_000
"""The largest line number that is reported: larger ones could encode hidden inputs."""

_DTYPE_KINDS = {
    "U": "str", "S": "bytes", "V": "void", "[": "void", "{": "void",
    "datetime64[": "datetime64", "timedelta64[": "timedelta64",
}  # fmt: skip
"""NumPy's names of the kinds of dtypes whose names have no end, by how they begin."""

_EXCEPTIONS = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
)
"""The names of Python's exception classes."""


class ForbiddenOperationError(NoResultError):
    """The error for a call of torch's normalizations in a task that asks learners to write one."""

    def __init__(self, names: list[str]):
        super().__init__(", ".join(names))
        self.names = names


class RemoteModule(LearnerModule):
    """A learner's module in a child.

    Args:
        channel: the way to the child.
        refuse_norms: whether calls may not use the normalizations of torch.
        lines: the number of lines of the module; no line beyond is reported.
        placeholders: whether libraries that are missing are found, without their functions.

    Raises:
        LearnerError: from any operation, if the learner's code raises.
        ForbiddenOperationError: from any operation, if it calls a refused normalization.
    """

    def __init__(
        self,
        channel: Channel,
        refuse_norms: bool = False,
        lines: int = 0,
        placeholders: bool = False,
    ):
        self._channel, self._refuse_norms = channel, refuse_norms
        self._lines, self._placeholders = min(lines, MAX_LINE), placeholders

    def _perform(self, operation: str, **arguments: Any) -> Any:
        sent = {name: _sent(value) for name, value in arguments.items()}
        placeholders = self._placeholders
        return self._request(
            Request(operation, sent, self._refuse_norms, placeholders=placeholders)
        )

    def _request(self, request: Request) -> Any:
        data = self._channel.ask(protocol.request_to_data(request))
        try:
            reply = protocol.reply_from_data(data)
            value = self._returned(reply.value) if isinstance(reply, protocol.Value) else None
        except Exception:  # whatever is wrong with a reply is the learner's failure
            raise LearnerError("Exception", "the reply is not a reply") from None
        if isinstance(reply, protocol.Raised):
            raise self._learner_error(reply)
        if isinstance(reply, protocol.Forbidden):
            raise ForbiddenOperationError(_operators(reply.names))
        return value

    def _error(self, data: Any) -> LearnerError:
        reply = protocol.reply_from_data({"error": data})
        assert isinstance(reply, protocol.Raised)
        return self._learner_error(reply)

    def _learner_error(self, reply: protocol.Raised) -> LearnerError:
        """Return the exception of a reply, with classes of Python and a line of the file only."""
        bases = tuple(name for name in reply.bases if name in _EXCEPTIONS) or ("Exception",)
        return LearnerError(bases[0], reply.message, self._line(reply.line), bases)

    def portable(self, target: Any, *args: Any) -> dict[str, Any]:
        """Return what a call would do on another device, with lines of the file only."""
        found = super().portable(target, *args)
        found = found if isinstance(found, dict) else {}
        waits = found.get("waits")
        lines = map(self._line, waits if isinstance(waits, list) else ())
        return {
            "stops": found.get("stops") is not False,
            "line": self._line(found.get("line")),
            "waits": [line for line in lines if line is not None],
        }

    def _line(self, number: Any) -> int | None:
        """Return the number of a line of the learner's file, None for anything else."""
        return number if type(number) is int and 0 < number <= self._lines else None

    def _returned(self, value: Any) -> Any:
        """Return a result with handles for references, and without the child's class names."""
        if isinstance(value, Reference):
            return Handle(self, Reference(value.id, public_name(value.type_name)))
        if isinstance(value, wire.Opaque):
            return wire.Opaque(public_name(value.type_name), public_dtype(value.dtype))
        if isinstance(value, tuple | list):
            return type(value)(self._returned(each) for each in value)
        if isinstance(value, dict):
            return {key: self._returned(each) for key, each in value.items()}
        return value


def load_module(
    channel: Channel,
    unit: str,
    source: str,
    earlier: Mapping[str, str] | None = None,
    *,
    refuse_norms: bool = False,
    allow_norms_at_import: bool = False,
    placeholders: bool = False,
) -> RemoteModule:
    """Load a learner's module into a child.

    Args:
        channel: the way to the child.
        unit: the name of the module in the child is `bnlab.<unit>`.
        source: its source text.
        earlier: the source texts of the units that it may import, by name.
        refuse_norms: whether the normalizations of torch are forbidden operations.
        allow_norms_at_import: whether the module may use them all the same while it is loaded.
        placeholders: whether it may import a library that is missing, without its functions.

    Raises:
        LearnerError: if the module cannot be imported.
        ForbiddenOperationError: if its import calls a refused normalization.
    """
    module = RemoteModule(channel, refuse_norms, len(source.splitlines()), placeholders)
    refuse_now = refuse_norms and not allow_norms_at_import
    arguments = {"unit": unit, "source": source, "earlier": dict(earlier or {})}
    module._request(Request("load", arguments, refuse_now, refuse_norms, placeholders))
    return module


@cache
def _public_class_names() -> frozenset[str]:
    """Return the names of the classes of Python, NumPy and torch."""
    import numpy as np
    import torch

    libraries = (builtins, types, np, np.random, torch, torch.nn, torch.utils.data)
    classes = (
        (name, value)
        for library in libraries
        for name, value in vars(library).items()
        if isinstance(value, type)
    )
    return frozenset(name for name, _ in classes) | frozenset(
        each.__name__ for each in vars(types).values() if isinstance(each, type)
    )


@cache
def _dtype_names() -> frozenset[str]:
    """Return the names of the dtypes of NumPy, in both byte orders, and of torch."""
    import numpy as np
    import torch

    numpys = [np.dtype(kind) for kind in np.sctypeDict.values()]
    swapped = [each.newbyteorder("S") for each in numpys]
    torchs = [str(each) for each in vars(torch).values() if isinstance(each, torch.dtype)]
    names = {str(each) for each in [*numpys, *swapped]}
    return frozenset(names | {name.removeprefix("torch.") for name in torchs})


@cache
def _operator_names() -> frozenset[str]:
    import torch

    names = torch._C._dispatch_get_all_op_names()
    return frozenset(name.partition("::")[2].partition(".")[0] for name in names)


def public_name(name: str) -> str:
    """Return the name of a class of Python, NumPy or torch, and a phrase for any other name.

    The learner's code chooses the names of its own classes and could encode inputs in them.
    """
    return name if name in _public_class_names() else "value of your own class"


def public_dtype(name: str) -> str:
    """Return the name of a dtype of NumPy or torch; of one with a length, a unit or fields, its
    kind alone, because the learner's code chooses them.
    """
    if name in ("", *_dtype_names()):
        return name
    kinds = (kind for start, kind in _DTYPE_KINDS.items() if name.lstrip("<>|=").startswith(start))
    return next(kinds, "unknown")


def _operators(names: tuple[str, ...]) -> list[str]:
    """Return the names of torch's operators among those that a child reports."""
    return [name for name in names if name in _operator_names()] or ["normalization"]


def _sent(value: Any) -> Any:
    """Return an argument as it crosses, with references for handles.

    Torch modules, and arrays that are not in C order or may not be written, are described.
    """
    if isinstance(value, Handle):
        return value._reference
    if isinstance(value, tuple | list):
        return type(value)(_sent(each) for each in value)
    if isinstance(value, dict):
        return {key: _sent(each) for key, each in value.items()}
    if callable(value) and hasattr(value, "state_dict"):
        return protocol.describe_module(value)
    return protocol.describe_array(value) if protocol.is_special_array(value) else value
