import torch
from torch import nn

means = {"before": [], "behind": []}


def watch(bn, inputs, output):
    means["before"].append(inputs[0].detach().mean(0))
    means["behind"].append(output.detach().mean(0))


torch.manual_seed(0)
linear, bn = nn.Linear(8, 16), nn.BatchNorm1d(16)
handle = bn.register_forward_hook(watch)
for _ in range(3):
    bn(linear(5 + torch.randn(256, 8)))
    with torch.no_grad():
        linear.weight += 0.1 * torch.randn(16, 8)  # stands for a step
handle.remove()

for place, found in means.items():
    step = torch.stack(found).diff(dim=0).abs().max().item()
    print(f"{place} batch norm the means move by {step:.1f}")
