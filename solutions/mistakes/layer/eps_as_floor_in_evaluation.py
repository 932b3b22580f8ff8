"""Eps replaces a small variance in evaluation.

loses: BatchNorm.forward
hint: Your training is right, but in evaluation eps is a lower bound of the variance. It is
    added to every variance, large or small.
read: inference-eps
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
            var, mean = torch.var_mean(wide, dim=axes, correction=0)
            self.track(mean.detach(), var.detach(), n)
        shape = (-1, *[1] * len(axes[1:]))  # (C,) -> (C, 1, 1)
        mean, var, weight, bias = (p.view(shape) for p in (mean, var, self.weight, self.bias))
        var = var + self.eps if self.training else var.clamp(min=self.eps)
        y = (wide - mean) / torch.sqrt(var) * weight + bias
        return y.to(x.dtype)
