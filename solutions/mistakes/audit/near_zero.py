"""All inputs are centred near zero.

loses: audit
hint: Your inputs lie around zero, where a variance as a difference of squares does well. Shift
    some far from zero, as the features of a deep network are.
read: audit-probes
"""

PROBES = (
    (nn.BatchNorm1d, (), (), torch.float64, 0, 1e-6),
    (nn.BatchNorm2d, (5, 2), (0.5, 0.7), torch.float64, 0, 1e-6),
    (nn.BatchNorm2d, (1, 2), (0.1, None), torch.float32, 0, 1e-4),
)
