# torchrun --nproc-per-node 2 ddp.py
import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

dist.init_process_group("gloo")
rank = dist.get_rank()
model = DistributedDataParallel(nn.BatchNorm1d(1, momentum=1.0))
rows = [[1.0], [3.0]] if rank == 0 else [[3.0], [9.0]]
model(torch.tensor(rows))

means = [torch.zeros(1) for _ in range(2)]
dist.all_gather(means, model.module.running_mean)
if rank == 0:
    print("running means of the two processes:", [m.item() for m in means])
dist.destroy_process_group()
