"""The variance is E[x^2] - E[x]^2.

loses: batch_norm
hint: You subtract the squared mean from the mean square. Far from zero these are two large, nearly
    equal numbers, and their difference has lost its digits: square the deviations instead.
read: moments-cancellation
"""


def batch_norm(x, weight, bias, eps=1e-5):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    mean = wide.mean(axis=0)
    rstd = 1 / np.sqrt(np.square(wide).mean(axis=0) - np.square(mean) + eps)
    xhat = (wide - mean) * rstd
    return (weight * xhat + bias).astype(x.dtype), (xhat, weight, rstd)
