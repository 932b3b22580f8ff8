"""Features as rows, so that they broadcast from the left; Welford's running update."""


def min_max_scale(x):
    rows = x.T  # (D, N)
    low = np.minimum.reduce(rows, axis=1)[:, None]
    high = np.maximum.reduce(rows, axis=1)[:, None]
    y = np.zeros_like(rows)
    np.divide(rows - low, high - low, out=y, where=high > low)
    return y.T.copy()


def standardize(x):
    mean = x[0].astype(np.float64)
    squares = np.zeros_like(mean)
    for count, row in enumerate(x[1:], 2):
        delta = row - mean
        mean = mean + delta / count
        squares = squares + delta * (row - mean)
    sd = np.sqrt(squares / len(x))
    return ((x - mean) / np.where(sd > 0, sd, 1)).astype(x.dtype)
