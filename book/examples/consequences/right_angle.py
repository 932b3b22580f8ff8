import torch
from torch.nn import functional as F

torch.manual_seed(0)
x, target = torch.randn(64, 10), torch.randn(64, 1)
w = torch.randn(1, 10)

for length in 1, 10:
    leaf = (length * w).requires_grad_()
    y = F.batch_norm(F.linear(x, leaf), None, None, training=True)
    F.mse_loss(y, target).backward()
    cosine = F.cosine_similarity(leaf, leaf.grad).item()
    print(f"length x {length}: cosine {abs(cosine):.1f},", end=" ")
    print(f"gradient {leaf.grad.norm():.3f}")
