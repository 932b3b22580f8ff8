"""The default of eps is 1e-3, as in Keras.

loses: batch_norm_eval_backward
hint: Your result is right when eps is given and wrong when it is not. Here the default is 1e-5;
    other libraries have other defaults.
read: backward-eps
"""


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-3):
    rstd = 1 / np.sqrt(running_var + eps)
    xhat = (x - running_mean) * rstd
    return dy * weight * rstd, (dy * xhat).sum(axis=0), dy.sum(axis=0)
