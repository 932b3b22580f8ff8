"""eps is added to the caller's own variance, if it is float64.

loses: batch_norm_eval_backward
hint: The variance that the caller passed in has grown by eps after the call: var += eps changes
    the caller's array, and np.asarray(var, np.float64) does not copy float64. Write var + eps.
read: backward-purity
"""

_evaluation = batch_norm_eval_backward


def batch_norm_eval_backward(dy, x, running_mean, running_var, weight, eps=1e-5):
    var = np.asarray(running_var, np.float64)
    var += eps
    return _evaluation(dy, x, running_mean, var, weight, 0.0)
