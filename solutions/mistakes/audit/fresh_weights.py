"""The layers are compared as they come, with a weight of 1 and a bias of 0.

loses: audit
hint: Your layers keep the weight 1 and the bias 0 that they start with, so a layer that ignores
    both looks right. Give both layers the same random weight and bias.
read: audit-probes
"""


def audit(make_layer):
    draw = torch.Generator().manual_seed(0)
    for kind, size, given, dtype, centre, atol in PROBES:
        layer, truth = make_layer(3, *given), kind(3, *given)
        torch.testing.assert_close(layer.state_dict(), truth.state_dict())
        layer.load_state_dict(truth.state_dict())
        pair = layer.to(dtype), truth.to(dtype)
        for training in STEPS:
            x, dy = torch.randn(2, 4, 3, *size, generator=draw, dtype=dtype)
            seen = [noticed(each, training, x + centre, dy) for each in pair]
            torch.testing.assert_close(*seen, rtol=0, atol=atol)
        one = torch.ones(1, 3, *[1] * len(size), dtype=dtype)
        assert refuses(layer, one), "audit: training accepts one value per channel."
