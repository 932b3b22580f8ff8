"""The running statistics are parameters.

loses: BatchNorm.track
hint: Your running statistics are parameters, so the optimizer moves them too. They are not
    learned by gradient; register them as buffers.
read: layer-buffers
"""


class BatchNorm(BatchNorm):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        del self.running_mean, self.running_var
        self.running_mean = nn.Parameter(torch.zeros(num_features))
        self.running_var = nn.Parameter(torch.ones(num_features))
