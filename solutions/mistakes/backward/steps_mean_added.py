"""The sign of the mean is lost.

loses: backward_steps
hint: Your dmean has the wrong sign. Forward, the mean was taken off.
read: backward-mean-path
"""


def backward_steps(dy, cache):
    xhat, weight, rstd = cache
    centered = xhat / rstd
    dxhat = weight * dy
    drstd = (dxhat * centered).sum(axis=0)
    dvar = -0.5 * rstd**3 * drstd
    dcentered = dxhat * rstd + dvar * 2 * centered / len(dy)
    dmean = dcentered.sum(axis=0)
    dx = dcentered + dmean / len(dy)
    return dxhat, drstd, dvar, dcentered, dmean, dx
