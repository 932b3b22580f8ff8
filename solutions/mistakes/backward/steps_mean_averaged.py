"""The gradient of the mean is a mean.

loses: backward_steps
hint: Your dmean is a mean over the rows. The mean was taken off every row, and what they send back
    adds up. The one N-th comes in the next step.
read: backward-mean-path
"""


def backward_steps(dy, cache):
    xhat, weight, rstd = cache
    centered = xhat / rstd
    dxhat = weight * dy
    drstd = (dxhat * centered).sum(axis=0)
    dvar = -0.5 * rstd**3 * drstd
    dcentered = dxhat * rstd + dvar * 2 * centered / len(dy)
    dmean = -dcentered.mean(axis=0)
    dx = dcentered + dmean / len(dy)
    return dxhat, drstd, dvar, dcentered, dmean, dx
