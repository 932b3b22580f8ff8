"""The mean and the variance of the first set are overwritten.

loses: merge_moments
hint: You update the first set with += and *=, so its owner sees other numbers afterwards.
    Make new arrays for the result.
read: moments-purity
"""


def merge_moments(a, b):
    (n, mean, var), (m, mean_b, var_b) = a, b
    share = m / (n + m)
    delta = mean_b - mean
    mean += share * delta
    var *= 1 - share
    var += share * var_b + share * (1 - share) * delta**2
    return n + m, mean, var
