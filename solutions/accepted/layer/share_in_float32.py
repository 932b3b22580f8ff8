"""Rank 4 for all; the share of a batch without a momentum is a float32 number."""


class BatchNorm(BatchNorm):
    def forward(self, x):
        z = x[(...,) + (None,) * (4 - x.dim())]
        z = z.to(torch.promote_types(z.dtype, torch.float32))
        mean, var = self.running_mean, self.running_var
        if self.training:
            n = z[:, 0].numel()
            if n < 2:
                raise ValueError(f"BatchNorm: values per channel is {n}, expected at least 2.")
            mean = z.mean(dim=(0, 2, 3))
            var = (z - self._column(mean)).square().mean(dim=(0, 2, 3))
            self.track(mean=mean.detach(), var=var.detach(), n=torch.tensor(n))
        xhat = (z - self._column(mean)) / self._column(torch.sqrt(var + self.eps))
        y = self._column(self.weight) * xhat + self._column(self.bias)
        return y.reshape(x.shape).to(x.dtype)

    @staticmethod
    def _column(values):
        return values[None, :, None, None]

    @torch.no_grad()
    def track(self, mean, var, n):
        buffers = dict(self.named_buffers())
        buffers["num_batches_tracked"].add_(1)
        share = self.momentum
        if share is None:
            share = float(1 / buffers["num_batches_tracked"])
        for name, new in (("running_mean", mean), ("running_var", var * (n / (n - 1)))):
            buffers[name] += share * (new - buffers[name])
