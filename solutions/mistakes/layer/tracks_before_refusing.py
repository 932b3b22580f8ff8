"""Track is called before the batch is refused.

loses: BatchNorm.forward
hint: Your layer refuses a batch of one value per channel after it has told track, and the running
    variance is nan from then on. Refuse first.
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
            if n < 2:
                raise ValueError("BatchNorm: one value per channel, expected at least 2.")
        mean, var, weight, bias = (
            each.view(-1, *[1] * (x.dim() - 2)) for each in (mean, var, self.weight, self.bias)
        )
        y = (wide - mean) / torch.sqrt(var + self.eps) * weight + bias
        return y.to(x.dtype)
