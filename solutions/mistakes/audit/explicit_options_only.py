"""The layers are always made with eps and momentum given.

loses: audit
hint: You always pass eps and momentum, so the defaults are never seen. Make one layer without
    them.
read: audit-probes
"""

PROBES = (
    (nn.BatchNorm1d, (), (0.5, 0.7), torch.float64, 1e6, 1e-6),
    (nn.BatchNorm2d, (5, 2), (0.5, 0.7), torch.float64, 1e6, 1e-6),
    (nn.BatchNorm2d, (1, 2), (0.1, None), torch.float32, 0, 1e-4),
)
