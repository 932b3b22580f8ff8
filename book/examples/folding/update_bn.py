import torch
from torch import nn
from torch.optim.swa_utils import update_bn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 2))
loader = torch.randn(1000, 4).split(100)  # images without labels will do
with torch.no_grad():
    model[0].weight *= 3  # the weights were changed, or the data

model.eval()
print(f"before: deviation {model[:2](loader[0]).std():.1f}")
update_bn(loader, model)
print(f"after:  deviation {model[:2](loader[0]).std():.1f}")
print("mode and momentum:", model.training, model[1].momentum)
