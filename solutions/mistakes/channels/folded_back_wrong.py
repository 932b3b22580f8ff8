"""Rows of channels are folded back without moving the channels back.

loses: batch_norm_2d
hint: Your values are right but lie in the wrong places: the channels were moved to the end and
    not back before the reshape.
read: channels-axes
"""


def batch_norm_2d(x, weight, bias, eps=1e-5):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    rows = wide.permute(0, 2, 3, 1).reshape(-1, x.shape[1])  # (N * H * W, C)
    var, mean = torch.var_mean(rows, dim=0, correction=0)
    y = (rows - mean) / torch.sqrt(var + eps) * weight + bias
    return y.reshape(x.shape).to(x.dtype)
