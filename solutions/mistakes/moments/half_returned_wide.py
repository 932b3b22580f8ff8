"""Half precision is widened and not narrowed again.

loses: normalize
hint: You widen half precision, which is careful, and return it wide, which is not asked for.
    Return the dtype of x.
read: moments-precision
"""


def normalize(x, mean, var, eps=1e-5):
    wide = np.promote_types(x.dtype, np.float32)
    return (x - mean) / np.sqrt(var.astype(wide) + eps)
