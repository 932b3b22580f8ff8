"""The bias is the mean multiplied by the weight.

loses: identity_parameters
hint: Your bias is the mean multiplied by the weight. It is added after the weight, so nothing
    multiplies it: put back what was taken off.
read: forward-identity
"""


def identity_parameters(mean, var, eps=1e-5):
    weight = np.sqrt(var + eps)
    return weight, mean * weight
