"""Masked arrays: what is constant is masked, and filled with 0 at the end."""


def min_max_scale(x):
    wide = x.astype(np.float64)
    low = wide.min(0)
    spread = np.ma.masked_equal(wide.max(0) - low, 0)
    return ((wide - low) / spread).filled(0).astype(x.dtype)


def standardize(x):
    wide = np.ma.MaskedArray(
        x.astype(np.float64), mask=np.broadcast_to(x.max(0) == x.min(0), x.shape).copy()
    )
    return ((wide - wide.mean(0)) / wide.std(0)).filled(0).astype(x.dtype)
