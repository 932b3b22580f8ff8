"""The variance is E[x^2] - E[x]^2, computed in float64.

loses: BatchNorm.forward
hint: You take off the square of the mean from the mean of the squares. float64 only moves the
    place where the digits end: around 1e8 none is left. Square the deviations.
read: moments-cancellation
"""


class BatchNorm(BatchNorm):
    def forward(self, x):
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        axes = [0, *range(2, x.dim())]
        mean, var = self.running_mean, self.running_var
        if self.training:
            n = x.numel() // x.shape[1]
            if n < 2:
                raise ValueError("BatchNorm: one value per channel, expected at least 2.")
            mean, squares = wide.double().mean(dim=axes), wide.double().square().mean(dim=axes)
            mean, var = mean.to(wide.dtype), (squares - mean**2).clamp(min=0).to(wide.dtype)
            self.track(mean.detach(), var.detach(), n)
        mean, var, weight, bias = (
            each.view(-1, *[1] * (x.dim() - 2)) for each in (mean, var, self.weight, self.bias)
        )
        y = (wide - mean) / torch.sqrt(var + self.eps) * weight + bias
        return y.to(x.dtype)
