"""The batch is copied only where the conversion to float64 makes a copy.

loses: normalize
hint: The batch that the caller passed in has other values after the call, if it is float64:
    np.asarray(x, np.float64) copies only what it has to convert. Use x - mean, or
    x.astype(np.float64).
read: moments-purity
"""


def normalize(x, mean, var, eps=1e-5):
    y = np.asarray(x, np.float64)
    y -= mean
    y *= 1 / np.sqrt(var.astype(np.float64) + eps)
    return y.astype(x.dtype)
