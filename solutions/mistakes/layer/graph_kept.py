"""The update is recorded by autograd.

loses: BatchNorm.track
hint: Your update is recorded by autograd: the decorator that stops it is gone. Each step then
    keeps the graphs of all steps before, and memory grows.
read: layer-buffers
"""


class BatchNorm(BatchNorm):
    def track(self, mean, var, n):
        self.num_batches_tracked += 1
        momentum = self.momentum
        if momentum is None:
            momentum = 1 / self.num_batches_tracked.item()
        self.running_mean.mul_(1 - momentum).add_(momentum * mean)
        self.running_var.mul_(1 - momentum).add_(momentum * var * n / (n - 1))
