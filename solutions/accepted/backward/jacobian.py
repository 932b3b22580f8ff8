"""The Jacobian of each feature as an N x N matrix, and a product with it; sums as products."""


def summed(rows):
    return np.add.reduce(rows, axis=0, dtype=np.float64)


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    n, d = dy.shape
    dx = np.empty_like(dy)
    for j in range(d):
        jacobian = np.eye(n) - np.ones((n, n)) / n - np.outer(xhat[:, j], xhat[:, j]) / n
        dx[:, j] = weight[j] * rstd[j] * (jacobian.T @ dy[:, j])
    dweight = summed(dy * xhat.astype(np.float64))
    return dx, dweight.astype(dy.dtype), summed(dy).astype(dy.dtype)


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    n, d = dy.shape
    dx, dweight, dbias = np.empty_like(dy), np.zeros(d), np.zeros(d)
    for j in range(d):
        rstd = (running_var[j] + eps) ** -0.5
        for i in range(n):
            dx[i, j] = dy[i, j] * weight[j] * rstd
            dweight[j] += dy[i, j] * (x[i, j] - running_mean[j]) * rstd
            dbias[j] += dy[i, j]
    return dx, dweight.astype(dy.dtype), dbias.astype(dy.dtype)
