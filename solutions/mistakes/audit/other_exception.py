"""A wrong layer is answered with a ValueError.

loses: audit
hint: You raise a ValueError. A layer that fails a test is an AssertionError: that is what assert
    raises, and what test tools count as a failure.
read: audit-modes
"""

_audit = audit


def audit(make_layer):
    try:
        _audit(make_layer)
    except AssertionError as error:
        raise ValueError(f"audit: layer is wrong, expected batch norm: {error}") from None
