"""The cache holds the centred batch, not the normalized one.

loses: batch_norm
hint: The first entry of your cache has the mean taken off but is not divided yet. The contract
    asks for the normalized batch.
read: forward-cache
"""


def batch_norm(x, weight, bias, eps=1e-5):
    centered = x - x.mean(axis=0, dtype=np.promote_types(x.dtype, np.float32))
    rstd = 1 / np.sqrt(np.square(centered).mean(axis=0) + eps)
    return (weight * (centered * rstd) + bias).astype(x.dtype), (centered, weight, rstd)
