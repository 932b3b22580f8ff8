"""A step divides by the weight.

loses: backward_steps
hint: Your drstd is computed from dweight, divided by the weight. A weight of 0 makes 0 / 0 of it;
    use dxhat, which is there already.
read: backward-sum
"""


def backward_steps(dy, cache):
    xhat, weight, rstd = cache
    centered = xhat / rstd
    dxhat = weight * dy
    drstd = (dxhat * centered).sum(axis=0) * (weight / weight)
    dvar = -0.5 * rstd**3 * drstd
    dcentered = dxhat * rstd + dvar * 2 * centered / len(dy)
    dmean = -dcentered.sum(axis=0)
    dx = dcentered + dmean / len(dy)
    return dxhat, drstd, dvar, dcentered, dmean, dx
