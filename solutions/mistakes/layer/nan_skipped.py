"""A batch that is not finite is not tracked.

loses: BatchNorm.track
hint: Your track leaves out a batch with a nan, so the running statistics look well while the
    training is not. Take in every batch, as torch does.
read: layer-track
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        if not torch.isfinite(mean).all():
            return
        self.num_batches_tracked += 1
        momentum = self.momentum
        if momentum is None:
            momentum = 1 / self.num_batches_tracked.item()
        self.running_mean.mul_(1 - momentum).add_(momentum * mean)
        self.running_var.mul_(1 - momentum).add_(momentum * var * n / (n - 1))
