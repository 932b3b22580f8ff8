"""With momentum None, the share of a batch is never less than 0.1.

loses: BatchNorm.track
hint: With momentum None your average stops being plain after ten batches: each later one gets
    a share of 0.1. The share of batch number n is 1 / n, however large n is.
read: layer-track
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked.add_(1)
        share = self.momentum
        if share is None:
            share = max(1 / self.num_batches_tracked.item(), 0.1)
        self.running_mean.mul_(1 - share).add_(share * mean)
        self.running_var.mul_(1 - share).add_(share * var * n / (n - 1))
