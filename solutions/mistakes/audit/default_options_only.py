"""The layers are only made with the default eps and momentum.

loses: audit
hint: You never pass eps or momentum. A layer that ignores them passes; and an eps of 1e-5 is too
    small to show where it was added. Make layers with other options too, and large ones.
read: audit-probes
"""

PROBES = (
    (nn.BatchNorm1d, (), (), torch.float64, 1e6, 1e-6),
    (nn.BatchNorm2d, (5, 2), (), torch.float64, 1e6, 1e-6),
    (nn.BatchNorm2d, (1, 2), (), torch.float32, 0, 1e-4),
)
