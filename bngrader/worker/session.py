"""The session of one child: one learner's module, its requests and replies."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from bnlab.kit.testing import remote_ops
from bnlab.kit.testing.learner_error import LearnerError, learner_error
from bnlab.kit.testing.remote_ops import Executor
from bnlab.kit.testing.settings import seed_torch
from bnlab.kit.testing.values import dtype_name, is_array

from ..remote import framing, protocol, wire
from . import forbidden_ops, libraries, native_access
from .libraries import NUMPY


def serve(sock: socket.socket, device: str, library: str = "torch") -> None:
    """Answer the requests on a socket until it closes."""
    session = Session(device, library, native_access.refuse)
    with remote_ops.exact() if device != "cpu" else nullcontext():
        while True:
            try:
                request = wire.decode(framing.receive(sock))
            except framing.ConnectionClosedError:
                return
            framing.send(sock, session.answer(request))


class Session:
    """One learner's module, and the values that are held for the test.

    Args:
        device: the device of its tensors and modules; results are sent from the CPU.
        library: the library of the worker, "numpy" or "torch".
        refuse_native: called before a module is loaded that may not use native code.
    """

    def __init__(
        self,
        device: str = "cpu",
        library: str = "torch",
        refuse_native: Callable[[], None] = lambda: None,
    ) -> None:
        self._refuse_native = refuse_native
        self._reseed = reseed_numpy if library == NUMPY else reseed
        self._watches = library != NUMPY  # without torch, there is no forbidden operation
        self.executor = Executor(
            device=None if device == "cpu" else device, before_each=self._reseed
        )

    def answer(self, data: Any) -> bytes:
        """Return the frame of the reply to a request, whatever the learner's code does."""
        reply = self._perform(protocol.request_from_data(data))
        if names := forbidden_ops.take_refused():  # even if the code went on after the error
            reply = protocol.Forbidden(tuple(names))
        try:
            return wire.encode(protocol.reply_to_data(reply), self._replacement)
        except Exception as error:
            raised = self._raised(TypeError(f"the result cannot be read: {error}"))
            return wire.encode(protocol.reply_to_data(raised))

    def _perform(self, request: protocol.Request) -> protocol.Reply:
        try:
            if self._watches:
                (forbidden_ops.refuse if request.refuse_norms else forbidden_ops.allow)()
                if request.refuse_native:
                    self._refuse_native()
            libraries.finder.placeholders = request.placeholders
            self._reseed()
            arguments = _rebuilt(request.arguments)
            return protocol.Value(self.executor.perform(request.operation, arguments))
        except BaseException as error:  # SystemExit and KeyboardInterrupt too, from their code
            return self._raised(error)
        finally:
            if request.placeholders:
                libraries.forget_placeholders()

    def _raised(self, error: BaseException) -> protocol.Raised:
        return _public(learner_error(error, self.executor.filename))

    def _replacement(self, value: Any) -> Any:
        """Return what crosses instead of a value that cannot: a reference, a list, a class name."""
        if callable(value):
            return self.executor.refer(value)
        if isinstance(value, LearnerError):  # of one of several calls
            return protocol.reply_to_data(_public(value))["error"]
        if isinstance(value, tuple | list):
            return list(value)
        return wire.Opaque(type(value).__name__, dtype_name(value) if is_array(value) else "")


def reseed_numpy() -> None:
    """Seed the random generators of Python and NumPy.

    Every request starts from the same state, so its result does not depend on earlier requests,
    nor on whether the child replaces one that died.
    """
    import numpy as np

    random.seed(0)
    np.random.seed(0)


def reseed() -> None:
    """Seed all random generators, those of torch as well."""
    reseed_numpy()
    seed_torch()


def _public(error: LearnerError) -> protocol.Raised:
    """Return an exception as it crosses: without the name of a class of the learner's own."""
    return protocol.Raised(error.bases, error.message, error.line)


def _rebuilt(value: Any) -> Any:
    """Return an argument with torch modules and arrays for their descriptions."""
    if isinstance(value, dict) and "module" in value:
        return protocol.build_module(value)
    if isinstance(value, dict) and "array" in value:
        return protocol.build_array(value)
    if isinstance(value, dict):
        return {key: _rebuilt(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(_rebuilt(each) for each in value)
    return value
