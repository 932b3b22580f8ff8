"""Batch norm in a trained model: folded into the layer before it, recalibrated, frozen.

Chapter: folding.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable

import torch
from torch import nn

BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


def fold_batch_norm(
    layer: nn.Conv2d | nn.Linear, bn: nn.BatchNorm1d | nn.BatchNorm2d
) -> nn.Conv2d | nn.Linear:
    """Return one layer that replaces a layer and the batch norm after it, in evaluation.

    Args:
        layer: a convolution of any geometry or a linear layer, with or without bias; unchanged by
            the call.
        bn: the batch norm that takes its output, with or without weight and bias (affine=False),
            in the dtype of layer and in either mode; unchanged by the call, its mode too.

    Returns:
        A new module of the type of layer, with a bias, in the dtype of layer, whose output is
        bn(layer(x)) in evaluation. It shares no memory with layer and bn; whether it is trained
        is left open.

    Source: torch, fuse_conv_bn_eval.

    >>> layer, bn = nn.Linear(1, 1, bias=False), nn.BatchNorm1d(1, eps=0.0).eval()
    >>> _ = nn.init.constant_(layer.weight, 3.0)
    >>> _ = bn.running_mean.fill_(1.0), bn.running_var.fill_(4.0)
    >>> folded = fold_batch_norm(layer, bn)
    >>> folded.weight.item(), folded.bias.item()
    (1.5, -0.5)
    """
    # BEGIN SOLUTION
    folded = copy.deepcopy(layer)
    with torch.no_grad():
        weight, bias = (bn.weight, bn.bias) if bn.affine else (1, 0)
        scale = weight * torch.rsqrt(bn.running_var + bn.eps)
        shift = bias - bn.running_mean * scale
        if layer.bias is not None:
            shift = shift + layer.bias * scale
        per_output = (-1,) + (1,) * (layer.weight.ndim - 1)  # (out,) -> (out, 1, 1, 1) for images
        folded.weight.mul_(scale.view(per_output))
        folded.bias = nn.Parameter(shift.to(layer.weight.dtype))
    return folded
    # END SOLUTION


def recalibrate(model: nn.Module, batches: Iterable[torch.Tensor]) -> nn.Module:
    """Set the running statistics of a model to their plain average over the given batches.

    Only the batch norms run in training mode; dropout stays off, as it will be in evaluation.

    Args:
        model: changed in place: the values in the buffers of its batch norms (BatchNorm1d, 2d, 3d
            and classes made from these), and nothing else. Momentum (None too) and the mode of
            every module, hooks, gradients, requires_grad and torch's gradient mode, on or off, are
            as before.
        batches: inputs of the model, on its device; they come once and are not changed. How
            num_batches_tracked counts them is left open.

    Returns:
        model.

    Source: torch's momentum of None. (The precise statistics of wu2021 join the batches instead.)

    >>> bn = nn.BatchNorm1d(1).eval()
    >>> _ = recalibrate(bn, [torch.tensor([[0.0], [2.0]]), torch.tensor([[4.0], [8.0]])])
    >>> bn.running_mean.item(), bn.running_var.item(), bn.momentum, bn.training
    (3.5, 5.0, 0.1, False)
    """
    # BEGIN SOLUTION
    modes = [(module, module.training) for module in model.modules()]
    momenta = [(bn, bn.momentum) for bn in model.modules() if isinstance(bn, BATCH_NORMS)]
    model.eval()
    for bn, _ in momenta:
        bn.reset_running_stats()
        bn.momentum = None  # torch's cumulative average
        bn.train()
    with torch.no_grad():
        for x in batches:
            model(x)
    for bn, momentum in momenta:
        bn.momentum = momentum
    for module, training in modes:
        module.training = training
    return model
    # END SOLUTION


def freeze(model: nn.Module) -> nn.Module:
    """Freeze the batch norms of a model, so that training does not change them.

    Holds until model.train() is called again, which puts batch norms back into training mode.

    Args:
        model: changed in place: its batch norms (BatchNorm1d, 2d, 3d and classes made from these,
            with weight and bias) are in evaluation mode and not trainable, and nothing else of them
            is changed. All other modules, other norms too, keep their mode and their requires_grad.
            It may be a batch norm itself, or hold none.

    Returns:
        model.

    Source: torch, BatchNorm2d.

    >>> model = freeze(nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)))
    >>> model[1].training, model[1].weight.requires_grad, model[0].weight.requires_grad
    (False, False, True)
    """
    # BEGIN SOLUTION
    for module in model.modules():
        if isinstance(module, BATCH_NORMS):
            module.eval()
            module.requires_grad_(False)
    return model
    # END SOLUTION
