"""The variance of half precision is summed in half precision.

loses: batch_norm
hint: Your statistics of a float16 batch are summed in float16, which ends at 65504. Compute them
    in float32 and convert the output.
read: moments-precision
"""


def batch_norm(x, weight, bias, eps=1e-5):
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return weight * xhat + bias, (xhat, weight, rstd)
