"""The whole output is computed without gradients.

loses: batch_norm_2d
hint: Your output is cut off from x, weight and bias, so nothing before it can learn. Leave out
    what stops the gradient: no_grad, detach, data, NumPy.
read: backward-mean-path
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    with torch.no_grad():
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        mean, var = channel_moments(wide)
        mean, var, weight, bias = (each[:, None, None] for each in (mean, var, weight, bias))
        y = (wide - mean) / torch.sqrt(var + eps) * weight + bias
        return y.to(x.dtype)
