"""The correction is written into the caller's var.

loses: BatchNorm.track
hint: Your correction is written into the variance you were given, and forward is about to
    normalize with it. Work on a new tensor.
read: layer-track
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked += 1
        momentum = self.momentum
        if momentum is None:
            momentum = 1 / self.num_batches_tracked.item()
        self.running_mean.mul_(1 - momentum).add_(momentum * mean)
        var *= n / (n - 1)
        self.running_var.mul_(1 - momentum).add_(momentum * var)
