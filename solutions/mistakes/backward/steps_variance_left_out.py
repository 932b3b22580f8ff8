"""The centered batch gets no gradient from the variance.

loses: backward_steps
hint: Your dcentered has the direct path only. The variance was computed from the centered batch
    too, so there is a second contribution to add.
read: backward-variance-path
"""


def backward_steps(dy, cache):
    xhat, weight, rstd = cache
    centered = xhat / rstd
    dxhat = weight * dy
    drstd = (dxhat * centered).sum(axis=0)
    dvar = -0.5 * rstd**3 * drstd
    dcentered = dxhat * rstd
    dmean = -dcentered.sum(axis=0)
    dx = dcentered + dmean / len(dy)
    return dxhat, drstd, dvar, dcentered, dmean, dx
