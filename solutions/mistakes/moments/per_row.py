"""The moments are those of a row.

loses: batch_moments
hint: Your moments run along each row, over its features. A feature is a column: its moments run
    over the rows of the batch.
read: moments-axis
"""


def batch_moments(x):
    return x.mean(axis=1), x.var(axis=1)
