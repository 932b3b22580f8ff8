"""Of the half-precision dtypes only float16 is widened.

loses: BatchNorm.forward
hint: Your layer computes float16 in float32 but bfloat16 as it comes, with 8 bits. Both are half
    precision; ask torch.promote_types for a dtype that is wide enough.
read: layer-half
"""


class BatchNorm(BatchNorm):
    def forward(self, x):
        wide = x.float() if x.dtype == torch.float16 else x
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
        y = (wide - mean) / torch.sqrt(var + self.eps) * weight + bias
        return y.to(x.dtype)
