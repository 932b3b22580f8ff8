"""The variances of the images are averaged.

loses: channel_moments, batch_norm_2d
hint: Your variance is the average of the variances of single images. It misses how far the
    images' means lie apart; take the deviations from the mean of the whole batch.
read: channels-count
"""


def channel_moments(x):
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean = wide.mean(dim=(0, 2, 3))
    var = wide.var(dim=(2, 3), correction=0).mean(dim=0)
    return mean.to(x.dtype), var.to(x.dtype)
