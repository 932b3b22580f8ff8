"""The operations that a test can perform on a learner's module, each declared once.

`Executor` performs them. A check in the notebook uses one in its own process (`local_module.py`);
the grader's worker uses one in a confined child. `LearnerModule` is the client of both, so a test
runs unchanged in either process.
"""

from __future__ import annotations

import builtins
import linecache
import sys
import traceback
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from .assertions import LearnerError

OPERATIONS = (
    "load", "call", "gradients", "portable", "hold", "define", "read", "fetch", "structure",
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

    Attributes:
        filename: the file name of the module in tracebacks; "" without a module.
    """

    def __init__(self, module: types.ModuleType | None = None, device: Any = None):
        self.module, self.device = module, device
        self.filename = getattr(module, "__file__", None) or ""
        self._held: list[Any] = []

    def perform(self, operation: str, arguments: dict[str, Any]) -> Any:
        """Perform one of OPERATIONS and return its result, which may hold values of any kind.

        Whatever the learner's code raises is raised.
        """
        if operation not in OPERATIONS:
            known = ", ".join(OPERATIONS)
            raise ValueError(f"perform: operation is {operation!r}, expected one of {known}.")
        return getattr(self, operation)(**arguments)

    def load(self, unit: str, source: str) -> None:
        """Execute the source text of a module as `bnlab.<unit>`."""
        self.filename = f"bnlab/{unit}.py"
        # Tracebacks and inspect.getsource read the text from here, because no such file exists.
        lines = source.splitlines(keepends=True)
        linecache.cache[self.filename] = (len(source), None, lines, self.filename)
        module = types.ModuleType(f"bnlab.{unit}")
        module.__file__ = self.filename
        sys.modules[module.__name__] = module
        exec(compile(source, self.filename, "exec"), module.__dict__)
        self.module = module

    def call(self, target: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Call a target and return its result."""
        return self._find(target)(*self._received(args), **self._received(kwargs))

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
        """Execute source text of the test and return a reference to what it calls `name`."""
        namespace: dict[str, Any] = {"__name__": "supplied"}
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


def gradients(target: Any, args: Sequence[Any], upstream: Any) -> tuple[Any, tuple, dict]:
    """Return the output and the gradients of `sum(target(*args) * upstream)`.

    Args:
        target: a function or a module.
        args: its arguments; floating tensors among them get gradients.
        upstream: the gradient of the output, a tensor of its shape and dtype.

    Returns:
        y: the output, detached.
        inputs: one gradient for each argument, of its shape; None for an argument without one.
        parameters: the gradients of the module's parameters by name; empty for a function.

    Raises:
        TypeError: if the output is not a torch tensor.
        RuntimeError: if its shape or dtype differs from that of `upstream`.
    """
    import torch

    leaves = [
        arg.detach().clone().requires_grad_()
        if isinstance(arg, torch.Tensor) and arg.is_floating_point()
        else arg
        for arg in args
    ]
    named = dict(target.named_parameters()) if isinstance(target, torch.nn.Module) else {}
    for parameter in named.values():
        parameter.grad = None
    y = target(*leaves)
    if not isinstance(y, torch.Tensor):
        raise TypeError(f"the output is a {type(y).__name__}, expected a torch tensor")
    if y.requires_grad:
        if (y.shape, y.dtype) != (upstream.shape, upstream.dtype):
            wanted = f"{tuple(upstream.shape)} of {upstream.dtype}"
            raise RuntimeError(f"the output is {tuple(y.shape)} of {y.dtype}, expected {wanted}")
        # Not `y.backward(upstream)`, for which torch first imports its compiler: half a second.
        (y * upstream).sum().backward()
    inputs = tuple(leaf.grad if isinstance(leaf, torch.Tensor) else None for leaf in leaves)
    return y.detach(), inputs, {name: parameter.grad for name, parameter in named.items()}


def portable(target: Any, args: Sequence[Any], filename: str) -> dict[str, Any]:
    """Return what a call and its backward pass would do on a device that is not the CPU.

    Args:
        target: a function or a module. The parameters and buffers of a module are moved to the
            fake device, so the module cannot be used afterwards.
        args: its arguments; tensors and modules among them are moved too.
        filename: the learner's file, whose lines are reported.

    Returns:
        stops: whether a tensor that stayed on the CPU stops the code.
        line: the line at which it does, None if unknown.
        waits: the lines that read a value and so wait for the device.
    """
    import torch

    from .fake_device import DeviceMismatchError, FakeDeviceMode, send

    with FakeDeviceMode() as device:
        target, *args = (send(each) for each in (target, *args))
        try:
            result = target(*args)
            for each in result if isinstance(result, tuple | list) else (result,):
                if isinstance(each, torch.Tensor) and each.requires_grad:
                    each.sum().backward(retain_graph=True)
        except (DeviceMismatchError, RuntimeError, TypeError) as error:
            if not isinstance(error, DeviceMismatchError) and "numpy" not in str(error):
                raise
            return {"stops": True, "line": learner_error(error, filename).line, "waits": []}
    lines = {line for frame in device.reads if (line := _line(frame, filename))}
    return {"stops": False, "line": None, "waits": sorted(lines)}


def _line(frame: Any, filename: str) -> int | None:
    """Return the line of the learner's file from which a stack frame was called."""
    while frame is not None and frame.f_code.co_filename != filename:
        frame = frame.f_back
    return frame.f_lineno if frame is not None else None


def structure(module: Any) -> list[dict[str, Any]]:
    """Return one row for each submodule: name, class, mode, and which parameters are trained."""
    return [
        {
            "name": name,
            "class": type(each).__name__,
            "training": bool(each.training),
            "trained": {
                key: bool(parameter.requires_grad)
                for key, parameter in each.named_parameters(recurse=False)
            },
        }
        for name, each in module.named_modules()
    ]


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


def learner_error(error: BaseException, filename: str) -> LearnerError:
    """Return an exception reduced to its type, its text and the line of the learner's file."""
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == filename:
            line = frame.lineno
    try:
        # Python adds file and line to the text of a syntax error; the line is reported already.
        text = str(error.msg if isinstance(error, SyntaxError) else error)[:500]
    except BaseException:  # a learner's __str__ may raise anything
        text = ""
    return LearnerError(type(error).__name__[:80], text, line, builtin_bases(type(error)))


def builtin_bases(kind: type[BaseException]) -> tuple[str, ...]:
    """Return the names of the exception classes of Python among a class and its bases."""
    names = ((each.__name__, each) for each in kind.__mro__)
    return tuple(name for name, each in names if getattr(builtins, name, None) is each)[:-1]
