# torchrun --nproc-per-node 2 hangs.py
from datetime import timedelta

import torch
import torch.distributed as dist

dist.init_process_group("gloo")
rank = dist.get_rank()
batches = 3 - rank  # the second process has one batch less

common = torch.tensor(batches)
dist.all_reduce(common, dist.ReduceOp.MIN)
for _ in range(common.item()):  # the same number of batches for all
    dist.monitored_barrier(timeout=timedelta(seconds=60))
if rank == 0:
    print("all did", common.item(), "batches")

message = ""
try:  # the batches that there are, and a barrier before each
    for _ in range(batches):
        dist.monitored_barrier(timeout=timedelta(seconds=5))
except RuntimeError as error:
    message = str(error).partition("\n")[0]
if rank == 0:
    print(message)
# %% test
assert common == 2
assert rank == 1 or "Rank 1 failed" in message, message
