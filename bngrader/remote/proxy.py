"""The learner's module in a child, as hidden tests see it.

`learner.batch_moments(x)` looks like a call of a function and is a request to the child; arrays,
numbers and handles come back. The operations are those of `bnlab.kit.testing.remote_ops`.
"""

from __future__ import annotations

import builtins
import types
from functools import cache
from typing import Any

from bnlab.kit.testing.assertions import LearnerError
from bnlab.kit.testing.learner_module import Handle, LearnerModule
from bnlab.kit.testing.properties import NoResultError
from bnlab.kit.testing.remote_ops import Reference

from . import protocol, wire
from .protocol import Channel, Request

MAX_LINE = 10_000
"""The largest line number that is reported: larger ones could encode hidden inputs."""

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

    Raises:
        LearnerError: from any operation, if the learner's code raises.
        ForbiddenOperationError: from any operation, if it calls a refused normalization.
    """

    def __init__(self, channel: Channel, refuse_norms: bool = False):
        self._channel, self._refuse_norms = channel, refuse_norms

    def _perform(self, operation: str, **arguments: Any) -> Any:
        sent = {name: _sent(value) for name, value in arguments.items()}
        return self._request(Request(operation, sent, self._refuse_norms))

    def _request(self, request: Request) -> Any:
        data = self._channel.ask(protocol.request_to_data(request))
        reply = protocol.reply_from_data(data)
        if isinstance(reply, protocol.Raised):
            raise _learner_error(reply)
        if isinstance(reply, protocol.Forbidden):
            raise ForbiddenOperationError(_operators(reply.names))
        return self._returned(reply.value)

    def _error(self, data: Any) -> LearnerError:
        reply = protocol.reply_from_data({"error": data})
        assert isinstance(reply, protocol.Raised)
        return _learner_error(reply)

    def _returned(self, value: Any) -> Any:
        """Return a result with handles for references, and without the child's class names."""
        if isinstance(value, Reference):
            return Handle(self, Reference(value.id, public_name(value.type_name)))
        if isinstance(value, wire.Opaque):
            return wire.Opaque(public_name(value.type_name))
        if isinstance(value, tuple | list):
            return type(value)(self._returned(each) for each in value)
        if isinstance(value, dict):
            return {key: self._returned(each) for key, each in value.items()}
        return value


def load_module(
    channel: Channel,
    unit: str,
    source: str,
    *,
    refuse_norms: bool = False,
    allow_norms_at_import: bool = False,
) -> RemoteModule:
    """Load a learner's module into a child.

    Args:
        channel: the way to the child.
        unit: the name of the module in the child is `bnlab.<unit>`.
        source: its source text.
        refuse_norms: whether the normalizations of torch are forbidden operations.
        allow_norms_at_import: whether the module may use them all the same while it is loaded.

    Raises:
        LearnerError: if the module cannot be imported.
        ForbiddenOperationError: if its import calls a refused normalization.
    """
    module = RemoteModule(channel, refuse_norms)
    refuse_now = refuse_norms and not allow_norms_at_import
    module._request(Request("load", {"unit": unit, "source": source}, refuse_now))
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
def _operator_names() -> frozenset[str]:
    import torch

    names = torch._C._dispatch_get_all_op_names()
    return frozenset(name.partition("::")[2].partition(".")[0] for name in names)


def public_name(name: str) -> str:
    """Return the name of a class of Python, NumPy or torch, and a phrase for any other name.

    The learner's code chooses the names of its own classes and could encode inputs in them.
    """
    return name if name in _public_class_names() else "value of your own class"


def _operators(names: tuple[str, ...]) -> list[str]:
    """Return the names of torch's operators among those that a child reports."""
    return [name for name in names if name in _operator_names()] or ["normalization"]


def _learner_error(reply: protocol.Raised) -> LearnerError:
    """Return the exception of a reply, with a class of Python and a plausible line only."""
    bases = tuple(name for name in reply.bases if name in _EXCEPTIONS) or ("Exception",)
    plausible = reply.line is not None and 0 < reply.line <= MAX_LINE
    return LearnerError(bases[0], reply.message, reply.line if plausible else None, bases)


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
