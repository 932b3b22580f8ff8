import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8))
x = torch.randn(16, 4)
for mode in True, False:
    exported = torch.export.export(model.train(mode), (x,))
    writes = exported.run_decompositions().graph_signature.buffers_to_mutate
    print(
        "training  " if mode else "evaluation",
        f"writes {len(writes)} buffers",
    )
try:
    exported.module().eval()
except NotImplementedError as error:
    print(error)
