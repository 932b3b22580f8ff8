"""The moments are float64 whatever the batch was.

loses: batch_moments
hint: Your moments are float64 although the batch is not. Compute them as wide as you like, and
    return the dtype of x.
read: moments-precision
"""


def batch_moments(x):
    wide = x.astype(np.float64)
    return wide.mean(axis=0), wide.var(axis=0)
