"""The oracle is torch's functional batch norm."""

from torch.nn import functional as F


def audit(make_layer):
    def close(a, b):
        return torch.allclose(a, b, rtol=1e-7, atol=1e-7)

    rng = torch.Generator().manual_seed(1)
    for shape in ((6, 4), (3, 4, 2, 5)):
        for options in ({}, {"eps": 0.3, "momentum": 0.6}):
            layer = make_layer(4, **options).to(torch.float64)
            eps, momentum = options.get("eps", 1e-5), options.get("momentum", 0.1)
            w = torch.randn(4, generator=rng, dtype=torch.float64)
            b = torch.randn(4, generator=rng, dtype=torch.float64)
            with torch.no_grad():
                layer.weight.copy_(w)
                layer.bias.copy_(b)
            mean, var = torch.zeros_like(w), torch.ones_like(w)
            for training in (True, False, True, False):
                layer.train(training)
                x = torch.randn(shape, generator=rng, dtype=torch.float64) + 1e5
                before, upstream = x.clone(), torch.randn(shape, generator=rng).double()
                leaves = [t.clone().requires_grad_() for t in (x, w, b)]
                want = F.batch_norm(
                    leaves[0], mean, var, leaves[1], leaves[2], training, momentum, eps
                )
                want.backward(upstream)
                x.requires_grad_()
                layer.zero_grad()
                y = layer(x)
                y.backward(upstream)
                assert torch.equal(x.detach(), before), "the input has changed"
                assert close(y, want), "y"
                assert close(x.grad, leaves[0].grad), "x.grad"
                assert close(layer.weight.grad, leaves[1].grad), "weight.grad"
                assert close(layer.bias.grad, leaves[2].grad), "bias.grad"
                assert close(layer.running_mean, mean), "running_mean"
                assert close(layer.running_var, var), "running_var"
