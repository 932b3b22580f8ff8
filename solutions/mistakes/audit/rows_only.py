"""Only (N, C) is tried, no images.

loses: audit
hint: You try rows only. On images a channel has N H W values: show the audit a batch (N, C, H, W)
    too, with N, H and W greater than 1.
read: audit-probes
"""

PROBES = (
    (nn.BatchNorm1d, (), (), torch.float64, 1e6, 1e-6),
    (nn.BatchNorm1d, (), (0.5, 0.7), torch.float64, 1e6, 1e-6),
    (nn.BatchNorm1d, (), (0.1, None), torch.float32, 0, 1e-4),
)
