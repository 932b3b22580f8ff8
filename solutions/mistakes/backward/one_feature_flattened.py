"""Axes of length one are squeezed away.

loses: batch_norm_backward, batch_norm_eval_backward
hint: Your gradients lose an axis where there is one feature or one row: squeeze removes every axis
    of length one. dweight and dbias are (D,) for D = 1 as well.
read: backward-sum
"""

_training, _evaluation = batch_norm_backward, batch_norm_eval_backward


def batch_norm_backward(dy, cache):
    return tuple(map(np.squeeze, _training(dy, cache)))


def batch_norm_eval_backward(*args, **options):
    return tuple(map(np.squeeze, _evaluation(*args, **options)))
