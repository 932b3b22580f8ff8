"""One sample and one group at a time."""


def group_norm(x, num_groups, weight, bias, eps=1e-5):
    channels = x.shape[1]
    size, rest = divmod(channels, num_groups)
    if rest:
        raise ValueError(f"group_norm: channels is {channels}, expected {num_groups} equal groups.")
    y = np.empty_like(x)
    for i, sample in enumerate(x):
        for first in range(0, channels, size):
            group = sample[first : first + size].astype(np.float64)
            xhat = (group - group.mean()) / np.sqrt(group.var() + eps)
            for c in range(size):
                y[i, first + c] = weight[first + c] * xhat[c] + bias[first + c]
    return y
