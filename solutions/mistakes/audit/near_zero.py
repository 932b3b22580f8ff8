"""All inputs are centred near zero.

loses: audit
hint: Your audit passes a layer whose variance is a difference of squares: your inputs lie around
    zero, where this does well, or your tolerance is large. Shift some inputs far from zero, and
    compare float64 to 1e-6.
read: audit-probes
"""

PROBES = (
    (nn.BatchNorm1d, (), (), torch.float64, 0, 1e-6),
    (nn.BatchNorm2d, (5, 2), (0.5, 0.7), torch.float64, 0, 1e-6),
    (nn.BatchNorm2d, (1, 2), (0.1, None), torch.float32, 0, 1e-4),
)
