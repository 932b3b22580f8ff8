"""What can be done with a learner's code: call it, hold a value, read it, ask for gradients.

The same verbs serve a check in the notebook and the worker of the grader,
so a test written once runs in either process.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from .assertions import LearnerError


def place(value: Any, device: Any) -> Any:
    """A tensor, or a module with its state (in place), on a device; anything else as it is.

    What a module keeps outside of its parameters and buffers stays behind.
    """
    import torch

    return value.to(device) if isinstance(value, torch.Tensor | torch.nn.Module) else value


def home(value: Any) -> Any:
    """The same on the CPU: a tensor, a module in place, a list, tuple or dict with them in it."""
    if isinstance(value, tuple | list):
        return (tuple if isinstance(value, tuple) else list)(map(home, value))
    if isinstance(value, dict):
        return {key: home(each) for key, each in value.items()}
    return place(value, "cpu")


@contextmanager
def exact() -> Iterator[None]:
    """Inside it a GPU computes float32 with all its digits, and the same digits every time.

    By default cuDNN rounds float32 to the 10 bits of TF32 before it multiplies: 1e-3, where
    `assert_close` allows 1e-4. https://docs.pytorch.org/docs/stable/notes/cuda.html
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
    """Output and gradients of `sum(target(*args) * upstream)`.

    Args:
        target: a function or a module.
        args: its arguments; floating tensors among them get gradients.
        upstream: tensor of the output's shape, the gradient that arrives from above.

    Returns:
        y: the output, detached.
        inputs: one gradient per argument, None where it has none.
        parameters: gradients of the module's parameters by name (empty for a function).
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
        # Not `y.backward(upstream)`: for that, torch first imports half a second of its compiler.
        (y * upstream).sum().backward()
    inputs = tuple(leaf.grad if isinstance(leaf, torch.Tensor) else None for leaf in leaves)
    return y.detach(), inputs, {name: parameter.grad for name, parameter in named.items()}


def portable(target: Any, args: Sequence[Any], filename: str) -> dict[str, Any]:
    """What would happen on a device that is not the CPU, forward and backward.

    Args:
        target: a function or a module, whose parameters and buffers travel.
        args: its arguments; tensors and modules among them travel too.
        filename: the learner's file, to say where.

    Returns:
        stops: whether a tensor that stayed on the CPU is in the way.
        line: where, None if that is not known.
        waits: lines that read a value and so wait for the device.
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
    """The line of the learner's file that a stack frame was called from."""
    while frame is not None and frame.f_code.co_filename != filename:
        frame = frame.f_back
    return frame.f_lineno if frame is not None else None


def structure(module: Any) -> list[dict[str, Any]]:
    """One row per submodule: name, class, mode, and which parameters are trained."""
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
    """The attribute of `value` that a dotted path names; private names are not read."""
    for name in path.split("."):
        if name.startswith("_"):
            raise AttributeError(f"{name} is private")
        value = getattr(value, name)
    return value


def learner_error(error: BaseException, filename: str) -> LearnerError:
    """The exception with only what concerns the learner: its type, its text, their line."""
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == filename:
            line = frame.lineno
    try:
        # Python adds file and line to the text of a syntax error; the line is told already.
        text = str(error.msg if isinstance(error, SyntaxError) else error)[:500]
    except BaseException:  # a learner's __str__ may raise anything
        text = ""
    return LearnerError(type(error).__name__[:80], text, line)
