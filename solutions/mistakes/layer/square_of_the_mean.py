"""The variance is the mean square minus the square of the mean.

loses: BatchNorm.forward
hint: Your variance is a difference of two large numbers, and float32 loses it where the mean is
    large. Average the squared deviations from the mean.
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
                raise ValueError(f"BatchNorm: values per channel is {n}, expected at least 2.")
            mean = wide.mean(dim=axes)
            var = wide.square().mean(dim=axes) - mean.square()
            self.track(mean.detach(), var.detach(), n)
        shape = (-1, *[1] * len(axes[1:]))  # (C,) -> (C, 1, 1)
        mean, var, weight, bias = (p.view(shape) for p in (mean, var, self.weight, self.bias))
        y = (wide - mean) / torch.sqrt(var + self.eps) * weight + bias
        return y.to(x.dtype)
