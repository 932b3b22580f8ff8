"""Every intermediate result has a name, as in a computation graph; statistics in float64."""


def batch_norm(x, weight, bias, eps=1e-5):
    x64 = x.astype(np.float64)
    n, d = x64.shape
    mu = np.sum(x64, axis=0) / n
    centred = x64 - mu.reshape(1, d)
    square = centred**2
    var = np.sum(square, axis=0) / n
    sd = np.sqrt(var + eps)
    rstd = 1.0 / sd
    xhat = centred * rstd
    scaled = weight * xhat
    y = scaled + bias
    return y.astype(x.dtype), (xhat.astype(x.dtype), weight, rstd.astype(x.dtype))


def identity_parameters(mean, var, eps=1e-5):
    sd = np.power(var + eps, 0.5)
    shift = np.array(mean)
    return sd, shift
