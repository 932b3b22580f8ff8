"""The oracle is torch's functional batch norm."""

import unittest

from torch.nn import functional as F

assert_raises = unittest.TestCase().assertRaises


def audit(make_layer):
    def close(a, b):
        return torch.allclose(a, b, rtol=1e-7, atol=1e-7)

    rng = torch.Generator().manual_seed(1)
    for shape in ((6, 4), (3, 4, 2, 5)):
        for options in ({}, {"eps": 0.3, "momentum": 0.6}, {"momentum": None}):
            layer = make_layer(4, **options)
            for name, value in nn.BatchNorm2d(4, **options).state_dict().items():
                assert torch.equal(layer.state_dict()[name], value), f"{name} of a new layer"
            assert layer.eval()(torch.ones(shape)).dtype == torch.float32, "dtype"
            layer.to(torch.float64)
            eps, momentum = options.get("eps", 1e-5), options.get("momentum", 0.1)
            w = torch.randn(4, generator=rng, dtype=torch.float64)
            b = torch.randn(4, generator=rng, dtype=torch.float64)
            with torch.no_grad():
                layer.weight.copy_(w)
                layer.bias.copy_(b)
            mean, var, count = torch.zeros_like(w), torch.ones_like(w), 0
            for training in (True, False, True, False):
                layer.train(training)
                count += training
                share = 1 / count if momentum is None else momentum
                x = torch.randn(shape, generator=rng, dtype=torch.float64) + 1e5
                before, upstream = x.clone(), torch.randn(shape, generator=rng).double()
                leaves = [t.clone().requires_grad_() for t in (x, w, b)]
                want = F.batch_norm(
                    leaves[0], mean, var, leaves[1], leaves[2], training, share, eps
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
                assert layer.num_batches_tracked.item() == count, "num_batches_tracked"
            with assert_raises(ValueError):
                layer.train()(torch.ones(1, 4, *[1] * len(shape[2:]), dtype=torch.float64))
