"""With momentum None, new tensors are bound to the buffers' names.

loses: BatchNorm.track
hint: With momentum None your layer puts new tensors in the place of its buffers. Whoever holds the
    old ones never sees the update; write into them, as you do with a momentum.
read: layer-buffers
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked += 1
        momentum = self.momentum
        if momentum is None:
            share = 1 / self.num_batches_tracked.item()
            self.running_mean = (1 - share) * self.running_mean + share * mean
            self.running_var = (1 - share) * self.running_var + share * var * n / (n - 1)
            return
        self.running_mean.mul_(1 - momentum).add_(momentum * mean)
        self.running_var.mul_(1 - momentum).add_(momentum * var * n / (n - 1))
