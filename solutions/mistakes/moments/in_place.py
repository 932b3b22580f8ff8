"""The mean is taken off the caller's array.

loses: batch_moments, normalize
hint: The array that the caller passed in has other values after the call. Compute a new array and
    leave the arguments as they were.
read: moments-purity
"""


def batch_moments(x):
    mean = x.mean(axis=0, dtype=np.float64).astype(x.dtype)
    x -= mean
    return mean, np.square(x, dtype=np.float64).mean(axis=0).astype(x.dtype)


def normalize(x, mean, var, eps=1e-5):
    x -= mean
    x /= np.sqrt(var + eps)
    return x
