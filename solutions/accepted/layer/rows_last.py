"""Every rank becomes rows of channels; the update is a step towards the batch."""


class BatchNorm(BatchNorm):
    def forward(self, x):
        rows = x.movedim(1, -1)
        moved = rows.shape
        rows = rows.reshape(-1, self.num_features).double()
        if self.training and len(rows) == 1:
            raise ValueError("BatchNorm: values per channel is 1, expected at least 2.")
        if self.training:
            mean = rows.mean(dim=0)
            var = (rows - mean).pow(2).mean(dim=0)
            self.track(mean, var, len(rows))
        else:
            mean, var = self.running_mean, self.running_var
        y = self.weight * (rows - mean) / torch.sqrt(var + self.eps) + self.bias
        return y.reshape(moved).movedim(-1, 1).to(x.dtype)

    @torch.no_grad()
    def track(self, mean, var, n):
        self.num_batches_tracked.copy_(self.num_batches_tracked + 1)
        weight = self.momentum
        if weight is None:
            weight = 1.0 / float(self.num_batches_tracked)
        self.running_mean += weight * (mean - self.running_mean)
        self.running_var += weight * (var * (n / (n - 1)) - self.running_var)
