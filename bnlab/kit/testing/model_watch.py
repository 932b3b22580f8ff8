"""What a call does to a model besides its result: code for the learner's side, and assertions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from .assertions import MismatchError, assert_true
from .learner_module import Handle, LearnerModule
from .remote_ops import Reference

WATCH = """
import contextlib

import torch
from torch import nn

HOOKS = "_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks"


class Block(nn.Module):
    def forward(self, x):
        for part in self.children():
            x = part(x)
        return x


class QuietBatchNorm1d(nn.BatchNorm1d):
    pass


class QuietBatchNorm2d(nn.BatchNorm2d):
    pass


OWN = {
    nn.Sequential: Block,
    nn.BatchNorm1d: QuietBatchNorm1d,
    nn.BatchNorm2d: QuietBatchNorm2d,
}


def account(model):
    modules, parameters = dict(model.named_modules()), dict(model.named_parameters())
    return {
        "mode": {name: each.training for name, each in modules.items()},
        "momentum": {name: getattr(each, "momentum", None) for name, each in modules.items()},
        "eps": {name: getattr(each, "eps", None) for name, each in modules.items()},
        "track_running_stats": {
            name: getattr(each, "track_running_stats", None) for name, each in modules.items()
        },
        "number of hooks": {
            name: sum(len(getattr(each, kind)) for kind in HOOKS)
            for name, each in modules.items()
        },
        "requires_grad": {name: each.requires_grad for name, each in parameters.items()},
        "gradient": {
            name: None if each.grad is None else each.grad.sum().item()
            for name, each in parameters.items()
        },
    }


def tensors(model):
    return {**dict(model.named_parameters()), **dict(model.named_buffers())}


def state(model):
    return {name: each.detach().clone() for name, each in model.state_dict().items()}


def kind(result, model):
    if result is model:
        return "the model"
    if isinstance(result, nn.Module):
        return "another model"
    return "nothing" if result is None else "something else"


def plain(result):
    return result.detach() if isinstance(result, torch.Tensor) else result


def looks_on(*_):
    pass


def watched(task, model, batches=None, stream=False, own=False, quiet=False, again=None):
    for each in model.modules():  # hooks of somebody who wants to keep them
        each.register_forward_hook(looks_on)
        each.register_forward_pre_hook(looks_on)
    for each in list(model.parameters())[::2]:  # gradients that wait for a step
        each.grad = torch.ones_like(each)
    if own:  # a model of the learner's own classes, which no one can iterate over
        for each in model.modules():
            each.__class__ = OWN.get(type(each), type(each))
    before, first = account(model), tensors(model)
    args = [] if batches is None else [(x for x in batches) if stream else batches]
    with torch.set_grad_enabled(not quiet):
        result = getattr(module, task)(model, *args)
        gradients = torch.is_grad_enabled() != quiet
    now = tensors(model)
    seen = {
        "before": before,
        "after": account(model),
        "gradients": gradients,
        "returned": kind(result, model),
        "result": None if isinstance(result, nn.Module) else plain(result),
        "rebound": [name for name in first if now.get(name) is not first[name]],
        "state": state(model),
    }
    if again is not None:
        seen["outputs"] = [model(x).detach().clone() for x in again]
        seen["later"] = state(model)
        model.train()
        seen["in training"] = account(model)["mode"]
    return seen
"""
"""Calls `module.<task>(model)`, and says what it returned and what it did to the model."""

OF_THE_MODEL = "number of hooks", "requires_grad", "gradient"

# References, not handles: a handle holds its module, which would then live as long as this process.
_defined: WeakKeyDictionary[LearnerModule, dict[tuple[str, str], Reference]] = WeakKeyDictionary()


def defined(learner: LearnerModule, source: str, name: str) -> Handle:
    """Define code of the test on the learner's side, once for each module of a learner."""
    references = _defined.setdefault(learner, {})
    if (source, name) not in references:
        references[source, name] = learner.define(source, name)._reference
    return Handle(learner, references[source, name])


def check_left_alone(
    seen: Mapping[str, Any], changed: Mapping[str, Mapping[str, Any]] | None = None
) -> None:
    """Assert that modes, momenta, hooks, gradients and tensors of a model are as before.

    Args:
        seen: what `watched` said.
        changed: for each aspect the values that must be others, by the name of the module or
            parameter.

    Raises:
        MismatchError: if they are not.
    """
    for aspect, before in seen["before"].items():
        must, after = (changed or {}).get(aspect, {}), seen["after"][aspect]
        want = {**before, **must}
        if after != want:
            wrong = [name for name in want if after.get(name) != want[name]]
            how = "as promised after" if set(wrong) & set(must) else "what it was before"
            of = "the model" if aspect in OF_THE_MODEL else "a module"
            got = [list(each.values()) for each in seen["after"].values()]
            raise MismatchError(f"the {aspect} of {of}", f"is not {how} the call.", got)
    assert_true(not seen["rebound"], "a tensor of the model", "is another object than before.")
    assert_true(seen["gradients"], "torch's gradient mode", "is not what it was before the call.")
