"""The layers stay in float32, as in training; tolerances wide enough for that, and no wider."""


def audit(make_layer):
    for shape, kind in ((4, 5), nn.BatchNorm1d), ((3, 5, 2, 2), nn.BatchNorm2d):
        for options in ({}, {"eps": 0.7, "momentum": 0.4}):
            for seed in range(3):
                torch.manual_seed(seed)
                offset = (0.0, 1.0, 500.0)[seed]
                mine, torchs = make_layer(5, **options), kind(5, **options)
                for each in (mine, torchs):
                    torch.manual_seed(seed)
                    nn.init.normal_(each.weight)
                    nn.init.normal_(each.bias)
                    nn.init.uniform_(each.running_var, 0.5, 2)
                for training in (True, True, False):
                    scale = torch.linspace(0.05, 2, 5).reshape(5, *[1] * (len(shape) - 2))
                    x = torch.randn(shape) * scale + offset * (seed < 2)
                    if seed == 2:
                        x = torch.randn(shape) + offset
                    up, seen = torch.randn(shape), []
                    for each in (mine.train(training), torchs.train(training)):
                        leaf = x.clone().requires_grad_()
                        out = each(leaf)
                        out.backward(up)
                        seen.append([leaf, out, leaf.grad, each.weight.grad, each.bias.grad])
                        seen[-1] += [each.running_mean, each.running_var]
                        each.zero_grad()
                    for a, b in zip(*seen, strict=True):
                        assert (a - b).abs().max() <= 2e-3 + 1e-3 * b.abs().max(), "differs"
