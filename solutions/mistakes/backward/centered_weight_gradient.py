"""The gradient of the weight uses the centred batch.

loses: batch_norm_backward, batch_norm_eval_backward
hint: Your dweight multiplies dy by x less its mean. The weight multiplies the normalized batch,
    which is also divided by the deviation, and so does its gradient.
read: backward-sum
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    dx = weight * rstd * (dy - (dbias + xhat * dweight) / len(dy))
    return dx, (dy * xhat / rstd).sum(axis=0), dbias


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    rstd = 1 / np.sqrt(running_var + eps)
    dweight = (dy * (x - running_mean)).sum(axis=0)
    return dy * weight * rstd, dweight, dy.sum(axis=0)
