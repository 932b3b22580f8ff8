# %% setup
import torch
from torch import nn

torch.manual_seed(0)
bn = nn.BatchNorm1d(3)
x = torch.randn(8, 3, dtype=torch.float64) * 0.1 + 5
bn = bn.double()


def mine(x):
    return (x - x.mean(0)) / (x.std(0) + bn.eps)


before = (mine(x) - bn(x)).abs().max().item()
# %% check
ratio = (mine(x) / bn(x)).mean(0)
n = len(x)
print("mine over torch's:", [round(each, 4) for each in ratio.tolist()])
print(f"the root of (n - 1)/n is {((n - 1) / n) ** 0.5:.4f}")


# %% fix
def mine(x):
    var = x.var(0, correction=0)  # divides by n
    return (x - x.mean(0)) / (var + bn.eps).sqrt()  # eps under the root


# %% test
assert before > 0.05
assert (mine(x) - bn(x)).abs().max().item() < 1e-12
