"""Momentum None is taken for 0.1.

loses: BatchNorm.track
hint: Your layer takes momentum None for the default of 0.1. None asks for the plain average over
    all batches so far.
read: layer-track
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked += 1
        momentum = 0.1 if self.momentum is None else self.momentum
        self.running_mean.mul_(1 - momentum).add_(momentum * mean)
        self.running_var.mul_(1 - momentum).add_(momentum * var * n / (n - 1))
