"""An eps of 0 is taken for one that is not given.

loses: BatchNorm.forward
hint: With eps 0 your layer uses 1e-5: for Python, 0 is false. Use eps as it comes.
read: forward-eps
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
        mean, var, weight, bias = (
            each.view(-1, *[1] * (x.dim() - 2)) for each in (mean, var, self.weight, self.bias)
        )
        y = (wide - mean) / torch.sqrt(var + (self.eps or 1e-5)) * weight + bias
        return y.to(x.dtype)
