"""A momentum of 0 is taken for None.

loses: BatchNorm.track
hint: With momentum 0 your layer averages over all batches: for Python, 0 is false. Ask whether
    momentum is None.
read: layer-track
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked += 1
        momentum = self.momentum
        if not momentum:
            momentum = 1 / self.num_batches_tracked.item()
        self.running_mean.mul_(1 - momentum).add_(momentum * mean)
        self.running_var.mul_(1 - momentum).add_(momentum * var * n / (n - 1))
