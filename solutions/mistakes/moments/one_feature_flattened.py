"""Axes of length one are squeezed away.

loses: batch_moments, normalize
hint: Your result loses an axis where there is one feature or one row: squeeze removes every axis
    of length one. Sum over axis 0 without keepdims, and (D,) comes out for D = 1 as well.
read: moments-axis
"""


def batch_moments(x):
    wide = x.astype(np.float64)
    mean = wide.mean(axis=0, keepdims=True)
    var = np.square(wide - mean).mean(axis=0, keepdims=True)
    return np.squeeze(mean).astype(x.dtype), np.squeeze(var).astype(x.dtype)


def normalize(x, mean, var, eps=1e-5):
    y = (x - mean) / np.sqrt(var.astype(np.float64) + eps)
    return np.squeeze(y.astype(x.dtype))
