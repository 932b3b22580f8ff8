"""The layers are only made with the default eps and momentum.

loses: audit
hint: You never pass eps or momentum. A layer that ignores them passes; and an eps of 1e-5 is too
    small to show where it was added. Make layers with other options too, and large ones.
read: audit-probes
"""


def audit(make_layer):
    draw = torch.Generator().manual_seed(0)
    for kind, size, given in (nn.BatchNorm1d, (), ()), (nn.BatchNorm2d, (5, 2), ()):
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
