"""Num_batches_tracked is never updated.

loses: BatchNorm.track
hint: Your layer does not count its batches. The count is part of its state, and without a
    momentum it decides the weight.
read: layer-track
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        momentum = self.momentum
        if momentum is None:
            momentum = 1 / (self.num_batches_tracked.item() + 1)
        self.running_mean.mul_(1 - momentum).add_(momentum * mean)
        self.running_var.mul_(1 - momentum).add_(momentum * var * n / (n - 1))
