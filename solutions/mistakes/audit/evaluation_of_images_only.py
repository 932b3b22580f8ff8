"""Rows are shown in training only.

loses: audit
hint: You evaluate images, and rows never. A layer may choose its statistics in another way for
    each: evaluate both.
read: audit-modes
"""


def audit(make_layer):
    draw = torch.Generator().manual_seed(0)
    for kind, size, given, dtype, centre, atol in PROBES:
        layer, truth = make_layer(3, *given), kind(3, *given)
        torch.testing.assert_close(layer.state_dict(), truth.state_dict())
        for parameter in truth.parameters():
            nn.init.normal_(parameter, generator=draw)
        layer.load_state_dict(truth.state_dict())
        pair = layer.to(dtype), truth.to(dtype)
        for training in STEPS if size else STEPS[:2]:
            x, dy = torch.randn(2, 4, 3, *size, generator=draw, dtype=dtype)
            seen = [noticed(each, training, x + centre, dy) for each in pair]
            torch.testing.assert_close(*seen, rtol=0, atol=atol)
        one = torch.ones(1, 3, *[1] * len(size), dtype=dtype)
        assert refuses(layer, one), "audit: training accepts one value per channel."
