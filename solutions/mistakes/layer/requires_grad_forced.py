"""Gradients are switched on for the caller's batch.

loses: BatchNorm.forward
hint: Your layer switches on requires_grad for the batch it was given. Whether it needs a gradient
    is for its owner to say; autograd follows your operations anyway.
read: forward-purity
"""


class BatchNorm(BatchNorm):
    def forward(self, x):
        if x.is_leaf:
            x.requires_grad_()
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
        return y.to(x.dtype)
