"""The running variance is kept above a threshold.

loses: BatchNorm.track
hint: Your running variance never falls below a threshold, so a channel with a small spread is
    remembered wrongly. Eps takes care of small variances, in forward.
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
        self.running_var.mul_(1 - momentum).add_(momentum * var * n / (n - 1))
        self.running_var.clamp_(min=1e-3)
