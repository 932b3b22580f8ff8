"""Each pixel is normalized over the batch.

loses: batch_norm_2d
hint: Your output normalizes pixel by pixel over the batch. All pixels of a channel share their
    statistics.
read: channels-axes
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    var, mean = torch.var_mean(wide, dim=0, correction=0)
    weight, bias = weight[:, None, None], bias[:, None, None]
    y = (wide - mean) / torch.sqrt(var + eps) * weight + bias
    return y.to(x.dtype)
