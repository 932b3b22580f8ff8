"""The last axis is taken for the channels.

loses: BatchNorm.forward
hint: Your layer takes the last axis for the channels. That is right for rows only; here the
    channels are the second axis.
read: layer-ranks
"""


class BatchNorm(BatchNorm):
    def forward(self, x):
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        axes = list(range(x.dim() - 1))
        mean, var = self.running_mean, self.running_var
        if self.training:
            n = x.numel() // x.shape[-1]
            if n < 2:
                raise ValueError(f"BatchNorm: values per channel is {n}, expected at least 2.")
            var, mean = torch.var_mean(wide, dim=axes, correction=0)
            self.track(mean.detach(), var.detach(), n)
        shape = (-1,)
        mean, var, weight, bias = (p.view(shape) for p in (mean, var, self.weight, self.bias))
        y = (wide - mean) / torch.sqrt(var + self.eps) * weight + bias
        return y.to(x.dtype)
