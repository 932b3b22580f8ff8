import torch

mean = torch.zeros(3)  # one number per channel
for shape in (2, 3, 4, 4), (2, 3, 4, 3):
    try:
        (torch.ones(shape) - mean).sum()
        print(shape, "no complaint: one number per column")
    except RuntimeError as error:
        print(shape, error)
