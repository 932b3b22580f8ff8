"""The Jacobian of each feature as an N x N matrix, and a product with it."""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    n, d = dy.shape
    dx = np.empty_like(dy)
    for j in range(d):
        jacobian = np.eye(n) - np.ones((n, n)) / n - np.outer(xhat[:, j], xhat[:, j]) / n
        dx[:, j] = weight[j] * rstd[j] * (jacobian.T @ dy[:, j])
    return dx, np.diag(dy.T @ xhat).copy(), np.ones(n, dtype=dy.dtype) @ dy


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    n, d = dy.shape
    dx, dweight, dbias = np.empty_like(dy), np.zeros_like(weight), np.zeros_like(weight)
    for j in range(d):
        rstd = (running_var[j] + eps) ** -0.5
        for i in range(n):
            dx[i, j] = dy[i, j] * weight[j] * rstd
            dweight[j] += dy[i, j] * (x[i, j] - running_mean[j]) * rstd
            dbias[j] += dy[i, j]
    return dx, dweight, dbias
