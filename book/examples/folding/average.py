import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, update_bn

torch.manual_seed(0)
loader = torch.randn(1000, 4).split(100)
model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8))
averaged = AveragedModel(model)
for _ in range(2):  # stands for two points of a training
    nn.init.normal_(model[0].weight)
    update_bn(loader, model)
    averaged.update_parameters(model)

averaged.eval()
print(f"buffers of the last model: {averaged(loader[0]).std():.1f}")
update_bn(loader, averaged)
print(f"buffers measured anew:     {averaged(loader[0]).std():.1f}")
