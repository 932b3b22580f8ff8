"""The verdict is returned, not raised.

loses: audit
hint: You return True or False. Nothing happens to a test that returns False: raise an
    AssertionError for a wrong layer, and return nothing for a right one.
read: audit-modes
"""

_audit = audit


def audit(make_layer):
    try:
        _audit(make_layer)
    except AssertionError:
        return False
    return True
