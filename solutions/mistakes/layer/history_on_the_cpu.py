"""A second memory of the means is kept as a plain tensor.

loses: BatchNorm.track
hint: Your track keeps a tensor that is no buffer. It does not move to a GPU with the layer, and
    the first batch there stops with two tensors on two devices.
read: layer-buffers
"""


class BatchNorm(BatchNorm):
    @torch.no_grad()
    def track(self, mean, var, n):
        if not hasattr(self, "total"):
            self.total = torch.zeros(self.num_features, dtype=mean.dtype)
        self.total += mean
        super().track(mean, var, n)
