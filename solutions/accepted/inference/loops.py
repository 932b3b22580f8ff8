"""One feature at a time, in plain Python; Welford's update for the variance."""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    n, d = x.shape
    if n < 2:
        raise ValueError(f"update_running_stats: number of rows is {n}, expected at least 2.")
    new_mean, new_var = np.empty_like(running_mean), np.empty_like(running_var)
    for j in range(d):
        mean, squares = 0.0, 0.0
        for count, value in enumerate(x[:, j].tolist(), 1):
            step = value - mean
            mean += step / count
            squares += step * (value - mean)
        new_mean[j] = running_mean[j] + momentum * (mean - running_mean[j])
        new_var[j] = running_var[j] + momentum * (squares / (n - 1) - running_var[j])
    return new_mean, new_var


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    y = np.empty_like(x)
    for i, row in enumerate(x):
        for j, value in enumerate(row):
            std = (running_var[j] + eps) ** 0.5
            y[i, j] = weight[j] * (value - running_mean[j]) / std + bias[j]
    return y
