"""The variance is multiplied by (n - 1) / n.

loses: BatchNorm.track
hint: Your correction makes the variance smaller. The biased variance is too small, so the
    correction makes it larger.
read: inference-unbiased
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked += 1
        momentum = self.momentum
        if momentum is None:
            momentum = 1 / self.num_batches_tracked.item()
        self.running_mean.mul_(1 - momentum).add_(momentum * mean)
        self.running_var.mul_(1 - momentum).add_(momentum * var * (n - 1) / n)
