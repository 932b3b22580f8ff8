"""Axes of length one are squeezed away.

loses: update_running_stats, batch_norm_eval
hint: Your result loses an axis where there is one feature or one row: squeeze removes every axis
    of length one, and the covariance of one feature is a number. Statistics are (D,) and y is (N,
    D), for N = 1 and D = 1 as well.
read: inference-update
"""

_updated, _evaluated = update_running_stats, batch_norm_eval


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    return tuple(map(np.squeeze, _updated(running_mean, running_var, x, momentum)))


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    return np.squeeze(_evaluated(x, running_mean, running_var, weight, bias, eps))
