"""The running variance starts at 0.

loses: BatchNorm.track
hint: Your running variance starts at zero, and the first evaluations divide by next to nothing.
    It starts at one.
read: layer-buffers
"""


class BatchNorm(BatchNorm):
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__(num_features, eps, momentum)
        self.running_var.zero_()
