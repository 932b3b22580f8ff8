"""Each image is normalized with its own statistics.

loses: batch_norm_2d
hint: Your output normalizes image by image, which is instance norm. In batch norm a channel's
    statistics run over all images.
read: channels-axes
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    var, mean = torch.var_mean(wide, dim=(2, 3), correction=0, keepdim=True)
    weight, bias = weight[:, None, None], bias[:, None, None]
    y = (wide - mean) / torch.sqrt(var + eps) * weight + bias
    return y.to(x.dtype)
