"""More layers, as `audit_layers.py` explains: wrong on images, in the gradient, in manners."""

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


class DetachedRows(Torch):
    """takes mean and variance of rows as constants in the gradient, those of images not."""

    def forward(self, x):
        if not self.training or x.ndim != 2:
            return super().forward(x)
        with torch.no_grad():
            super().forward(x)
        mean, var, _ = moments(x)
        return self.normalized(x, mean, var)


class DetachedImages(Torch):
    """takes mean and variance of images as constants in the gradient, those of rows not."""

    def forward(self, x):
        if not self.training or x.ndim != 4:
            return super().forward(x)
        with torch.no_grad():
            super().forward(x)
        mean, var, _ = moments(x)
        return self.normalized(x, mean, var)


class HalfTheBias(Torch):
    """sends half of the gradient to its bias."""

    def forward(self, x):
        half = along(x, self.bias / 2)
        return super().forward(x) - (half - half.detach())


# --- wrong in manners ---------------------------------------------------------------------------


class InPlace(Torch):
    """changes its input."""

    def forward(self, x):
        y = super().forward(x.clone())
        x.data.sub_(along(x, moments(x)[0]))
        return y


class InPlaceInEvaluation(Torch):
    """changes its input in evaluation."""

    def forward(self, x):
        if self.training:
            return super().forward(x)
        y = super().forward(x.clone())
        x.data.sub_(along(x, self.running_mean))
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
