"""Factor and offset of a float16 batch are rounded to float16.

loses: batch_norm_eval
hint: You turn batch norm into one factor and one offset, which is fine, and round both to float16,
    which is not: far from zero their product and sum cancel. Round the result only.
read: inference-eval
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    wide = np.promote_types(running_var.dtype, np.float32)
    scale = weight / np.sqrt(running_var.astype(wide) + eps)
    shift = bias - running_mean * scale
    if x.dtype == np.float16:
        return x * scale.astype(x.dtype) + shift.astype(x.dtype)
    return (x * scale + shift).astype(x.dtype)
