"""The batch statistics of rows and signals are computed without gradients.

loses: BatchNorm.forward
hint: Your gradient is right for images only: for rows and signals mean and variance are treated as
    constants. One formula serves every rank.
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
                raise ValueError("BatchNorm: one value per channel, expected at least 2.")
            var, mean = torch.var_mean(wide, dim=axes, correction=0)
            self.track(mean.detach(), var.detach(), n)
            if x.dim() < 4:
                mean, var = mean.detach(), var.detach()
        mean, var, weight, bias = (
            each.view(-1, *[1] * (x.dim() - 2)) for each in (mean, var, self.weight, self.bias)
        )
        y = (wide - mean) / torch.sqrt(var + self.eps) * weight + bias
        return y.to(x.dtype)
