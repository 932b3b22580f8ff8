import torch
from torch import nn


class FrozenBatchNorm(nn.BatchNorm2d):
    """A batch norm that stays in evaluation mode, whoever calls train()."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.eval()

    def train(self, mode=True):
        return super().train(False)


torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(1, 4, 3), FrozenBatchNorm(4), nn.ReLU())
for _ in range(3):
    model(torch.randn(8, 1, 8, 8))
    model.train()  # as training loops do
print("training:", model.training, model[1].training)
print("batches counted:", model[1].num_batches_tracked.item())
