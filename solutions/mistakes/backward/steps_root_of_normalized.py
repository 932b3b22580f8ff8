"""The gradient of the reciprocal root uses the normalized batch.

loses: backward_steps
hint: Your drstd multiplies by xhat. Forward, rstd was multiplied by the centered batch, which is
    xhat / rstd.
read: backward-variance-path
"""


def backward_steps(dy, cache):
    xhat, weight, rstd = cache
    centered = xhat / rstd
    dxhat = weight * dy
    drstd = (dxhat * xhat).sum(axis=0)
    dvar = -0.5 * rstd**3 * drstd
    dcentered = dxhat * rstd + dvar * 2 * centered / len(dy)
    dmean = -dcentered.sum(axis=0)
    dx = dcentered + dmean / len(dy)
    return dxhat, drstd, dvar, dcentered, dmean, dx
