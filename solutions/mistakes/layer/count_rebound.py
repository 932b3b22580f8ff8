"""A new tensor is bound to the name num_batches_tracked.

loses: BatchNorm.track
hint: Your layer counts in a new tensor each time. Whoever holds the old one, such as a copy on
    another device, never sees the count move; write into it, as with add_.
read: layer-buffers
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked = self.num_batches_tracked + 1
        momentum = self.momentum
        if momentum is None:
            momentum = 1 / self.num_batches_tracked.item()
        self.running_mean.mul_(1 - momentum).add_(momentum * mean)
        self.running_var.mul_(1 - momentum).add_(momentum * var * n / (n - 1))
