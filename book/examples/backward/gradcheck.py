import torch
from torch.autograd import gradcheck
from torch.nn import functional as F


def constants(x):  # mean and variance without a gradient
    with torch.no_grad():
        mean, var = x.mean(0), x.var(0, correction=0)
    return F.batch_norm(x, mean, var)


def whole(x):
    return F.batch_norm(x, None, None, training=True)


torch.manual_seed(0)
x = torch.randn(6, 2, dtype=torch.float64, requires_grad=True)
print("same output:   ", torch.allclose(constants(x), whole(x)))
for function in whole, constants:
    right = gradcheck(function, x, raise_exception=False)
    print(f"right gradient: {right}, of {function.__name__}")
