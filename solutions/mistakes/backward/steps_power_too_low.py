"""The power of the root does not go down by one.

loses: backward_steps
hint: Your dvar has the power of the forward pass. The slope of v ** -0.5 is -0.5 * v ** -1.5,
    and v ** -1.5 is rstd ** 3.
read: backward-variance-path
"""


def backward_steps(dy, cache):
    xhat, weight, rstd = cache
    centered = xhat / rstd
    dxhat = weight * dy
    drstd = (dxhat * centered).sum(axis=0)
    dvar = -0.5 * rstd * drstd
    dcentered = dxhat * rstd + dvar * 2 * centered / len(dy)
    dmean = -dcentered.sum(axis=0)
    dx = dcentered + dmean / len(dy)
    return dxhat, drstd, dvar, dcentered, dmean, dx
