"""The batch is returned as it is.

loses: BatchNorm.forward
hint: Your layer returns its input: nothing is normalized, in neither mode.
read: layer-modes
"""


class BatchNorm(BatchNorm):
    def forward(self, x):
        return x
