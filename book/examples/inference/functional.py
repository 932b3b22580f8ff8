import torch
from torch.nn import functional as F

x = torch.tensor([[1.0], [3.0], [3.0], [9.0]])
mean, var = torch.zeros(1), torch.ones(1)

F.batch_norm(x, mean, var, training=True, momentum=0.1)
print(
    "training wrote into its arguments:", mean.item(), round(var.item(), 2)
)
y = F.batch_norm(x, mean, var)  # training=False is the default
print(f"evaluation used them: {y[0].item():.2f}")
