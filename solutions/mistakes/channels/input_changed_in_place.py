"""The output is written over the caller's images.

loses: batch_norm_2d
hint: Your function writes its output over the images it was given, and autograd refuses that for
    a tensor it watches. Work on a new tensor.
read: forward-purity
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean, var = channel_moments(wide)
    mean, var, weight, bias = (each[:, None, None] for each in (mean, var, weight, bias))
    wide.sub_(mean).div_(torch.sqrt(var + eps)).mul_(weight).add_(bias)
    return wide.to(x.dtype)
