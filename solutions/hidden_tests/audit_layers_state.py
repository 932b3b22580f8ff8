"""More layers, as `audit_layers.py` explains: wrong in evaluation or in their state."""

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


class BatchForRows(Torch):
    """uses the batch in the evaluation of rows, but not of images."""

    def forward(self, x):
        if self.training or x.ndim != 2:
            return super().forward(x)
        mean, var, _ = moments(x)
        return self.normalized(x, mean, var)


class BatchForImages(Torch):
    """uses the batch in the evaluation of images, but not of rows."""

    def forward(self, x):
        if self.training or x.ndim != 4:
            return super().forward(x)
        mean, var, _ = moments(x)
        return self.normalized(x, mean, var)


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


class SecondRowsForgotten(Torch):
    """learns from the first batch of rows only, and from every batch of images."""

    def forward(self, x):
        mean, var = self.running_mean.clone(), self.running_var.clone()
        y = super().forward(x)
        if x.ndim == 2 and self.num_batches_tracked > 1:
            self.keep("running_mean", mean)
            self.keep("running_var", var)
        return y


class SecondImagesForgotten(Torch):
    """learns from the first batch of images only, and from every batch of rows."""

    def forward(self, x):
        mean, var = self.running_mean.clone(), self.running_var.clone()
        y = super().forward(x)
        if x.ndim == 4 and self.num_batches_tracked > 1:
            self.keep("running_mean", mean)
            self.keep("running_var", var)
        return y


# --- wrong in the rest of the state -------------------------------------------------------------


class Uncounted(Torch):
    """never counts its batches."""

    def forward(self, x):
        y = super().forward(x)
        if self.momentum is not None:
            self.num_batches_tracked.zero_()
        return y


class CountsInEvaluation(Torch):
    """counts the batches of evaluation too."""

    def forward(self, x):
        y = super().forward(x)
        if not self.training:
            self.num_batches_tracked += 1
        return y


class StartsSilent(Torch):
    """starts with a weight of zero."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        nn.init.zeros_(self.weight)


class StartsFlat(Torch):
    """starts with a running variance of zero."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        self.running_var.zero_()


# --- wrong in what it gives back, or refuses ----------------------------------------------------


class WideOutput(Torch):
    """returns float64 for float32."""

    def forward(self, x):
        return super().forward(x).double()


class OneValue(Torch):
    """accepts one value per channel in training."""

    def forward(self, x):
        if self.training and x.numel() == x.shape[1]:
            return self.normalized(x, x.detach().flatten(), torch.ones_like(self.running_var))
        return super().forward(x)


class RaisesOnImages(Torch):
    """raises an exception where it should train on images."""

    def forward(self, x):
        if self.training and x.ndim == 4 and x.numel() > x.shape[1]:
            raise RuntimeError("expected rows")
        return super().forward(x)
