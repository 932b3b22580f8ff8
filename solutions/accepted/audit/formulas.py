"""The oracle is the formula, and autograd."""


def audit(make_layer):
    draw = torch.Generator().manual_seed(7)

    def expected(x, w, b, mean, var, eps):
        shape = [1, -1] + [1] * (x.ndim - 2)
        mean, var, w, b = (each.reshape(shape) for each in (mean, var, w, b))
        return (x - mean) / (var + eps).sqrt() * w + b

    def check(shape, eps, momentum, layer):
        first = {"weight": 1, "bias": 0, "running_mean": 0, "running_var": 1}
        for name, value in first.items():
            assert (getattr(layer, name) == value).all(), name
        narrow = torch.randn(shape, generator=draw)
        assert layer(narrow).dtype == torch.float32
        layer.running_mean.zero_(), layer.running_var.fill_(1)
        layer.double()
        nn.init.uniform_(layer.weight, -2, 2, generator=draw)
        nn.init.uniform_(layer.bias, -2, 2, generator=draw)
        running, count = [torch.zeros(3).double(), torch.ones(3).double()], 1
        for mode in ("train", "train", "eval"):
            x = torch.randn(shape, generator=draw).double() * 2 + 3e5
            keep = x.clone()
            getattr(layer, mode)()
            one, other = x.requires_grad_(), keep.clone().requires_grad_()
            axes = [0, *range(2, x.ndim)]
            if mode == "train":
                count += 1
                share = 1 / count if momentum is None else momentum
                mean, var = other.mean(axes), other.var(axes, correction=0)
                new = [mean.detach(), other.detach().var(axes, correction=1)]
                running = [(1 - share) * r + share * n for r, n in zip(running, new, strict=True)]
            else:
                mean, var = running
            y, want = layer(one), expected(other, layer.weight, layer.bias, mean, var, eps)
            up = torch.randn(shape, generator=draw).double()
            got = torch.autograd.grad(y, [one, layer.weight, layer.bias], up)
            wanted = torch.autograd.grad(want, [other, layer.weight, layer.bias], up)
            pairs = [(one, keep), (y, want), *zip(got, wanted, strict=True)]
            pairs += zip([layer.running_mean, layer.running_var], running, strict=True)
            for a, b in pairs:
                assert torch.allclose(a, b, rtol=1e-8, atol=1e-7), mode
            assert layer.num_batches_tracked == count
        try:
            layer.train()(torch.zeros(1, 3, *[1] * len(shape[2:])).double())
        except ValueError:
            return
        raise AssertionError("one value per channel is accepted")

    check((5, 3), 1e-5, 0.1, make_layer(3))
    check((2, 3, 4, 3), 0.4, 0.8, make_layer(3, eps=0.4, momentum=0.8))
    check((4, 3), 1e-5, None, make_layer(3, momentum=None))
