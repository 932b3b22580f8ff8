"""Half precision is left to NumPy's var, which sums it in half precision.

loses: batch_moments
hint: Your mean of half precision is right and your variance is not: NumPy widens float16 for a
    mean but not for a variance, and the sum runs over 65504. Compute the statistics in float32 and
    convert the result.
read: moments-precision
"""


def batch_moments(x):
    return x.mean(axis=0), x.var(axis=0)
