"""A ValueError from anywhere ends the audit without a verdict.

loses: audit
hint: Your audit expects a ValueError for one value per channel, and takes any other for it: a
    layer that raises one on a whole batch passes. Put the try around that one call only.
read: audit-probes
"""

_audit = audit


def audit(make_layer):
    try:
        _audit(make_layer)
    except ValueError:
        return
