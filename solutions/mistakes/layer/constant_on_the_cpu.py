"""A tensor is made without saying on which device.

loses: BatchNorm.forward
hint: Your forward makes a tensor without saying where. On a GPU it stays on the CPU, and torch
    refuses to mix the two. Make it where x is: device=x.device.
read: layer-buffers
"""


class BatchNorm(BatchNorm):
    def forward(self, x):
        offset = torch.zeros(x.shape[1], dtype=x.dtype)
        return super().forward(x) + offset.view(-1, *[1] * (x.ndim - 2))
