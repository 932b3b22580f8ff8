"""torch.set_default_dtype(float64) is left behind.

loses: audit
hint: Your audit sets torch's default dtype and leaves it so: what is made afterwards has
    another dtype. Give the dtype to each call, or set it back in a finally.
read: audit-modes
"""

_audit = audit


def audit(make_layer):
    torch.set_default_dtype(torch.float32)
    _audit(make_layer)
    torch.set_default_dtype(torch.float64)
