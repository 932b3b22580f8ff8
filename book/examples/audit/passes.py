import torch

torch.manual_seed(0)
x = 3 + 2 * torch.randn(1000, 4)
wrong = (x - x.mean(0)) / x.std(0)  # the unbiased deviation, and no eps

print(
    "mean 0:     ", torch.allclose(wrong.mean(0), torch.zeros(4), atol=1e-2)
)
print(
    "deviation 1:", torch.allclose(wrong.std(0), torch.ones(4), atol=1e-2)
)
