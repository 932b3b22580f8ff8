"""Statistics of half precision are computed in half precision.

loses: BatchNorm.forward
hint: Your statistics are computed in the dtype of x. In half precision a deviation of 256
    overflows when it is squared; compute in float32.
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
            mean = x.mean(dim=axes)
            deviations = x - x.mean(dim=axes, keepdim=True)
            var = deviations.square().mean(dim=axes)
            self.track(mean.detach(), var.detach(), n)
        shape = (-1, *[1] * len(axes[1:]))  # (C,) -> (C, 1, 1)
        mean, var, weight, bias = (p.view(shape) for p in (mean, var, self.weight, self.bias))
        y = (wide - mean) / torch.sqrt(var + self.eps) * weight + bias
        return y.to(x.dtype)
