import numpy as np
import torch

x = [1.0, 3.0, 3.0, 9.0]
print("numpy.var", np.var(x), "and with ddof=1", np.var(x, ddof=1))
print("torch.var", torch.tensor(x).var().item())
