"""The weight is 1 and the bias 0.

loses: identity_parameters
hint: With weight 1 and bias 0 batch norm returns the normalized batch, not its input. Ask what was
    taken off and what was divided by.
read: forward-identity
"""


def identity_parameters(mean, var, eps=1e-5):
    return np.ones_like(var), np.zeros_like(mean)
