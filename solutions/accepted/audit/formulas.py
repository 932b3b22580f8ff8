"""The oracle is the formula, and autograd."""


def audit(make_layer):
    def expected(x, w, b, mean, var, eps):
        shape = [1, -1] + [1] * (x.ndim - 2)
        mean, var, w, b = (each.reshape(shape) for each in (mean, var, w, b))
        return (x - mean) / (var + eps).sqrt() * w + b

    def check(shape, eps, momentum, layer):
        torch.manual_seed(7)
        layer.double()
        nn.init.uniform_(layer.weight, -2, 2)
        nn.init.uniform_(layer.bias, -2, 2)
        running = [torch.zeros(3).double(), torch.ones(3).double()]
        for mode in ("train", "train", "eval"):
            x = torch.randn(shape).double() * 2 + 3e4
            keep = x.clone()
            getattr(layer, mode)()
            one, other = x.requires_grad_(), keep.clone().requires_grad_()
            axes = [0, *range(2, x.ndim)]
            if mode == "train":
                mean, var = other.mean(axes), other.var(axes, correction=0)
                new = [mean.detach(), other.detach().var(axes, correction=1)]
                running = [
                    (1 - momentum) * r + momentum * n for r, n in zip(running, new, strict=True)
                ]
            else:
                mean, var = running
            y, want = layer(one), expected(other, layer.weight, layer.bias, mean, var, eps)
            up = torch.randn(shape).double()
            got = torch.autograd.grad(y, [one, layer.weight, layer.bias], up)
            wanted = torch.autograd.grad(want, [other, layer.weight, layer.bias], up)
            pairs = [(one, keep), (y, want), *zip(got, wanted, strict=True)]
            pairs += zip([layer.running_mean, layer.running_var], running, strict=True)
            for a, b in pairs:
                assert torch.allclose(a, b, rtol=1e-8, atol=1e-7), mode

    check((5, 3), 1e-5, 0.1, make_layer(3))
    check((2, 3, 4, 3), 0.4, 0.8, make_layer(3, eps=0.4, momentum=0.8))
