"""Half precision is normalized in half precision.

loses: batch_norm_2d
hint: Your statistics are computed in the dtype of x. In half precision a deviation of 256
    overflows when it is squared; compute in float32.
read: channels-precision
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    mean = x.mean(dim=(0, 2, 3), keepdim=True)
    var = (x - mean).square().mean(dim=(0, 2, 3), keepdim=True)
    weight, bias = weight[:, None, None], bias[:, None, None]
    y = (x - mean) / torch.sqrt(var + eps) * weight + bias
    return y.to(x.dtype)
