import torch
from torch import nn

seen = {"before": [], "behind": []}


def watch(bn, inputs, output):
    seen["before"].append(inputs[0].detach())
    seen["behind"].append(output.detach())


torch.manual_seed(0)
linear, bn = nn.Linear(8, 16), nn.BatchNorm1d(16)
handle = bn.register_forward_hook(watch)
for _ in range(2):
    bn(linear(5 + torch.randn(256, 8)))
    with torch.no_grad():
        linear.weight += 0.1 * torch.randn(16, 8)  # stands for a step
handle.remove()

for place, (old, new) in seen.items():
    moved = (new.mean(0) - old.mean(0)).abs().mean()
    drift = moved / new.std(0, correction=0).mean()
    print(f"drift {place} batch norm: {drift:.2f}")
