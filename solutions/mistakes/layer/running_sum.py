"""The new statistic is added, and the old one keeps its full weight.

loses: BatchNorm.track
hint: Your old statistic keeps its full weight while the new one is added, so the result grows
    with every batch. The two weights must add up to 1.
read: inference-update
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked += 1
        momentum = self.momentum
        if momentum is None:
            momentum = 1 / self.num_batches_tracked.item()
        self.running_mean.add_(momentum * mean)
        self.running_var.add_(momentum * var * n / (n - 1))
