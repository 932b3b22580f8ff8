"""eps is added to the caller's own variance, if it is float64.

loses: batch_norm_eval
hint: The running variance has grown by eps after the call: var += eps changes the caller's array,
    and np.asarray(var, np.float64) does not copy float64. Write running_var + eps.
read: inference-purity
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    var = np.asarray(running_var, np.float64)
    var += eps
    return ((x - running_mean) / np.sqrt(var) * weight + bias).astype(x.dtype)
