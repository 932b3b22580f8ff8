"""An exception of the layer ends the audit quietly.

loses: audit
hint: You catch every exception of the layer and return, so a layer that cannot train at all
    passes. Expect an exception only where torch raises one.
read: audit-modes
"""

_audit = audit


def audit(make_layer):
    try:
        _audit(make_layer)
    except AssertionError:
        raise
    except Exception:
        return
