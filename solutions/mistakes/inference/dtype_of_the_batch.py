"""The running statistics take the dtype that the arithmetic gives.

loses: update_running_stats
hint: Your running statistics take over the dtype of the batch. They keep their own, or they
    change it in the middle of training.
read: inference-update
"""


def update_running_stats(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError(f"update_running_stats: rows is {len(x)}, expected at least 2.")
    mean, var = x.mean(axis=0), x.var(axis=0, ddof=1)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * var
    return new_mean, new_var
