"""A learner's module as a test sees it, in the same process.

The grader has another class with the same verbs that speaks to a worker instead.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import remote_ops


class Handle:
    """A value that stays with the learner's code: call it, read it, fetch it."""

    def __init__(self, learner: LocalModule, value: Any):
        self._module, self._value = learner, value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._module._run(self._value, args, kwargs)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: self._module._run(
            lambda *a, **k: getattr(self._value, name)(*a, **k), args, kwargs
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Handle) and self._value is other._value

    def __hash__(self) -> int:
        return id(self._value)

    @property
    def type_name(self) -> str:
        """The name of the class of the value."""
        return type(self._value).__name__

    def read(self, path: str) -> Any:
        """An attribute, such as `running_mean` or `weight.grad`."""
        return self._module._run(lambda: remote_ops.read(self._value, path), (), {})

    def fetch(self) -> Any:
        """The value itself, as it is now."""
        return self._module._copied(self._value)

    def structure(self) -> list[dict[str, Any]]:
        """One row per submodule: name, class, mode, trained parameters."""
        return remote_ops.structure(self._value)


class LocalModule:
    """`student.batch_moments(x)` calls the learner's function with copies of the arguments.

    Args:
        module: the learner's.
        device: where the copies are; what comes back comes from the CPU. None leaves them there.
    """

    def __init__(self, module: ModuleType, device: Any = None):
        self._module, self._device = module, device

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*args: Any, **kwargs: Any) -> Any:
            return self._run(lambda *a, **k: getattr(self._module, name)(*a, **k), args, kwargs)

        call.__name__ = name
        return call

    def hold(self, value: Any) -> Handle:
        """Gives the learner's side a copy of `value` to keep, and a handle to look at it later."""
        return Handle(self, self._lend(value))

    def define(self, source: str, name: str) -> Handle:
        """Runs a piece of the test's own code on the learner's side; a handle to what it names."""
        namespace: dict[str, Any] = {"__name__": "supplied"}
        exec(compile(source, "<supplied>", "exec"), namespace)
        return Handle(self, self._placed(namespace[name]))

    def gradients(self, target: Any, *args: Any, upstream: Any) -> tuple[Any, tuple, dict]:
        """Output, gradients of the arguments and of the parameters; see `remote_ops.gradients`."""
        function = self._lookup(target) if isinstance(target, str) else target._value
        return self._run(
            lambda *a: remote_ops.gradients(function, a, self._lend(upstream)), args, {}
        )

    def portable(self, target: Any, *args: Any) -> dict[str, Any]:
        """What would happen on another device (`remote_ops.portable`); it uses a module up."""
        function = self._lookup(target) if isinstance(target, str) else target._value
        where = self._module.__file__ or ""
        return self._run(
            lambda *a: remote_ops.portable(*self._at_home(function, a), where), args, {}
        )

    def _lookup(self, name: str) -> Any:
        return self._run(lambda: getattr(self._module, name), (), {}, keep=True)

    def _run(
        self, function: Callable[..., Any], args: tuple, kwargs: dict, keep: bool = False
    ) -> Any:
        args = tuple(self._lend(arg) for arg in args)
        kwargs = {key: self._lend(value) for key, value in kwargs.items()}
        try:
            result = function(*args, **kwargs)
        except (Exception, SystemExit) as error:
            raise remote_ops.learner_error(error, self._module.__file__ or "") from error
        return result if keep else self._pass_back(result)

    def _pass_back(self, result: Any) -> Any:
        if isinstance(result, tuple | list):
            return _plain(result)(self._pass_back(each) for each in result)
        if callable(result) and hasattr(result, "state_dict"):
            return Handle(self, self._placed(result))
        return self._copied(result)

    def _lend(self, value: Any) -> Any:
        """Handles are replaced by what they hold; everything else is copied."""
        if isinstance(value, Handle):
            return value._value
        if isinstance(value, tuple | list):
            return _plain(value)(self._lend(each) for each in value)
        return self._placed(copy.deepcopy(value))

    def _placed(self, value: Any) -> Any:
        return value if self._device is None else remote_ops.place(value, self._device)

    def _copied(self, value: Any) -> Any:
        copied = copy.deepcopy(_detached(value))
        return copied if self._device is None else remote_ops.home(copied)

    def _at_home(self, function: Any, args: tuple) -> tuple[Any, tuple]:
        """Both on the CPU, where the other device is played."""
        if self._device is None:
            return function, args
        return remote_ops.home(function), remote_ops.home(args)


def _plain(value: tuple | list) -> type:
    """tuple or list: a named tuple or a list of a learner's own class crosses as its plain kind."""
    return tuple if isinstance(value, tuple) else list


def _detached(value: Any) -> Any:
    return value.detach() if hasattr(value, "detach") else value
