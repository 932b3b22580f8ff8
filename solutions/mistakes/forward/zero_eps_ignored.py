"""An eps of 0 is taken for no eps at all.

loses: batch_norm, identity_parameters
hint: You write eps or 1e-5, and 0.0 counts as false: whoever asks for eps = 0 gets 1e-5. Give the
    argument its default in the def line and use it as it is.
read: forward-eps
"""

_batch_norm, _identity = batch_norm, identity_parameters


def batch_norm(x, weight, bias, eps=None):
    return _batch_norm(x, weight, bias, eps or 1e-5)


def identity_parameters(mean, var, eps=None):
    return _identity(mean, var, eps or 1e-5)
