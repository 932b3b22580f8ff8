"""One mean and one variance serve all features.

loses: batch_norm
hint: Your code takes one mean and one variance of the whole array. Each column is normalized with
    its own.
read: moments-axis
"""


def batch_norm(x, weight, bias, eps=1e-5):
    rstd = 1 / np.sqrt(x.var() + eps)
    xhat = (x - x.mean()) * rstd
    return weight * xhat + bias, (xhat, weight, rstd)
