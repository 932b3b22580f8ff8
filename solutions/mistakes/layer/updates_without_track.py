"""Training writes the running statistics itself and keeps the graph.

loses: BatchNorm.forward
hint: Your forward changes the running statistics without self.track, whose work that is.
    Written in forward, with gradients recorded, they also drag along the graphs of all steps
    before.
read: layer-track
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
            self.running_mean = 0.9 * self.running_mean + 0.1 * mean
            self.running_var = 0.9 * self.running_var + 0.1 * var * n / (n - 1)
        shape = (-1, *[1] * len(axes[1:]))  # (C,) -> (C, 1, 1)
        mean, var, weight, bias = (p.view(shape) for p in (mean, var, self.weight, self.bias))
        y = (wide - mean) / torch.sqrt(var + self.eps) * weight + bias
        return y.to(x.dtype)
