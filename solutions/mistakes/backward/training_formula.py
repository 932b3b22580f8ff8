"""The gradient of training is used in evaluation.

loses: batch_norm_eval_backward
hint: Your dx has the paths by the mean and by the variance. In evaluation both are constants, and
    a row does not feel the others: only the direct path is left.
read: backward-eval
"""


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    rstd = 1 / np.sqrt(running_var + eps)
    xhat = (x - running_mean) * rstd
    dbias, dweight = dy.sum(axis=0), (dy * xhat).sum(axis=0)
    return weight * rstd * (dy - (dbias + xhat * dweight) / len(dy)), dweight, dbias
