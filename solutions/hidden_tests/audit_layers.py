"""Layers that claim to be batch norm: a few are right, each of the others is wrong in one way.

Each is torch's layer with one thing changed, so none holds an answer. They reach the worker as
source, one at a time and without name or docstring; a docstring here completes "a layer that".
None of them raises where torch's layer does not: an audit must see what they compute.
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


# --- wrong in evaluation ------------------------------------------------------------------------


class AlwaysBatch(Torch):
    """uses the batch in evaluation too."""

    def forward(self, x):
        if self.training:
            return super().forward(x)
        mean, var, _ = moments(x)
        return self.normalized(x, mean, var)


class BatchMean(Torch):
    """takes off the mean of the batch in evaluation."""

    def forward(self, x):
        if self.training:
            return super().forward(x)
        return self.normalized(x, moments(x)[0], self.running_var)


class PlainEvaluation(Torch):
    """drops weight and bias in evaluation."""

    def forward(self, x):
        y = super().forward(x)
        if self.training:
            return y
        mean, var = self.running_mean, self.running_var
        xhat = F.batch_norm(x, mean, var, None, None, False, 0.0, self.eps)
        return xhat + 0 * y


class ModeByGradient(Torch):
    """trains whenever gradients are on."""

    def forward(self, x):
        mode = self.training
        self.training = torch.is_grad_enabled() and len(x) > 1
        y = super().forward(x)
        self.training = mode
        return y


class LearnsInEvaluation(Torch):
    """updates its running statistics in evaluation."""

    def forward(self, x):
        mean, var, n = moments(x)
        if self.training or n == 1:
            return super().forward(x)
        y = self.normalized(x, self.running_mean.clone(), self.running_var.clone())
        share = self.share()
        self.keep("running_mean", (1 - share) * self.running_mean + share * mean)
        self.keep("running_var", (1 - share) * self.running_var + share * var * n / (n - 1))
        return y


# --- wrong in the running statistics ------------------------------------------------------------


class NeverLearns(Torch):
    """never updates its running statistics."""

    def forward(self, x):
        before = {name: each.clone() for name, each in self.named_buffers()}
        y = super().forward(x)
        for name, value in before.items():
            self.keep(name, value)
        return y


class MeanOnly(Torch):
    """updates the running mean only."""

    def forward(self, x):
        before = self.running_var.clone()
        y = super().forward(x)
        self.keep("running_var", before)
        return y


class Reversed(Torch):
    """reads momentum as the weight of the old value."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum and 1 - momentum)


class FixedMomentum(Torch):
    """ignores the momentum it is given."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps)


class LastBatch(Torch):
    """remembers the last batch only."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, 1.0)


class FirstBatch(Torch):
    """learns from the first batch only."""

    def forward(self, x):
        mean, var = self.running_mean.clone(), self.running_var.clone()
        y = super().forward(x)
        if self.num_batches_tracked > 1:
            self.keep("running_mean", mean)
            self.keep("running_var", var)
        return y


class BiasedMemory(Torch):
    """puts the biased variance into running_var."""

    def forward(self, x):
        y = super().forward(x)
        _, var, n = moments(x)
        if self.training:
            self.keep("running_var", self.running_var - self.share() * var / (n - 1))
        return y


class EpsInMemory(Torch):
    """puts the variance plus eps into running_var."""

    def forward(self, x):
        y = super().forward(x)
        if self.training:
            self.keep("running_var", self.running_var + self.share() * self.eps)
        return y


# --- wrong on images ----------------------------------------------------------------------------


class PerPixel(Torch):
    """normalizes each pixel over the batch."""

    def forward(self, x):
        y = super().forward(x)
        if not self.training or x.ndim == 2:
            return y
        var, mean = torch.var_mean(x, 0, correction=0)
        xhat = (x - mean) / torch.sqrt(var + self.eps)
        return along(x, self.weight) * xhat + along(x, self.bias)


class PerSample(Torch):
    """normalizes each image by itself."""

    def forward(self, x):
        y = super().forward(x)
        if not self.training or x.ndim == 2:
            return y
        axes = list(range(2, x.ndim))
        var, mean = torch.var_mean(x, axes, correction=0, keepdim=True)
        xhat = (x - mean) / torch.sqrt(var + self.eps)
        return along(x, self.weight) * xhat + along(x, self.bias)


class CountsImages(Torch):
    """counts images, not values, for the unbiased variance."""

    def forward(self, x):
        y = super().forward(x)
        _, var, n = moments(x)
        if self.training and len(x) > 1:
            excess = var * len(x) / (len(x) - 1) - var * n / (n - 1)
            self.keep("running_var", self.running_var + self.share() * excess)
        return y


# --- wrong in the gradient ----------------------------------------------------------------------


class Detached(Torch):
    """takes mean and variance as constants in the gradient."""

    def forward(self, x):
        if not self.training:
            return super().forward(x)
        with torch.no_grad():
            super().forward(x)
        mean, var, _ = moments(x)
        return self.normalized(x, mean, var)


class DetachedVariance(Torch):
    """takes the variance as a constant in the gradient."""

    def forward(self, x):
        if not self.training:
            return super().forward(x)
        with torch.no_grad():
            super().forward(x)
        axes = [0, *range(2, x.ndim)]
        centred = x - x.mean(axes, keepdim=True)
        return self.normalized(centred, torch.zeros_like(self.running_mean), moments(x)[1])


class MeanGradient(Torch):
    """averages the gradient of its weight."""

    def forward(self, x):
        y, n = super().forward(x), x.numel() // x.shape[1]
        unpack = F.batch_norm(
            x.detach(), *([None, None] if self.training else [self.running_mean, self.running_var]),
            self.weight, None, self.training, 0.0, self.eps,
        )  # fmt: skip
        return y - (1 - 1 / n) * (unpack - unpack.detach())


class TrainingGradient(Torch):
    """sends back the gradient of training in evaluation."""

    def forward(self, x):
        y = super().forward(x)
        if self.training or x.numel() == x.shape[1]:
            return y
        other = F.batch_norm(x, None, None, self.weight, self.bias, True, 0.0, self.eps)
        return y.detach() + other - other.detach()


# --- wrong in manners ---------------------------------------------------------------------------


class InPlace(Torch):
    """changes its input."""

    def forward(self, x):
        y = super().forward(x.clone())
        x.data.sub_(along(x, moments(x)[0]))
        return y


class Cancellation(Torch):
    """takes the variance as a difference of large squares."""

    def forward(self, x):
        y = super().forward(x)
        if not self.training:
            return y
        mean, var, _ = moments(x)
        rough = moments(x * x)[0] - mean * mean
        ratio = torch.sqrt((var + self.eps) / (rough.clamp(min=0) + self.eps))
        bias = along(x, self.bias)
        return (y - bias) * along(x, ratio) + bias
