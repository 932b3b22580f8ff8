"""The weight is missing in the first step.

loses: backward_steps
hint: Your dxhat is dy. Forward, the weight multiplied the normalized batch, so it multiplies the
    gradient as well.
read: backward-sum
"""


def backward_steps(dy, cache):
    xhat, _, rstd = cache
    centered = xhat / rstd
    dxhat = dy.copy()
    drstd = (dxhat * centered).sum(axis=0)
    dvar = -0.5 * rstd**3 * drstd
    dcentered = dxhat * rstd + dvar * 2 * centered / len(dy)
    dmean = -dcentered.sum(axis=0)
    dx = dcentered + dmean / len(dy)
    return dxhat, drstd, dvar, dcentered, dmean, dx
