"""Every layer is converted to float64 first.

loses: audit
hint: A layer that answers float32 with float64 looks right to your audit: you convert every layer
    to float64, or compare no dtypes. Try float32 as well, and compare the dtypes.
read: audit-probes
"""

PROBES = (
    (nn.BatchNorm1d, (), (), torch.float64, 1e6, 1e-6),
    (nn.BatchNorm2d, (5, 2), (0.5, 0.7), torch.float64, 1e6, 1e-6),
    (nn.BatchNorm2d, (1, 2), (0.1, None), torch.float64, 0, 1e-4),
)
