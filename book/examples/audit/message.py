import torch
from torch.nn import functional as F

x = torch.tensor([[1.0], [3.0], [3.0], [9.0]], dtype=torch.float64)
expected = F.batch_norm(x, None, None, training=True, eps=0.5)
wrong = F.batch_norm(x, None, None, training=True, eps=1e-5)
try:
    torch.testing.assert_close(wrong, expected)
except AssertionError as error:
    print(*str(error).splitlines()[:3], sep="\n")
