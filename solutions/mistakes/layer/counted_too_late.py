"""The batch is counted after its weight is computed.

loses: BatchNorm.track
hint: Your layer counts a batch after it has computed its weight, so with momentum None the first
    one divides by zero. Count first.
read: layer-track
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        momentum = self.momentum
        if momentum is None:
            momentum = 1 / self.num_batches_tracked
        self.running_mean.mul_(1 - momentum).add_(momentum * mean)
        self.running_var.mul_(1 - momentum).add_(momentum * var * n / (n - 1))
        self.num_batches_tracked += 1
