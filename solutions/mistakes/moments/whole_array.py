"""One mean and one variance for the whole array.

loses: batch_moments
hint: Your code finds one mean and one variance for the whole array. Each column has a mean and a
    variance of its own.
read: moments-axis
"""


def batch_moments(x):
    return x.mean(), x.var()
