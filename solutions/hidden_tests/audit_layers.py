"""Layers that claim to be batch norm: a few are right, each of the others is wrong in one way.

Each is torch's layer with one thing changed, so none holds an answer. They reach the worker as
source without their names and docstrings; a docstring here completes "a layer that".
`audit_layers_state.py` and `audit_layers_gradient.py` go on where this file ends.
"""

import torch
from torch import nn
from torch.nn import functional as F


def moments(x):
    """Mean and biased variance (C,) of each channel, without gradient, and values per channel."""
    axes = [0, *range(2, x.ndim)]
    var, mean = torch.var_mean(x.detach(), axes, correction=0)
    return mean, var, x.numel() // x.shape[1]


def along(x, v):
    """A value per channel (C,), in a shape that broadcasts with x: (C, 1, 1) for images."""
    return v.reshape(-1, *[1] * (x.ndim - 2))


class Torch(nn.BatchNorm2d):
    """is torch's own, for any number of axes."""

    def _check_input_dim(self, x): ...

    def share(self):
        """The weight of the newest batch in the running statistics."""
        return 1 / self.num_batches_tracked if self.momentum is None else self.momentum

    def keep(self, name, value):
        """Sets a buffer behind autograd's back."""
        getattr(self, name).data.copy_(value)

    def normalized(self, x, mean, var):
        """The output for given statistics, which get no gradient."""
        return F.batch_norm(x, mean, var, self.weight, self.bias, False, 0.0, self.eps)


# --- right --------------------------------------------------------------------------------------


class Backwards(Torch):
    """takes the rows in reverse order, and rounds differently."""

    def forward(self, x):
        return super().forward(x.flip(0)).flip(0)


class TwoSteps(Torch):
    """applies weight and bias after torch's normalization."""

    def forward(self, x):
        if not self.training:
            return super().forward(x)
        with torch.no_grad():
            super().forward(x)
        xhat = F.batch_norm(x, None, None, None, None, True, 0.0, self.eps)
        return along(x, self.weight) * xhat + along(x, self.bias)


class Wide(Torch):
    """computes in double precision and rounds at the end."""

    def forward(self, x):
        state = self.running_mean, self.running_var, self.weight, self.bias
        y = super().forward(x)  # for the state; the output is computed again
        if self.training:
            state = None, None, self.weight, self.bias
        wide = (each if each is None else each.double() for each in state)
        out = F.batch_norm(x.double(), *wide, self.training, 0.0, self.eps)
        return out.to(x.dtype) + 0 * y.detach()


class Plain(nn.Module):
    """is made of torch's function and is no subclass of torch's layer."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    def forward(self, x):
        state = self.running_mean, self.running_var, self.weight, self.bias
        share = self.momentum
        if self.training:
            self.num_batches_tracked += 1
            share = 1 / self.num_batches_tracked.item() if share is None else share
        return F.batch_norm(x, *state, self.training, share or 0.0, self.eps)


# --- wrong in training --------------------------------------------------------------------------


class Identity(Torch):
    """returns its input."""

    def forward(self, x):
        return x + 0 * super().forward(x)


class Unbiased(Torch):
    """normalizes with the unbiased variance."""

    def forward(self, x):
        y = super().forward(x)
        if not self.training:
            return y
        _, var, n = moments(x)
        ratio = torch.sqrt((var + self.eps) / (var * n / (n - 1) + self.eps))
        bias = along(x, self.bias)
        return (y - bias) * along(x, ratio) + bias


class ByVariance(Torch):
    """divides by the variance, not by its root."""

    def forward(self, x):
        y = super().forward(x)
        var = moments(x)[1] if self.training else self.running_var
        bias = along(x, self.bias)
        return (y - bias) / along(x, torch.sqrt(var + self.eps)) + bias


class OneMean(Torch):
    """shares one mean and one variance among all features."""

    def forward(self, x):
        y = super().forward(x)
        if not self.training:
            return y
        var, mean = torch.var_mean(x, correction=0)
        xhat = (x - mean) / torch.sqrt(var + self.eps)
        return along(x, self.weight) * xhat + along(x, self.bias)


class NoWeight(Torch):
    """ignores its weight."""

    def forward(self, x):
        bias = along(x, self.bias)
        return (super().forward(x) - bias) / along(x, self.weight.detach()) + bias


class NoBias(Torch):
    """ignores its bias."""

    def forward(self, x):
        return super().forward(x) - along(x, self.bias.detach())


# --- wrong in eps and defaults ------------------------------------------------------------------


class FixedEps(Torch):
    """ignores the eps it is given."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, 1e-5, momentum)


class EpsOutside(Torch):
    """adds eps outside the root."""

    def forward(self, x):
        y = super().forward(x)
        var = moments(x)[1] if self.training else self.running_var
        ratio = torch.sqrt(var + self.eps) / (torch.sqrt(var) + self.eps)
        bias = along(x, self.bias)
        return (y - bias) * along(x, ratio) + bias


class NoEpsInEvaluation(Torch):
    """forgets eps in evaluation."""

    def forward(self, x):
        if self.training:
            return super().forward(x)
        return self.normalized(x, self.running_mean, self.running_var - self.eps + 1e-12)


class OtherEps(Torch):
    """has another default eps."""

    def __init__(self, num_features, eps=1e-3, momentum=0.1):
        super().__init__(num_features, eps, momentum)


class OtherMomentum(Torch):
    """has another default momentum."""

    def __init__(self, num_features, eps=1e-5, momentum=0.01):
        super().__init__(num_features, eps, momentum)


class NoneIsDefault(Torch):
    """takes the momentum None for the default."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, 0.1 if momentum is None else momentum)


class NoneIsZero(Torch):
    """never moves its running statistics where momentum is None."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum or 0.0)
