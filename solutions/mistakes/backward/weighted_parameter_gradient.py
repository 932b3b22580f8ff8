"""The gradient of the weight contains the weight.

loses: batch_norm_backward
hint: Your dweight contains the weight itself. It is the sum of dy times the normalized batch; the
    weight belongs in dx only.
read: backward-sum
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = cache
    dxhat = dy * weight
    dweight = (dxhat * xhat).sum(axis=0)
    dx = rstd * (dxhat - (dxhat.sum(axis=0) + xhat * dweight) / len(dy))
    return dx, dweight, dy.sum(axis=0)
