"""The sums are not divided by N.

loses: batch_moments
hint: Your results grow with the number of rows. Divide each sum by N.
read: moments-biased
"""


def batch_moments(x):
    mean = x.sum(axis=0)
    return mean, np.square(x - x.mean(axis=0)).sum(axis=0)
