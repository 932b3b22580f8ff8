"""The batch is copied only where the conversion to float64 makes a copy.

loses: batch_norm
hint: The batch that the caller passed in has other values after the call, if it is float64:
    np.asarray(x, np.float64) copies only what it has to convert. Use x - mean, or
    x.astype(np.float64).
read: forward-purity
"""


def batch_norm(x, weight, bias, eps=1e-5):
    xhat = np.asarray(x, np.float64)
    xhat -= xhat.mean(axis=0)
    rstd = 1 / np.sqrt(np.square(xhat).mean(axis=0) + eps)
    xhat *= rstd
    return (weight * xhat + bias).astype(x.dtype), (xhat, weight, rstd)
