"""Both are x * scale + shift, with float64 numbers for each feature."""


def affine(x, shift, scale):
    return ((x.astype(np.float64) - shift) * scale).astype(x.dtype)


def inverse(size):
    return np.divide(1.0, size, out=np.zeros_like(size), where=size > 0)


def min_max_scale(x):
    wide = x.astype(np.float64)
    return affine(x, wide.min(axis=0), inverse(np.ptp(wide, axis=0)))


def standardize(x):
    origin = x[0].astype(np.float64)
    moved = x - origin
    shift = origin + moved.mean(axis=0)
    return affine(x, shift, inverse(moved.std(axis=0)))
