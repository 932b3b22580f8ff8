"""Each image is normalized over its channels and pixels.

loses: batch_norm_2d
hint: Your output normalizes each image over all its channels, which is layer norm. In batch norm
    the channels are apart and the images together.
read: channels-axes
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    var, mean = torch.var_mean(wide, dim=(1, 2, 3), correction=0, keepdim=True)
    weight, bias = weight[:, None, None], bias[:, None, None]
    y = (wide - mean) / torch.sqrt(var + eps) * weight + bias
    return y.to(x.dtype)
