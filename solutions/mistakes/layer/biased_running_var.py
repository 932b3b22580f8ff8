"""The running variance takes in the biased variance.

loses: BatchNorm.track
hint: Your running variance takes in the variance as it comes, divided by n. It estimates the
    data's variance and takes the unbiased one, divided by n - 1.
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
        self.running_var.mul_(1 - momentum).add_(momentum * var)
