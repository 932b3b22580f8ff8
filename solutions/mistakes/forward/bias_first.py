"""The bias comes first.

loses: identity_parameters
hint: Your two results are right but in the wrong order. The weight comes first, then the bias.
read: forward-identity
"""


def identity_parameters(mean, var, eps=1e-5):
    return mean, np.sqrt(var + eps)
