"""The weight is what batch norm multiplies by, not what undoes it.

loses: identity_parameters
hint: Your weight shrinks the batch a second time. Batch norm has divided by the deviation, so the
    weight has to multiply by it.
read: forward-identity
"""


def identity_parameters(mean, var, eps=1e-5):
    return 1 / np.sqrt(var + eps), mean
