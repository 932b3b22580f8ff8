"""A batch of one row is an error.

loses: batch_norm
hint: You refuse a batch of one row. torch does so in training, but nothing here fails: the
    variance is 0, the normalized row is 0, and y is the bias.
read: forward-eps
"""

_batch_norm = batch_norm


def batch_norm(x, weight, bias, eps=1e-5):
    if len(x) < 2:
        raise ValueError(f"batch_norm: number of rows is {len(x)}, expected at least 2.")
    return _batch_norm(x, weight, bias, eps)
