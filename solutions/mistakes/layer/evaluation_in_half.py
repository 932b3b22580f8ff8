"""Evaluation brings the running statistics to the dtype of x.

loses: BatchNorm.forward
hint: Your evaluation rounds the running statistics to the dtype of x. A variance above 65504 is
    infinite in float16, and a mean has few digits left; bring x to float32 instead.
read: layer-half
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
        y = (wide - mean) / torch.sqrt(var + self.eps) * weight + bias
        if not self.training:
            mean, var = mean.to(x.dtype), var.to(x.dtype)
            y = (x - mean) / torch.sqrt(var + self.eps) * weight + bias
        return y.to(x.dtype)
