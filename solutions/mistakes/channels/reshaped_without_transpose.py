"""The batch is cut into C rows without moving the channels first.

loses: channel_moments, batch_norm_2d
hint: Your reshape mixes channels: in memory the values of one image lie together. Move the
    channel axis to the front before you flatten the rest.
read: channels-axes
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    rows = wide.reshape(x.shape[1], -1)
    var, mean = torch.var_mean(rows, dim=1, correction=0)
    return mean.to(x.dtype), var.to(x.dtype)
