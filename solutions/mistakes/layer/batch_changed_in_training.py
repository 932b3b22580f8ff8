"""Training centres the caller's batch through .data.

loses: BatchNorm.forward
hint: Your training changes the batch it was given. Work on a new tensor, and leave .data alone:
    autograd does not see what happens there.
read: forward-purity
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
        if self.training:
            x.data.sub_(mean.detach().to(x.dtype))
        return y.to(x.dtype)
