"""Wrong layers that the public checks show to an audit, besides those to practise on.

Each is torch's own with one thing changed; its docstring completes "a layer that".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from .practice_layers import AnyRank, _along

Forward = Callable[[torch.Tensor], torch.Tensor]


def wrong(forward: Callable[[Any, torch.Tensor, Forward], torch.Tensor]) -> type[nn.Module]:
    """Return a class whose layers compute `forward(layer, x, torchs)`, with torch's own forward."""

    class Wrong(AnyRank):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return forward(self, x, super().forward)

    Wrong.__name__, Wrong.__doc__ = forward.__name__, forward.__doc__
    return Wrong


def started(change: Callable[[Any], object]) -> type[nn.Module]:
    """Return a class whose layers are changed once, when they are made."""

    class Wrong(AnyRank):
        def __init__(self, num_features: int, eps: float = 1e-5, momentum: Any = 0.1) -> None:
            super().__init__(num_features, eps, momentum)
            change(self)

    Wrong.__name__, Wrong.__doc__ = change.__name__, change.__doc__
    return Wrong


def by_the_batch(layer: Any, x: torch.Tensor) -> torch.Tensor:
    """Normalize with the batch, whatever the mode, and track nothing.

    One value per channel is not refused: an audit may let the exception of such a layer through.
    """
    wide = x.detach().to(torch.promote_types(x.dtype, layer.weight.dtype))
    var, mean = torch.var_mean(wide, [0, *range(2, x.ndim)], correction=0)
    return F.batch_norm(x, mean, var, layer.weight, layer.bias, False, 0.0, layer.eps)


def constant(layer: Any, x: torch.Tensor, torchs: Forward) -> torch.Tensor:
    """Normalize in training with statistics that get no gradient."""
    y = torchs(x).detach()
    axes = [0, *range(2, x.ndim)]
    var, mean = torch.var_mean(x.detach(), axes, correction=0)
    again = F.batch_norm(x, mean, var, layer.weight, layer.bias, False, 0.0, layer.eps)
    return y + again - again.detach()


@wrong
def nothing(layer, x, torchs):
    """gives back what it gets."""
    return x + 0 * torchs(x)


@wrong
def one_deviation(layer, x, torchs):
    """divides each feature by the deviation of the first."""
    first = x.detach().transpose(0, 1)[0].var(correction=0) + layer.eps
    each = x.detach().transpose(0, 1).flatten(1).var(1, correction=0) + layer.eps
    bias = _along(x, layer.bias)
    return bias + (torchs(x) - bias) * _along(x, (each / first).sqrt())


@wrong
def weight_unused(layer, x, torchs):
    """leaves out its weight."""
    bias = _along(x, layer.bias)
    return bias + (torchs(x) - bias) / _along(x, layer.weight.detach())


@wrong
def bias_unused_in_evaluation(layer, x, torchs):
    """leaves out its bias in evaluation."""
    return torchs(x) if layer.training else torchs(x) - _along(x, layer.bias.detach())


@started
def other_defaults(layer):
    """takes 0.001 for eps where it is given none."""
    layer.eps = 1e-3 if layer.eps == 1e-5 else layer.eps


@started
def fixed_eps(layer):
    """ignores the eps it is made with."""
    layer.eps = 1e-5


@started
def bias_of_one(layer):
    """starts with a bias of one."""
    nn.init.ones_(layer.bias)


@started
def variance_of_zero(layer):
    """starts with a running variance of zero."""
    layer.running_var.zero_()


@wrong
def batch_for_rows(layer, x, torchs):
    """evaluates rows with the batch, images rightly."""
    return torchs(x) if layer.training or x.ndim == 4 else by_the_batch(layer, x)


@wrong
def batch_for_images(layer, x, torchs):
    """evaluates images with the batch, rows rightly."""
    return torchs(x) if layer.training or x.ndim == 2 else by_the_batch(layer, x)


@wrong
def tracks_in_evaluation(layer, x, torchs):
    """updates its running statistics in evaluation."""
    y = torchs(x)
    if not layer.training:
        mean = x.detach().transpose(0, 1).flatten(1).mean(1)
        layer.running_mean = layer.running_mean + 0.1 * mean
    return y


@wrong
def mode_by_gradient(layer, x, torchs):
    """uses the batch in evaluation too, as long as gradients are on."""
    batch = torch.is_grad_enabled() and x.numel() > x.shape[1]
    return by_the_batch(layer, x) if batch and not layer.training else torchs(x)


def _first_batch_only(layer: Any, x: torch.Tensor, torchs: Forward) -> torch.Tensor:
    before = layer.running_mean.clone(), layer.running_var.clone()
    y = torchs(x)
    if layer.num_batches_tracked > 1:
        layer.running_mean.data.copy_(before[0])
        layer.running_var.data.copy_(before[1])
    return y


@wrong
def first_batch_of_rows(layer, x, torchs):
    """remembers the first batch of rows only."""
    return torchs(x) if x.ndim == 4 else _first_batch_only(layer, x, torchs)


@wrong
def first_batch_of_images(layer, x, torchs):
    """remembers the first batch of images only."""
    return torchs(x) if x.ndim == 2 else _first_batch_only(layer, x, torchs)


@wrong
def variance_unmoved(layer, x, torchs):
    """never updates its running variance."""
    before = layer.running_var.clone()
    y = torchs(x)
    layer.running_var.data.copy_(before)
    return y


@wrong
def uncounted(layer, x, torchs):
    """counts only the batches that its momentum needs."""
    y = torchs(x)
    if layer.momentum is not None:
        layer.num_batches_tracked.zero_()
    return y


@started
def none_means_default(layer):
    """takes 0.1 for a momentum of None."""
    layer.momentum = 0.1 if layer.momentum is None else layer.momentum


@wrong
def half_of_the_bias_gradient(layer, x, torchs):
    """halves the gradient of its bias."""
    return torchs(x) - _along(x, layer.bias - layer.bias.detach()) / 2


@wrong
def half_of_the_weight_gradient(layer, x, torchs):
    """halves the gradient of its weight."""
    y, weight = torchs(x), _along(x, layer.weight)
    xhat = ((y - _along(x, layer.bias)) / weight).detach()
    return y - (weight - weight.detach()) / 2 * xhat


@wrong
def twice_the_gradient_in_evaluation(layer, x, torchs):
    """doubles its gradients in evaluation."""
    y = torchs(x)
    return y if layer.training else y + y - y.detach()


@wrong
def constant_for_rows(layer, x, torchs):
    """sends no gradient through the statistics of rows."""
    return constant(layer, x, torchs) if layer.training and x.ndim == 2 else torchs(x)


@wrong
def constant_for_images(layer, x, torchs):
    """sends no gradient through the statistics of images."""
    return constant(layer, x, torchs) if layer.training and x.ndim == 4 else torchs(x)


@wrong
def overwrites_in_training(layer, x, torchs):
    """overwrites its input in training."""
    y = torchs(x.clone())
    if layer.training:
        x.data.mul_(2)
    return y


@wrong
def overwrites_in_evaluation(layer, x, torchs):
    """overwrites its input in evaluation."""
    y = torchs(x.clone())
    if not layer.training:
        x.data.mul_(2)
    return y


@wrong
def cancels(layer, x, torchs):
    """takes the variance as a difference of two large numbers."""
    y = torchs(x)
    if not layer.training:
        return y
    axes, bias = [0, *range(2, x.ndim)], _along(x, layer.bias)
    var, mean = torch.var_mean(x.detach(), axes, correction=0)
    rough = (x.detach() ** 2).mean(axes) - mean**2
    factor = ((var + layer.eps) / (rough.clamp(min=0) + layer.eps)).sqrt()
    return (y - bias) * _along(x, factor) + bias


@wrong
def bias_again(layer, x, torchs):
    """shifts its output in evaluation, where no gradient shows it."""
    return torchs(x) if layer.training else torchs(x) + _along(x, layer.bias.detach())


@wrong
def mean_hidden(layer, x, torchs):
    """keeps its running mean where its state does not show it."""
    return _hidden(layer, "running_mean", x, torchs)


@wrong
def variance_hidden(layer, x, torchs):
    """keeps its running variance of rows where its state does not show it."""
    return _hidden(layer, "running_var", x, torchs) if x.ndim == 2 else torchs(x)


def _hidden(layer: Any, name: str, x: torch.Tensor, torchs: Forward) -> torch.Tensor:
    if not layer.training:
        mean, var = layer.running_mean.clone(), layer.running_var.clone()
        own = {"running_mean": mean, "running_var": var}
        own[name] = getattr(layer, f"own_{name}", own[name]).to(mean.dtype)
        return F.batch_norm(x, *own.values(), layer.weight, layer.bias, False, 0.0, layer.eps)
    shown = getattr(layer, name).data
    before = shown.clone()
    shown.copy_(getattr(layer, f"own_{name}", shown))
    y = torchs(x)
    setattr(layer, f"own_{name}", shown.clone())
    shown.copy_(before)
    return y


class OtherNames(AnyRank):
    """Has a gamma and a beta in place of a weight and a bias."""

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: Any = 0.1) -> None:
        super().__init__(num_features, eps, momentum)
        self.gamma, self.beta = self._parameters.pop("weight"), self._parameters.pop("bias")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            self.num_batches_tracked += 1
        share = 1 / self.num_batches_tracked if self.momentum is None else self.momentum
        state = self.running_mean, self.running_var, self.gamma, self.beta
        return F.batch_norm(x, *state, self.training, share, self.eps)
