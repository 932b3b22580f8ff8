"""New tensors are bound to the buffers' names.

loses: BatchNorm.track
hint: Your layer puts new tensors in the place of its buffers. Whoever holds the old ones, such as
    a copy on another device, never sees the update; write into them.
read: layer-buffers
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked += 1
        momentum = self.momentum
        if momentum is None:
            momentum = 1 / self.num_batches_tracked.item()
        self.running_mean = (1 - momentum) * self.running_mean + momentum * mean
        self.running_var = (1 - momentum) * self.running_var + momentum * var * n / (n - 1)
