"""track changes nothing.

loses: BatchNorm.track
hint: Your track changes neither the running statistics nor the count of batches. Write both
    statistics in place, and count the batch.
read: layer-track
"""


class BatchNorm(BatchNorm):
    def track(self, mean, var, n):
        return None
