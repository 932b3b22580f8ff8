"""x gets no gradient from the mean.

loses: backward_steps
hint: Your dx is dcentered. The mean was computed from x too, so there is a second contribution to
    add: one N-th of dmean for each row.
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
    dx = dcentered.copy()
    return dxhat, drstd, dvar, dcentered, dmean, dx
