"""Momentum None is taken for zero.

loses: BatchNorm.track
hint: Your layer takes momentum None for zero, and learns nothing. None asks for the plain average
    over all batches so far.
read: layer-track
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked += 1
        momentum = self.momentum or 0.0
        self.running_mean.mul_(1 - momentum).add_(momentum * mean)
        self.running_var.mul_(1 - momentum).add_(momentum * var * n / (n - 1))
