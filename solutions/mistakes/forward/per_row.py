"""The statistics are those of a row.

loses: batch_norm
hint: Your statistics run along each row, over its features. A feature is a column: its mean and
    variance run over the rows of the batch.
read: moments-axis
"""


def batch_norm(x, weight, bias, eps=1e-5):
    rstd = 1 / np.sqrt(x.var(axis=1, keepdims=True) + eps)
    xhat = (x - x.mean(axis=1, keepdims=True)) * rstd
    return weight * xhat + bias, (xhat, weight, rstd)
