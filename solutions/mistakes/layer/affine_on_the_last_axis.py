"""Weight and bias are left to broadcast on the last axis.

loses: BatchNorm.forward
hint: Your weight and bias line up with the last axis, which is the channels only for rows. Give
    them axes for what follows the channels.
read: layer-ranks
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
        mean, var = mean.view(shape), var.view(shape)
        y = (wide - mean) / torch.sqrt(var + self.eps) * self.weight + self.bias
        return y.to(x.dtype)
