"""Each row takes the whole gradient of the mean.

loses: backward_steps
hint: The second part of your dx is N times too large. One row is one N-th of the mean.
read: backward-mean-path
"""


def backward_steps(dy, cache):
    xhat, weight, rstd = cache
    centered = xhat / rstd
    dxhat = weight * dy
    drstd = (dxhat * centered).sum(axis=0)
    dvar = -0.5 * rstd**3 * drstd
    dcentered = dxhat * rstd + dvar * 2 * centered / len(dy)
    dmean = -dcentered.sum(axis=0)
    dx = dcentered + dmean
    return dxhat, drstd, dvar, dcentered, dmean, dx
