"""More layers, as `audit_layers.py` explains: wrong in state, evaluation or refusals alone."""

# --- wrong in state -------------------------------------------------------------------------------


class MeanOutside(Torch):
    """keeps its running mean outside its state."""

    def forward(self, x):
        if not self.training:
            mean = getattr(self, "mean", self.running_mean)
            mean = mean.to(self.running_var.dtype, copy=True)
            return self.normalized(x, mean, self.running_var.clone())
        saved = self.running_mean.clone()
        if hasattr(self, "mean"):
            self.keep("running_mean", self.mean)
        y = super().forward(x)
        self.mean = self.running_mean.clone()
        self.keep("running_mean", saved)
        return y


class VarianceOutside(Torch):
    """keeps its running variance of rows outside its state."""

    def forward(self, x):
        if x.ndim != 2:
            return super().forward(x)
        if not self.training:
            var = getattr(self, "var", self.running_var)
            var = var.to(self.running_mean.dtype, copy=True)
            return self.normalized(x, self.running_mean.clone(), var)
        saved = self.running_var.clone()
        if hasattr(self, "var"):
            self.keep("running_var", self.var)
        y = super().forward(x)
        self.var = self.running_var.clone()
        self.keep("running_var", saved)
        return y


class OtherNames(Torch):
    """has other names for its weight and its bias."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        self.scale = self._parameters.pop("weight")
        self.shift = self._parameters.pop("bias")

    def forward(self, x):
        if self.training:
            self.num_batches_tracked += 1
        share = self.share() if self.training else 0.0
        state = self.running_mean, self.running_var, self.scale, self.shift
        return F.batch_norm(x, *state, self.training, share, self.eps)


# --- wrong in evaluation --------------------------------------------------------------------------


class BiasTwice(Torch):
    """adds its bias a second time in evaluation, but not to its gradient."""

    def forward(self, x):
        y = super().forward(x)
        return y if self.training else y + along(x, self.bias.detach())


# --- wrong in what they refuse --------------------------------------------------------------------


class OneRow(Torch):
    """accepts one row in training, but not one pixel."""

    def forward(self, x):
        if self.training and x.ndim == 2 and len(x) == 1:
            return self.normalized(x, x.detach().flatten(), torch.ones_like(self.running_var))
        return super().forward(x)


class OnePixel(Torch):
    """accepts one pixel in training, but not one row."""

    def forward(self, x):
        if self.training and x.ndim == 4 and x.numel() == x.shape[1]:
            return self.normalized(x, x.detach().flatten(), torch.ones_like(self.running_var))
        return super().forward(x)


class OtherError(Torch):
    """refuses one value per channel, but not with a ValueError."""

    def forward(self, x):
        if self.training and x.numel() == x.shape[1]:
            raise RuntimeError("one value")
        return super().forward(x)


class RaisesOnRows(Torch):
    """raises a ValueError where it should train on rows."""

    def forward(self, x):
        if self.training and x.ndim == 2 and len(x) > 1:
            raise ValueError("expected images")
        return super().forward(x)
