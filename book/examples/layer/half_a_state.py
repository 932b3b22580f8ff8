import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 1))
for _ in range(100):
    model(5 + 2 * torch.randn(64, 4))
x, model = 5 + 2 * torch.randn(1000, 4), model.eval()

parameters = dict(model.named_parameters())
for saved in model.state_dict(), parameters:
    fresh = nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 1)
    )
    left = fresh.load_state_dict(saved, strict=False).missing_keys
    same = torch.equal(fresh.eval()(x), model(x))
    print(f"missing: {len(left)} keys, same answers: {same}")
