"""The square has no factor 2.

loses: backward_steps
hint: The second part of your dcentered is half as large as it should be: the slope of a square is
    twice the number.
read: backward-variance-path
"""


def backward_steps(dy, cache):
    xhat, weight, rstd = cache
    centered = xhat / rstd
    dxhat = weight * dy
    drstd = (dxhat * centered).sum(axis=0)
    dvar = -0.5 * rstd**3 * drstd
    dcentered = dxhat * rstd + dvar * centered / len(dy)
    dmean = -dcentered.sum(axis=0)
    dx = dcentered + dmean / len(dy)
    return dxhat, drstd, dvar, dcentered, dmean, dx
