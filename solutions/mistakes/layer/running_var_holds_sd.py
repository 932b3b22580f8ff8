"""The running variance is moved towards the standard deviation.

loses: BatchNorm.track
hint: Your running variance moves towards the standard deviation. It keeps a variance; the root is
    taken where it is used.
read: inference-update
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked += 1
        momentum = self.momentum
        if momentum is None:
            momentum = 1 / self.num_batches_tracked.item()
        self.running_mean.mul_(1 - momentum).add_(momentum * mean)
        self.running_var.mul_(1 - momentum).add_(momentum * torch.sqrt(var * n / (n - 1)))
