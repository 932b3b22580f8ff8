# %% setup
import warnings

import onnx.reference
import torch
from torch import nn

torch.manual_seed(0)
with_buffers = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
without = nn.Sequential(
    nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2, track_running_stats=False)
)
with_buffers(3 + 2 * torch.randn(64, 1, 5, 5))
model, x = without.eval(), torch.randn(4, 1, 5, 5)


def answer(model, x):
    file = torch.onnx.export(model, (x,), verbose=False).model_proto
    run = onnx.reference.ReferenceEvaluator(file).run
    return torch.tensor(run(None, {file.graph.input[0].name: x.numpy()})[0])


# %% check
in_batch, alone = answer(model, x)[:1], answer(model, x[:1])
print("alone as in the batch:", torch.allclose(in_batch, alone, atol=1e-5))
# %% fix
model = with_buffers.eval()  # running statistics, and evaluation mode
in_batch, alone = answer(model, x)[:1], answer(model, x[:1])
print("alone as in the batch:", torch.allclose(in_batch, alone, atol=1e-5))
# %% test
assert not torch.allclose(without(x)[:1], without(x[:1]), atol=1e-2)
assert torch.allclose(alone, model(x[:1]), atol=1e-5)
with warnings.catch_warnings(action="ignore"):
    dropped = answer(
        nn.Sequential(nn.BatchNorm2d(1), nn.Dropout()).train(), x
    )
nonzero = dropped != 0
assert not nonzero.all()
assert torch.allclose(dropped[nonzero], 2 * x[nonzero], atol=1e-3)
