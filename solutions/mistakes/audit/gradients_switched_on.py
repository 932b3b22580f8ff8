"""torch.set_grad_enabled(True) is left behind.

loses: audit
hint: Your audit switches gradients on for good, and somebody may have switched them off. Use
    torch.enable_grad as a context.
read: audit-modes
"""

_audit = audit


def audit(make_layer):
    torch.set_grad_enabled(True)
    _audit(make_layer)
