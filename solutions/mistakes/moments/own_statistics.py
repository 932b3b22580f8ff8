"""The statistics are computed from x, and the given ones ignored.

loses: normalize
hint: Your code computes the mean and the variance of x again. Use the ones that were passed in:
    later they will not be those of this batch.
read: moments-normalize
"""


def normalize(x, mean, var, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
