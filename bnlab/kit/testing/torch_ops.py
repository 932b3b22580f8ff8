"""What a test may do with a function or module of torch: gradients, another device, its layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .learner_error import learner_error


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
