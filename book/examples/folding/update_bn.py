import torch
from torch import nn
from torch.optim.swa_utils import update_bn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 2))
x = torch.randn(1000, 4)
loader = x.split(100)  # images without labels will do

update_bn(loader, model.eval())
print(f"measured: deviation {model[:2](x).std():.1f}")
with torch.no_grad():
    model[0].weight *= 3
print(f"tripled:  deviation {model[:2](x).std():.1f}")
update_bn(loader, model)
print(f"again:    deviation {model[:2](x).std():.1f}")
print("mode and momentum:", model.training, model[1].momentum)
