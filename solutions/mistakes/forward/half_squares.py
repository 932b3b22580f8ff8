"""The deviations of a half-precision batch are squared in half precision.

loses: batch_norm
hint: You square deviations in half precision, where the square of 256 is already infinite. Convert
    the batch to float32 before you square, and y back to the dtype of x.
read: moments-precision
"""


def batch_norm(x, weight, bias, eps=1e-5):
    centered = x - x.mean(axis=0, dtype=np.float64).astype(x.dtype)
    rstd = 1 / np.sqrt(np.square(centered).mean(axis=0) + eps)
    xhat = centered * rstd
    return weight * xhat + bias, (xhat, weight, rstd)
