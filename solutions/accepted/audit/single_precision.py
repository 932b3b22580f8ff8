"""The layers stay in float32, as in training; tolerances wide enough for that, and no wider."""


def audit(make_layer):
    with torch.random.fork_rng():
        for shape, kind in ((4, 5), nn.BatchNorm1d), ((3, 5, 2, 2), nn.BatchNorm2d):
            for options in ({}, {"eps": 0.7, "momentum": 0.4}, {"momentum": None}):
                for seed in range(3):
                    compare(make_layer(5, **options), kind(5, **options), shape, seed)


def compare(mine, torchs, shape, seed):
    for name, value in torchs.state_dict().items():
        assert torch.equal(mine.state_dict()[name], value), f"{name} of a new layer"
    for each in (mine, torchs):
        torch.manual_seed(seed)
        nn.init.normal_(each.weight)
        nn.init.normal_(each.bias)
        nn.init.uniform_(each.running_var, 0.5, 2)
    for training in (True, True, False):
        scale = torch.linspace(0.05, 2, 5).reshape(5, *[1] * (len(shape) - 2))
        x = torch.randn(shape) * scale + seed if seed < 2 else torch.randn(shape) + 500
        up, seen = torch.randn(shape), []
        for each in (mine.train(training), torchs.train(training)):
            leaf = x.clone().requires_grad_()
            out = each(leaf)
            out.backward(up)
            seen.append([leaf, out, leaf.grad, each.weight.grad, each.bias.grad])
            seen[-1] += [each.running_mean, each.running_var, each.num_batches_tracked]
            each.zero_grad()
        for a, b in zip(*seen, strict=True):
            assert a.dtype == b.dtype, "dtype"
            assert (a - b).abs().max() <= 2e-3 + 1e-3 * b.abs().max(), "differs"
    refused = False
    try:
        mine.train()(torch.ones(1, 5, *[1] * (len(shape) - 2)))
    except ValueError:
        refused = True
    assert refused, "one value per channel is accepted"
