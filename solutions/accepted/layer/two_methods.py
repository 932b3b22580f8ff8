"""One method for each mode, torch's var_mean, and lerp for the update."""


class BatchNorm(BatchNorm):
    def forward(self, x):
        return (
            self._training(x)
            if self.training
            else self._affine(x, self.running_mean, self.running_var)
        )

    def _training(self, x):
        axes = tuple(axis for axis in range(x.ndim) if axis != 1)
        count = x[:, 0].numel()
        if count <= 1:
            raise ValueError(f"BatchNorm: values per channel is {count}, expected at least 2.")
        wide = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
        var, mean = torch.var_mean(wide, dim=axes, unbiased=False)
        self.track(mean, var, count)
        return self._affine(x, mean, var)

    def _affine(self, x, mean, var):
        per_channel = [1] * x.ndim
        per_channel[1] = -1
        scale = (self.weight * torch.rsqrt(var + self.eps)).reshape(per_channel)
        centred = x - mean.reshape(per_channel)
        return (centred * scale + self.bias.reshape(per_channel)).to(x.dtype)

    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked += 1
        share = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
        unbiased = var * n / (n - 1)
        self.running_mean.lerp_(mean.to(self.running_mean), share)
        self.running_var.lerp_(unbiased.to(self.running_var), share)
