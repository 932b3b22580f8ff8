"""The variance is E[x^2] - E[x]^2.

loses: batch_moments
hint: You subtract the squared mean from the mean square. Far from zero these are two large, nearly
    equal numbers, and their difference has lost its digits: square the deviations instead.
read: moments-cancellation
"""


def batch_moments(x):
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    mean = wide.mean(axis=0)
    var = np.square(wide).mean(axis=0) - np.square(mean)
    return mean.astype(x.dtype), var.astype(x.dtype)
