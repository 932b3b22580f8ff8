"""The bias takes the mean off once more.

loses: identity_parameters
hint: Your bias has the wrong sign. Batch norm took the mean off, so the bias adds it.
read: forward-identity
"""


def identity_parameters(mean, var, eps=1e-5):
    return np.sqrt(var + eps), -mean
