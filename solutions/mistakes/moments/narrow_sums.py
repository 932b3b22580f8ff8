"""Half precision is summed in half precision.

loses: batch_moments
hint: You sum in the dtype of x, and float16 ends at 65504. Compute the statistics in float32 and
    convert the result.
read: moments-precision
"""


def batch_moments(x):
    mean = x.sum(axis=0) / len(x)
    return mean, np.square(x - mean).sum(axis=0) / len(x)
