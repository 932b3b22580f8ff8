"""A momentum of 0 is taken for no momentum at all.

loses: update_running_stats
hint: You write momentum or 0.1, and 0.0 counts as false: whoever asks for momentum = 0 gets 0.1,
    and the statistics move. Give the argument its default in the def line and use it as it is.
read: inference-momentum
"""

_updated = update_running_stats


def update_running_stats(running_mean, running_var, x, momentum=None):
    return _updated(running_mean, running_var, x, momentum or 0.1)
