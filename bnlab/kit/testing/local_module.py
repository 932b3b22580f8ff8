"""A learner's module in the process of the test, as public checks use it.

The grader has `bngrader.remote.proxy.RemoteModule` instead, whose executor is in a child.
"""

from __future__ import annotations

import copy
from types import ModuleType
from typing import Any

import numpy as np

from .learner_error import LearnerError, learner_error
from .learner_module import Handle, LearnerModule
from .remote_ops import Executor, Reference, home, plain


class LocalModule(LearnerModule):
    """A learner's module in this process: arguments and results are deep copies.

    Args:
        module: the learner's module.
        device: where the copies are placed; results come back to the CPU. None leaves both where
            they are.
    """

    def __init__(self, module: ModuleType, device: Any = None):
        self._executor, self._device = Executor(module, device), device

    def _perform(self, operation: str, **arguments: Any) -> Any:
        sent = {name: self._sent(value) for name, value in arguments.items()}
        try:
            result = self._executor.perform(operation, sent)
        except (Exception, SystemExit) as error:
            raise learner_error(error, self._executor.filename) from error
        return self._copied(result) if operation == "fetch" else self._returned(result)

    def _sent(self, value: Any) -> Any:
        """Return a deep copy, with references for handles."""
        if isinstance(value, Handle):
            return value._reference
        if isinstance(value, tuple | list):
            return plain(value)(self._sent(each) for each in value)
        if type(value) is dict:
            return {key: self._sent(each) for key, each in value.items()}
        copied = copy.deepcopy(value)  # in the same memory order
        if isinstance(value, np.ndarray):
            copied.flags.writeable = value.flags.writeable
        return copied

    def _returned(self, value: Any) -> Any:
        """Return a deep copy, with handles for modules and references."""
        if isinstance(value, tuple | list):
            return plain(value)(self._returned(each) for each in value)
        if callable(value) and hasattr(value, "state_dict"):
            value = self._executor.refer(value)
        if isinstance(value, Reference):
            return Handle(self, value)
        if isinstance(value, LearnerError):
            return value
        return self._copied(value)

    def _error(self, data: Any) -> LearnerError:
        assert isinstance(data, LearnerError)
        return data

    def _copied(self, value: Any) -> Any:
        try:
            copied = copy.deepcopy(value.detach() if hasattr(value, "detach") else value)
        except Exception:  # a generator: a message names its type
            return value
        return copied if self._device is None else home(copied)
