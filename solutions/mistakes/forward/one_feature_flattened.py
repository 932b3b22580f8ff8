"""Axes of length one are squeezed away.

loses: batch_norm
hint: Your result loses an axis where there is one feature or one row: squeeze removes every axis
    of length one. y and xhat are (N, D) and rstd is (D,), for N = 1 and D = 1 as well.
read: forward-cache
"""

_batch_norm = batch_norm


def batch_norm(x, weight, bias, eps=1e-5):
    y, (xhat, weight, rstd) = _batch_norm(x, weight, bias, eps)
    return np.squeeze(y), (np.squeeze(xhat), weight, np.squeeze(rstd))
