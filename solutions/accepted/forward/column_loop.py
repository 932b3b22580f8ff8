"""One feature at a time, written into arrays made beforehand; half precision by float32."""


def batch_norm(x, weight, bias, eps=1e-5):
    dtype = np.float32 if x.dtype == np.float16 else x.dtype
    y, xhat = np.empty_like(x), np.empty(x.shape, dtype)
    rstd = np.empty(x.shape[1], dtype)
    for j in range(x.shape[1]):
        column = x[:, j].astype(dtype)
        rstd[j] = 1 / np.sqrt(column.var() + eps)
        xhat[:, j] = (column - column.mean()) * rstd[j]
        y[:, j] = weight[j] * xhat[:, j] + bias[j]
    return y, (xhat, weight, rstd)


def identity_parameters(mean, var, eps=1e-5):
    weight, bias = np.zeros_like(var), np.zeros_like(mean)
    for j in range(len(var)):
        weight[j], bias[j] = np.sqrt(var[j] + eps), mean[j]
    return weight, bias
