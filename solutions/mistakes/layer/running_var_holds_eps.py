"""The running variance takes in var + eps.

loses: BatchNorm.track
hint: Your running variance takes in the variance with eps already added. It is a plain estimate;
    eps is added where it is used.
read: inference-eps
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked += 1
        momentum = self.momentum
        if momentum is None:
            momentum = 1 / self.num_batches_tracked.item()
        self.running_mean.mul_(1 - momentum).add_(momentum * mean)
        self.running_var.mul_(1 - momentum).add_(momentum * (var * n / (n - 1) + self.eps))
