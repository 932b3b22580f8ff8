"""The weight is the variance.

loses: identity_parameters
hint: Your weight is the variance. Batch norm divides by a standard deviation, and the weight
    undoes that division: take the root.
read: forward-identity
"""


def identity_parameters(mean, var, eps=1e-5):
    return var + eps, mean
