"""The statistics of the last batch replace the running ones.

loses: BatchNorm.track
hint: Your running statistics are those of the last batch: all earlier ones are forgotten. They
    keep a share of their old value.
read: inference-update
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked += 1
        self.running_mean.copy_(mean)
        self.running_var.copy_(var * n / (n - 1))
