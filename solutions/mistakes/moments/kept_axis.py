"""The moments keep the axis that they were taken over.

loses: batch_moments
hint: Your results have shape (1, D). Each feature has one mean and one variance, so the shape is
    (D,).
read: moments-axis
"""


def batch_moments(x):
    return x.mean(axis=0, keepdims=True), x.var(axis=0, keepdims=True)
