"""The default of eps is 1e-3, as in Keras.

loses: batch_norm, identity_parameters
hint: Your result is right when eps is given and wrong when it is not. Here the default is 1e-5;
    other libraries have other defaults.
read: forward-eps
"""


def batch_norm(x, weight, bias, eps=1e-3):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    rstd = 1 / np.sqrt(wide.var(axis=0) + eps)
    xhat = (wide - wide.mean(axis=0)) * rstd
    return (weight * xhat + bias).astype(x.dtype), (xhat, weight, rstd)


def identity_parameters(mean, var, eps=1e-3):
    return np.sqrt(var + eps), mean
