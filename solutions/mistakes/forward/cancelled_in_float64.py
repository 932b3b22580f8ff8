"""The variance is E[x^2] - E[x]^2, in float64.

loses: batch_norm
hint: You subtract the squared mean from the mean square. float64 delays the loss of digits and
    does not prevent it: around 1e8 nothing of the variance is left. Square the deviations instead.
read: moments-cancellation
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = x.astype(np.float64)
    mean = wide.mean(axis=0)
    var = np.maximum(np.square(wide).mean(axis=0) - np.square(mean), 0)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (wide - mean) * rstd
    return (weight * xhat + bias).astype(x.dtype), (xhat, weight, rstd)
