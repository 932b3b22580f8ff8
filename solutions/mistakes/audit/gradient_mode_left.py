"""torch.set_grad_enabled(False) is left behind.

loses: audit
hint: Your audit switches gradients off and does not switch them on again. Use torch.no_grad as
    a context, or torch.autograd.grad, which needs neither.
read: audit-modes
"""

_audit = audit


def audit(make_layer):
    _audit(make_layer)
    torch.set_grad_enabled(False)
