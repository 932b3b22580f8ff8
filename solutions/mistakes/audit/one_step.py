"""One batch is shown in training, not two.

loses: audit
hint: You train on one batch. What a layer does with its second batch you never see; show it at
    least two, and let them differ.
read: audit-running
"""

STEPS = (True, False)
