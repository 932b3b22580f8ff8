"""Outputs and state are compared, gradients are not.

loses: audit
hint: You compare outputs and state. A layer that treats its statistics as constants has the right
    output and learns wrongly: compare the gradients of x, weight and bias too.
read: audit-gradient
"""


def audit(make_layer):
    draw = torch.Generator().manual_seed(0)
    for kind, size, given in (nn.BatchNorm1d, (), ()), (nn.BatchNorm2d, (5, 2), (0.5, 0.7)):
        layer, truth = make_layer(3, *given).double(), kind(3, *given).double()
        nn.init.normal_(truth.weight, generator=draw)
        nn.init.normal_(truth.bias, generator=draw)
        layer.load_state_dict(truth.state_dict())
        for training in (True, True, False):
            x = torch.randn(4, 3, *size, generator=draw, dtype=torch.float64)
            seen = []
            for each in (layer, truth):
                leaf = (x + 1e6).requires_grad_()
                y = each.train(training)(leaf)
                seen.append([leaf, y, *each.state_dict().values()])
            torch.testing.assert_close(*seen, rtol=0, atol=1e-6)
