"""The bias is the mean divided by the deviation.

loses: identity_parameters
hint: Your bias is measured in standard deviations. It is added after the weight, so it is in the
    units of x.
read: forward-identity
"""


def identity_parameters(mean, var, eps=1e-5):
    sd = np.sqrt(var + eps)
    return sd, mean / sd
