"""The layers are compared as they come, with a weight of 1 and a bias of 0.

loses: audit
hint: Your layers keep the weight 1 and the bias 0 that they start with, so a layer that ignores
    both looks right. Give both layers the same random weight and bias.
read: audit-probes
"""


def audit(make_layer):
    draw = torch.Generator().manual_seed(0)
    for kind, size, given in (nn.BatchNorm1d, (), ()), (nn.BatchNorm2d, (5, 2), (0.5, 0.7)):
        layer, truth = make_layer(3, *given).double(), kind(3, *given).double()
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
