"""The gradient of the weight uses x as it came.

loses: batch_norm_eval_backward
hint: Your dweight multiplies dy by x itself. The weight multiplies the normalized x, with the
    running mean taken off and divided by the deviation.
read: backward-eval
"""


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    rstd = 1 / np.sqrt(running_var + eps)
    return dy * weight * rstd, (dy * x).sum(axis=0), dy.sum(axis=0)
