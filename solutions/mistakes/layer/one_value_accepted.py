"""One value per channel is not refused.

loses: BatchNorm.forward
hint: Your layer takes one value per channel in training. That value is its own mean: the output
    is the bias whatever x is, and the running variance is divided by zero.
read: layer-one-value
"""


class BatchNorm(BatchNorm):
    def forward(self, x):
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        axes = [0, *range(2, x.dim())]
        mean, var = self.running_mean, self.running_var
        if self.training:
            n = x.numel() // x.shape[1]
            var, mean = torch.var_mean(wide, dim=axes, correction=0)
            self.track(mean.detach(), var.detach(), n)
        shape = (-1, *[1] * len(axes[1:]))  # (C,) -> (C, 1, 1)
        mean, var, weight, bias = (p.view(shape) for p in (mean, var, self.weight, self.bias))
        y = (wide - mean) / torch.sqrt(var + self.eps) * weight + bias
        return y.to(x.dtype)
