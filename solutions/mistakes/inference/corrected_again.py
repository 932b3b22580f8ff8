"""The running variance is multiplied by N / (N - 1) a second time.

loses: batch_norm_eval
hint: Your evaluation corrects the running variance by N / (N - 1). It is unbiased already, and
    evaluation does not know N.
read: inference-unbiased
"""


def batch_norm_eval(x, running_mean, running_var, weight, bias, eps=1e-5):
    n = len(x)
    var = running_var * n / max(n - 1, 1)
    return ((x - running_mean) / np.sqrt(var + eps) * weight + bias).astype(x.dtype)
