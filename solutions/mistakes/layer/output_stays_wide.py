"""The output of half precision comes back in float32.

loses: BatchNorm.forward
hint: Your output of a half-precision batch comes back in float32. The layer hands on the dtype of
    x.
read: channels-precision
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
        y = (wide - mean) / torch.sqrt(var + self.eps) * weight + bias
        return y
