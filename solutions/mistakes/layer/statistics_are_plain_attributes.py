"""The running statistics are tensors that the module does not know of.

loses: BatchNorm.forward, BatchNorm.track
hint: Your running statistics are plain attributes. The module does not save them, nor convert or
    move them with itself; register them as buffers.
read: layer-buffers
"""


class BatchNorm(BatchNorm):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        nn.Module.__init__(self)
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.running_mean = torch.zeros(num_features)
        self.running_var = torch.ones(num_features)
        self.num_batches_tracked = torch.tensor(0)
