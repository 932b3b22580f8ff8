"""The running variance is expected to take the biased variance.

loses: audit
hint: Your audit rejects torch's own layer. If it expects the biased variance in running_var, that
    is why: the batch is normalized with the biased variance, the memory takes the unbiased one.
read: audit-false-alarm
"""

_audit = audit


def audit(make_layer):
    _audit(make_layer)
    torch.manual_seed(0)
    layer, x = make_layer(3, momentum=0.7).double(), torch.randn(4, 3, dtype=torch.float64)
    layer(x)
    torch.testing.assert_close(layer.running_var, 0.3 + 0.7 * x.var(0, correction=0))
