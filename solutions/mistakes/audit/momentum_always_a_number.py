"""momentum is never None.

loses: audit
hint: You always give a number as momentum. Torch also takes None, for the plain average of all
    batches: make a layer with it, and train on two batches.
read: audit-probes
"""

PROBES = (
    (nn.BatchNorm1d, (), (), torch.float64, 1e6, 1e-6),
    (nn.BatchNorm2d, (5, 2), (0.5, 0.7), torch.float64, 1e6, 1e-6),
    (nn.BatchNorm2d, (1, 2), (0.1, 0.3), torch.float32, 0, 1e-4),
)
