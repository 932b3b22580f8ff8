"""The operations that a test can perform on a learner's module, each declared once.

`Executor` performs them. A check in the notebook uses one in its own process (`local_module.py`);
the grader's worker uses one in a confined child. `LearnerModule` is the client of both, so a test
runs unchanged in either process.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from .earlier_units import PACKAGE, TextLoader, execute, importing
from .learner_error import learner_error
from .settings import kept_settings
from .torch_ops import gradients, structure
from .torch_ops import portable as portable

OPERATIONS = (
    "load", "call", "call_each", "gradients", "gradients_each", "portable", "hold", "define",
    "read", "fetch", "structure",
)  # fmt: skip
"""The methods of `Executor` that a client may ask for. No task may have one of these names."""


@dataclass(frozen=True)
class Reference:
    """A handle as data: the number of a held value, and the name of its class."""

    id: int
    type_name: str


class Executor:
    """The side of the learner's code: performs operations and holds values by number.

    Values that a client passes in may contain references, which are replaced by the values that
    they stand for. A `target` is the name of a function of the module, a reference to a held
    value, or `[reference, name]` for a method of a held value.

    Args:
        module: the learner's module; `load` sets another.
        device: where arguments, held values and modules are placed; None leaves them where they
            are.
        before_each: called before each of several calls of one operation, as the client's side
            does before each operation. It seeds the random generators, whose states are then not
            put back after an operation; None where nothing does.

    Attributes:
        filename: the file name of the module in tracebacks; "" without a module.
    """

    def __init__(
        self,
        module: types.ModuleType | None = None,
        device: Any = None,
        before_each: Callable[[], None] | None = None,
    ):
        self.module, self.device, self._before_each = module, device, before_each
        self.filename = getattr(module, "__file__", None) or ""
        self._held: list[Any] = []
        self._imports = ExitStack()

    def perform(self, operation: str, arguments: dict[str, Any]) -> Any:
        """Perform one of OPERATIONS and return its result, which may hold values of any kind.

        Whatever the learner's code raises is raised. The settings of the process are as before
        afterwards, except after `load`: what a module sets when it is imported stays set.
        """
        if operation not in OPERATIONS:
            known = ", ".join(OPERATIONS)
            raise ValueError(f"perform: operation is {operation!r}, expected one of {known}.")
        restoring = kept_settings(generators=self._before_each is None)
        with nullcontext() if operation == "load" else restoring:
            return getattr(self, operation)(**arguments)

    def load(self, unit: str, source: str, earlier: dict[str, str]) -> None:
        """Execute the source text of a module as `bnlab.<unit>`.

        Args:
            unit: the unit of the module.
            source: its text.
            earlier: the texts of the units that it may import, by name.
        """
        self._imports.close()
        loaders = {name: TextLoader(name, text) for name, text in earlier.items()}
        self._imports.enter_context(importing(unit, loaders))
        self.filename = f"{PACKAGE}/{unit}.py"
        module = types.ModuleType(f"{PACKAGE}.{unit}")
        module.__package__ = PACKAGE  # for `from .moments import ...`
        sys.modules[module.__name__] = module
        execute(module, self.filename, source)
        self.module = module

    def close(self) -> None:
        """Let the process import the units as it did before `load`."""
        self._imports.close()

    def call(self, target: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Call a target and return its result."""
        return self._find(target)(*self._received(args), **self._received(kwargs))

    def call_each(
        self, target: Any, calls: Sequence[Sequence[Any]], kwargs: dict[str, Any]
    ) -> list[list[Any]]:
        """Call a target with each of several lists of arguments.

        Returns:
            for each call `[result, after, error]`: the result, the arguments as they are when all
            calls are done, and the exception, a LearnerError, of a call that has no result.
        """
        return self._each(
            lambda args: self._find(target)(*args, **self._received(kwargs)),
            [self._received(args) for args in calls],
        )

    def gradients_each(
        self, target: Any, calls: Sequence[tuple[Sequence[Any], Any]]
    ) -> list[list[Any]]:
        """Perform `gradients` with each pair of arguments and upstream gradient.

        Returns:
            for each pair `[result, None, error]`, as `call_each` does.
        """
        rows = self._each(
            lambda pair: gradients(self._find(target), *pair),
            [self._received(pair) for pair in calls],
        )
        return [[result, None, error] for result, _, error in rows]

    def _each(self, perform: Callable[[Any], Any], calls: list[Any]) -> list[list[Any]]:
        rows = []
        for call in calls:
            if self._before_each is not None:
                self._before_each()
            result, error = None, None
            try:
                result = perform(call)
            except (Exception, SystemExit) as raised:
                error = learner_error(raised, self.filename)
                error.__cause__ = raised
            rows.append([result, call, error])
        return rows

    def gradients(
        self, target: Any, args: Sequence[Any], upstream: Any
    ) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
        """Return the output and the gradients of a target; see the function `gradients`."""
        return gradients(self._find(target), self._received(args), self._received(upstream))

    def portable(self, target: Any, args: Sequence[Any]) -> dict[str, Any]:
        """Return what a target would do on another device; see the function `portable`."""
        everything = [self._find(target), *self._received(args)]
        if self.device is not None:  # the other device is simulated on the CPU
            everything = home(everything)
        return portable(everything[0], everything[1:], self.filename)

    def hold(self, value: Any) -> Reference:
        """Hold a value and return the reference to it."""
        return self.refer(self._received(value))

    def define(self, source: str, name: str) -> Reference:
        """Execute source text of the test and return a reference to what it calls `name`.

        The text finds the learner's module under the name `module`, and under `placed` the
        function that moves a tensor or a module to the device of the run.
        """
        namespace: dict[str, Any] = {"__name__": "supplied", "module": self.module}
        namespace["placed"] = self._placed
        exec(compile(source, "<supplied>", "exec"), namespace)
        return self.refer(namespace[name])

    def read(self, handle: Reference, path: str) -> Any:
        """Return an attribute of a held value, such as `running_mean` or `weight.grad`."""
        return read(self._held[handle.id], path)

    def fetch(self, handle: Reference) -> Any:
        """Return a held value as it is now."""
        return self._held[handle.id]

    def structure(self, handle: Reference) -> list[dict[str, Any]]:
        """Return one row for each submodule of a held module; see the function `structure`."""
        return structure(self._held[handle.id])

    def refer(self, value: Any) -> Reference:
        """Return the reference to a value, which is held from now on; one for each object."""
        for index, each in enumerate(self._held):
            if each is value:
                return Reference(index, type(value).__name__)
        value = self._placed(value)
        self._held.append(value)
        return Reference(len(self._held) - 1, type(value).__name__)

    def _find(self, target: Any) -> Any:
        if isinstance(target, str):
            return getattr(self.module, target)
        if isinstance(target, Reference):
            return self._held[target.id]
        handle, method = target
        return read(self._held[handle.id], method)

    def _received(self, value: Any) -> Any:
        """Return an argument as the learner's code gets it: without references, on the device."""
        if isinstance(value, Reference):
            return self._held[value.id]
        if isinstance(value, tuple | list):
            return plain(value)(self._received(each) for each in value)
        if type(value) is dict:
            return {key: self._received(each) for key, each in value.items()}
        return self._placed(value)

    def _placed(self, value: Any) -> Any:
        return value if self.device is None else place(value, self.device)


def plain(value: tuple | list) -> type:
    """Return tuple or list: other classes, such as named tuples, cross as one of them."""
    return tuple if isinstance(value, tuple) else list


def place(value: Any, device: Any) -> Any:
    """Move a tensor, or a module in place, to a device; return other values unchanged.

    Attributes of a module that are neither parameters nor buffers are not moved, as with `.to`.
    """
    import torch

    return value.to(device) if isinstance(value, torch.Tensor | torch.nn.Module) else value


def home(value: Any) -> Any:
    """Move a tensor, a module (in place), or all of them in a list, tuple or dict to the CPU."""
    if isinstance(value, tuple | list):
        return plain(value)(map(home, value))
    if isinstance(value, dict):
        return {key: home(each) for key, each in value.items()}
    return place(value, "cpu")


@contextmanager
def exact() -> Iterator[None]:
    """Make a GPU compute float32 without TF32, and with deterministic algorithms of cuDNN.

    By default cuDNN rounds float32 to the 10 bits of TF32 before it multiplies: an error of 1e-3,
    where the tolerance is 1e-4. https://docs.pytorch.org/docs/stable/notes/cuda.html
    """
    import torch

    products, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    before = products.allow_tf32, cudnn.allow_tf32, cudnn.deterministic
    try:
        products.allow_tf32, cudnn.allow_tf32, cudnn.deterministic = False, False, True
        yield
    finally:
        products.allow_tf32, cudnn.allow_tf32, cudnn.deterministic = before


def read(value: Any, path: str) -> Any:
    """Return the attribute that a dotted path names.

    Raises:
        AttributeError: if there is none, or its name starts with an underscore.
    """
    for name in path.split("."):
        if name.startswith("_"):
            raise AttributeError(f"{name} is private")
        value = getattr(value, name)
    return value
