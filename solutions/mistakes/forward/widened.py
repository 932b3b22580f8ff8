"""The output is float64 whatever the batch was.

loses: batch_norm
hint: Your output is float64 although the batch is not. Compute as wide as you like, and return the
    dtype of x.
read: moments-precision
"""


def batch_norm(x, weight, bias, eps=1e-5):
    x = x.astype(np.float64)
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return weight * xhat + bias, (xhat, weight, rstd)
