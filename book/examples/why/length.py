import torch
from torch.nn import functional as F

torch.manual_seed(0)
x, target = torch.randn(2, 256, 2, dtype=torch.float64)
for length in 0.5, 5, 50:
    w = torch.tensor([[0.6, 0.8]], dtype=torch.float64) * length
    w.requires_grad_()
    y = F.batch_norm(F.linear(x, w), None, None, training=True)
    F.mse_loss(y, target[:, :1]).backward()
    new = w - 0.1 * w.grad  # a step of gradient descent
    angle = torch.rad2deg(F.cosine_similarity(w, new).arccos()).item()
    print(f"length {length:3}: turned by {angle:.0e} degrees")
