"""The gradient from above is overwritten.

loses: backward_steps
hint: The array dy that the caller passed in has other values after the call: an operation with = in
    it, such as *=, writes into it.
read: backward-purity
"""


def backward_steps(dy, cache):
    xhat, weight, rstd = cache
    centered = xhat / rstd
    dy *= weight
    drstd = (dy * centered).sum(axis=0)
    dvar = -0.5 * rstd**3 * drstd
    dcentered = dy * rstd + dvar * 2 * centered / len(dy)
    dmean = -dcentered.sum(axis=0)
    return dy, drstd, dvar, dcentered, dmean, dcentered + dmean / len(dy)
