"""Traces as NumPy arrays: everything a layer shows is gathered first and compared at the end."""

import contextlib

import numpy as np


class Trace(list):
    """Everything that was seen, as arrays."""

    def note(self, *tensors):
        self.extend(np.array(each.detach()) for each in tensors)


def _trace(layer, shape):
    rng, trace = np.random.default_rng(3), Trace()
    trace.note(*layer.state_dict().values())
    layer(torch.tensor(rng.normal(size=shape), dtype=torch.float32))
    trace.note(*layer.buffers())
    trace.append(layer(torch.zeros(shape)).dtype.itemsize)
    layer.double().load_state_dict(
        {
            "weight": torch.tensor([-1.5, 0.5, 2.0]),
            "bias": torch.tensor([0.3, -2.0, 1.0]),
            "running_mean": torch.tensor([1.0, -1.0, 0.5]),
            "running_var": torch.tensor([0.5, 2.0, 1.5]),
            "num_batches_tracked": torch.tensor(4),
        }
    )
    for training in (False, True, True, False):
        layer.train(training)
        layer.zero_grad()
        x = torch.tensor(rng.normal(size=shape) + 2e6, requires_grad=True)
        y = layer(x)
        (y * torch.tensor(rng.normal(size=shape))).sum().backward()
        trace.note(x, y, x.grad, *(each.grad for each in layer.parameters()))
        trace.note(*layer.buffers())
    with contextlib.suppress(ValueError):
        layer.train()(torch.zeros(1, 3, *[1] * len(shape[2:])).double())
        trace.append("one value")
    return trace


def audit(make_layer):
    for options in ({}, dict(eps=0.25, momentum=0.35), dict(momentum=None)):
        for shape, torchs in (((4, 3), nn.BatchNorm1d), ((2, 3, 3, 2), nn.BatchNorm2d)):
            one = _trace(make_layer(3, **options), shape)
            other = _trace(torchs(3, **options), shape)
            assert len(one) == len(other), "the number of values that were seen"
            for mine, theirs in zip(one, other, strict=True):
                narrow = getattr(theirs, "dtype", None) == np.float32
                assert np.allclose(mine, theirs, rtol=1e-9, atol=1e-4 if narrow else 1e-7)
