"""The mean is taken off float32 images in place, as .float() copies other dtypes only.

loses: channel_moments, batch_norm_2d
hint: Your function changes float32 images: .float() returns the same tensor where the dtype fits
    already, and -= writes into it. Work on a new tensor.
read: moments-purity
"""


def channel_moments(x):
    wide = x.clone() if x.dtype == torch.float64 else x.float()
    mean = wide.mean(dim=(0, 2, 3))
    wide -= mean[:, None, None]
    var = wide.square().mean(dim=(0, 2, 3))
    return mean.to(x.dtype), var.to(x.dtype)
