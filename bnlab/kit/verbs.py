"""What can be done with a learner's code: call it, hold a value, read it, ask for gradients.

The same verbs serve a check in the notebook and the worker of the grader,
so a test written once runs on either side of the border.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from typing import Any

from .agree import LearnerError


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
        y.backward(upstream)
    inputs = tuple(leaf.grad if isinstance(leaf, torch.Tensor) else None for leaf in leaves)
    return y.detach(), inputs, {name: parameter.grad for name, parameter in named.items()}


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
        text = str(error)[:500]
    except BaseException:  # a learner's __str__ may raise anything
        text = ""
    return LearnerError(type(error).__name__[:80], text, line)
