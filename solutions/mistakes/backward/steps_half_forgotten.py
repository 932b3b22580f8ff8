"""The factor of the root is missing.

loses: backward_steps
hint: Your dvar is twice as large as it should be. The power -0.5 comes down as a factor.
read: backward-variance-path
"""


def backward_steps(dy, cache):
    xhat, weight, rstd = cache
    centered = xhat / rstd
    dxhat = weight * dy
    drstd = (dxhat * centered).sum(axis=0)
    dvar = -(rstd**3) * drstd
    dcentered = dxhat * rstd + dvar * 2 * centered / len(dy)
    dmean = -dcentered.sum(axis=0)
    dx = dcentered + dmean / len(dy)
    return dxhat, drstd, dvar, dcentered, dmean, dx
