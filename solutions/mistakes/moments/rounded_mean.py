"""The mean of half precision is rounded to it before the deviations are taken.

loses: batch_moments
hint: Your mean of half precision is rounded to half precision before you take it off: at 2049
    it is off by 1, and so is every deviation. Keep the mean in float32 until the end.
read: moments-precision
"""


def batch_moments(x):
    mean = x.mean(axis=0)
    exact = mean if x.dtype == np.float16 else x.mean(axis=0, dtype=np.float64)
    var = np.square(x.astype(np.float64) - exact).mean(axis=0)
    return mean, var.astype(x.dtype)
