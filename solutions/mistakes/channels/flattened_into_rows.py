"""The batch is cut into rows of C numbers without moving the channels to the end.

loses: channel_moments, batch_norm_2d
hint: Your reshape to (-1, C) takes neighbours in memory for channels, and these are pixels of one
    row. Move the channel axis to the end before you flatten the rest.
read: channels-axes
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    var, mean = torch.var_mean(wide.reshape(-1, x.shape[1]), dim=0, correction=0)
    return mean.to(x.dtype), var.to(x.dtype)
