"""The variance is E[x^2] - E[x]^2, in the dtype of x, as one writes it first.

loses: batch_moments
hint: You subtract the squared mean from the mean square. Far from zero these are two large, nearly
    equal numbers, and their difference has lost its digits; in half precision the squares are
    already infinite. Square the deviations instead, in float32 or wider.
read: moments-cancellation
"""


def batch_moments(x):
    mean = x.mean(axis=0)
    return mean, (x**2).mean(axis=0) - mean**2
