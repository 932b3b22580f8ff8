"""One channel at a time, in forward and in track."""


class BatchNorm(BatchNorm):
    def forward(self, x):
        channels = [channel.to(torch.float64) for channel in x.unbind(dim=1)]
        mean, var = self.running_mean, self.running_var
        if self.training:
            if channels[0].numel() < 2:
                raise ValueError("BatchNorm: values per channel is 1, expected at least 2.")
            mean = torch.stack([channel.mean() for channel in channels])
            var = torch.stack([channel.var(correction=0) for channel in channels])
            self.track(mean.detach(), var.detach(), channels[0].numel())
        outputs = []
        for j, channel in enumerate(channels):
            xhat = (channel - mean[j]) / (var[j] + self.eps) ** 0.5
            outputs.append(self.weight[j] * xhat + self.bias[j])
        return torch.stack(outputs, dim=1).to(x.dtype)

    def track(self, mean, var, n):
        with torch.no_grad():
            self.num_batches_tracked.add_(1)
            seen = int(self.num_batches_tracked)
            for j in range(self.num_features):
                for running, new in (
                    (self.running_mean, mean[j]),
                    (self.running_var, var[j] * n / (n - 1)),
                ):
                    if self.momentum is None:
                        running[j] = (running[j] * (seen - 1) + new) / seen
                    else:
                        running[j] = running[j] * (1 - self.momentum) + new * self.momentum
