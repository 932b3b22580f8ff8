"""The sums over a half-precision batch are taken in half precision.

loses: batch_norm_backward, batch_norm_eval_backward
hint: You sum half-precision numbers in half precision, where 2048 + 0.9 is 2048: over many rows
    the sum stops growing. Sum with dtype=np.float32 or wider, and convert the result.
read: moments-precision
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = (each.astype(dy.dtype) for each in cache)
    dbias, dweight = np.cumsum(dy, axis=0)[-1], np.cumsum(dy * xhat, axis=0)[-1]
    dx = weight * rstd * (dy - dbias / len(dy) - xhat * (dweight / len(dy)))
    return dx, dweight, dbias


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    rstd = (1 / np.sqrt(running_var + eps)).astype(dy.dtype)
    dweight = np.cumsum(dy * ((x - running_mean) * rstd), axis=0)[-1]
    return dy * (weight * rstd), dweight, np.cumsum(dy, axis=0)[-1]
