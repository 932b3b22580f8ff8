"""An eps of 0 is taken for one that is not given.

loses: batch_norm_2d
hint: With eps 0 your function uses 1e-5: for Python, 0 is false. Use eps as it comes.
read: forward-eps
"""

_batch_norm_2d = batch_norm_2d


def batch_norm_2d(x, weight, bias, eps=None):
    return _batch_norm_2d(x, weight, bias, eps or 1e-5)
