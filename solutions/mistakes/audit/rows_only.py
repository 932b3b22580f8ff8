"""Only (N, C) is tried, no images.

loses: audit
hint: You try rows only. On images a channel has N H W values: show the audit a batch (N, C, H, W)
    too, with N, H and W greater than 1.
read: audit-probes
"""


def audit(make_layer):
    draw = torch.Generator().manual_seed(0)
    for kind, size, given in (nn.BatchNorm1d, (), ()), (nn.BatchNorm1d, (), (0.5, 0.7)):
        layer, truth = make_layer(3, *given).double(), kind(3, *given).double()
        nn.init.normal_(truth.weight, generator=draw)
        nn.init.normal_(truth.bias, generator=draw)
        layer.load_state_dict(truth.state_dict())
        for training in (True, True, False):
            x, dy = torch.randn(2, 4, 3, *size, generator=draw, dtype=torch.float64)
            seen = []
            for each in (layer, truth):
                leaf = (x + 1e6).requires_grad_()
                y = each.train(training)(leaf)
                grads = torch.autograd.grad(y, [leaf, each.weight, each.bias], dy)
                seen.append([leaf, y, *grads, *each.state_dict().values()])
            torch.testing.assert_close(*seen, rtol=0, atol=1e-6)
