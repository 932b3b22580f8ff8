"""The gradient of the weight is found by dividing by the weight.

loses: batch_norm_backward
hint: You multiply dy by the weight and divide the sums by it again: where a weight is 0, this is 0
    / 0. The sums for the weight and the bias take dy as it is.
read: backward-sum
"""


def batch_norm_backward(dy, cache):
    xhat, weight, rstd = (each.astype(np.float64) for each in cache)
    dxhat = dy * weight
    shared, along = dxhat.sum(axis=0), (dxhat * xhat).sum(axis=0)
    dx = rstd * (dxhat - shared / len(dy) - xhat * along / len(dy))
    return tuple(each.astype(dy.dtype) for each in (dx, along / weight, shared / weight))
