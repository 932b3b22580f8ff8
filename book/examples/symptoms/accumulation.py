# %% setup
import torch
from torch import nn

torch.manual_seed(0)
x, target = torch.randn(64, 8), torch.randn(64, 1)


def make(norm):
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Linear(8, 16), norm, nn.ReLU(), nn.Linear(16, 1)
    )


def gradient(model, size):
    model.zero_grad()
    for i in range(0, 64, size):
        part = slice(i, i + size)
        loss = nn.functional.mse_loss(model(x[part]), target[part])
        (loss * size / 64).backward()
    return model[0].weight.grad.flatten()


def cosine(model):
    whole = gradient(model, 64).clone()
    return nn.functional.cosine_similarity(
        whole, gradient(model, 4), dim=0
    ).item()


model = make(nn.BatchNorm1d(16))
before = cosine(model)
# %% check
whole, parts = gradient(model, 64).clone(), gradient(model, 4)
angle = nn.functional.cosine_similarity(whole, parts, dim=0)
print(f"cosine of the two gradients: {angle:.1f}")
# %% fix
model = make(nn.GroupNorm(4, 16))
print(f"cosine of the two gradients: {cosine(model):.1f}")
# %% test
assert before < 0.9
assert cosine(model) > 0.9999
