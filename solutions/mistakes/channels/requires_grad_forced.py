"""Gradients are switched on for the tensors of the caller.

loses: batch_norm_2d
hint: Your function switches on requires_grad for the tensors it was given. Whether they need a
    gradient is for their owner to say; autograd follows your operations anyway.
read: moments-purity
"""

_batch_norm_2d = batch_norm_2d


def batch_norm_2d(x, weight, bias, eps=1e-5):
    for each in (x, weight, bias):
        if each.is_leaf:
            each.requires_grad_()
    return _batch_norm_2d(x, weight, bias, eps)
