"""The running statistics are neither read nor used.

loses: audit
hint: You compare outputs and gradients, and evaluate a layer that has not been trained. What
    training leaves in the running statistics you never see: read them, or evaluate afterwards.
read: audit-running
"""


def noticed(layer, training, x, dy):
    leaf = x.clone().requires_grad_()
    y = layer.train(training)(leaf)
    grads = torch.autograd.grad((y * dy).sum(), [leaf, layer.weight, layer.bias])
    return [leaf, y, *grads]


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
            layer.load_state_dict(truth.state_dict())
            x, dy = torch.randn(2, 4, 3, *size, generator=draw, dtype=dtype)
            seen = [noticed(each, training, x + centre, dy) for each in pair]
            torch.testing.assert_close(*seen, rtol=0, atol=atol)
        one = torch.ones(1, 3, *[1] * len(size), dtype=dtype)
        assert refuses(layer, one), "audit: training accepts one value per channel."
