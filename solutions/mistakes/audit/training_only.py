"""The layers are never put into evaluation.

loses: audit
hint: You never call eval(). A layer has two modes, and half of the mistakes are in the other one:
    compare outputs and state in evaluation too.
read: audit-modes
"""

STEPS = (True, True)
