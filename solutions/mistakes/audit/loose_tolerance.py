"""A thousand rows and a tolerance of one in fifty.

loses: audit
hint: With many rows and a wide tolerance N and N - 1 look the same. Take few rows in float64, and
    a tolerance that only rounding needs.
read: audit-false-alarm
"""

PROBES = (
    (nn.BatchNorm1d, (), (), torch.float64, 1, 0.02),
    (nn.BatchNorm2d, (5, 2), (0.5, 0.7), torch.float64, 1, 0.02),
    (nn.BatchNorm2d, (1, 2), (0.1, None), torch.float32, 0, 0.02),
)


def audit(make_layer):
    draw = torch.Generator().manual_seed(0)
    for kind, size, given, dtype, centre, atol in PROBES:
        layer, truth = make_layer(3, *given), kind(3, *given)
        torch.testing.assert_close(layer.state_dict(), truth.state_dict())
        for parameter in truth.parameters():
            nn.init.normal_(parameter, generator=draw)
        layer.load_state_dict(truth.state_dict())
        pair = layer.to(dtype), truth.to(dtype)
        for training in STEPS:
            x, dy = torch.randn(2, 1200, 3, *size, generator=draw, dtype=dtype)
            seen = [noticed(each, training, x + centre, dy) for each in pair]
            torch.testing.assert_close(*seen, rtol=atol, atol=atol)
        one = torch.ones(1, 3, *[1] * len(size), dtype=dtype)
        assert refuses(layer, one), "audit: training accepts one value per channel."
