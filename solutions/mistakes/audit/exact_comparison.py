"""Results must be equal to the last bit.

loses: audit
hint: You ask for equal numbers to the last bit. Right layers may add in another order, and round
    differently: allow for rounding, and for no more.
read: audit-false-alarm
"""


def audit(make_layer):
    draw = torch.Generator().manual_seed(0)
    for kind, size, given, dtype, centre, _ in PROBES:
        layer, truth = make_layer(3, *given), kind(3, *given)
        torch.testing.assert_close(layer.state_dict(), truth.state_dict())
        for parameter in truth.parameters():
            nn.init.normal_(parameter, generator=draw)
        layer.load_state_dict(truth.state_dict())
        pair = layer.to(dtype), truth.to(dtype)
        for training in STEPS:
            x, dy = torch.randn(2, 4, 3, *size, generator=draw, dtype=dtype)
            seen = [noticed(each, training, x + centre, dy) for each in pair]
            assert all(torch.equal(one, other) for one, other in zip(*seen, strict=True))
        one = torch.ones(1, 3, *[1] * len(size), dtype=dtype)
        assert refuses(layer, one), "audit: training accepts one value per channel."
