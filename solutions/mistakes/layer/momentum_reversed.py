"""Momentum weighs the old statistic.

loses: BatchNorm.track
hint: Your momentum is the weight of the old statistic. Here, as in torch, it is the weight of the
    new one; other libraries use the other convention under the same name.
read: inference-momentum
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked += 1
        momentum = self.momentum
        if momentum is None:
            momentum = 1 - 1 / self.num_batches_tracked.item()
        self.running_mean.mul_(momentum).add_((1 - momentum) * mean)
        self.running_var.mul_(momentum).add_((1 - momentum) * var * n / (n - 1))
