"""A LeNet of a learner's own layers, as the notebooks of `layer` and `folding` train it."""

import types

import torch

from bngrader.core import solutions
from bnlab import kit
from bnlab.kit.testing.earlier_units import TextLoader, importing

LAYER = """
import torch
from .channels import channel_moments


class BatchNorm(torch.nn.Module):
    def __init__(self, num_features):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(num_features))
        self.bias = torch.nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))

    def forward(self, x):
        flat = x.ndim == 2
        x = x[:, :, None, None] if flat else x
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = channel_moments(x)
            self.running_mean.lerp_(mean.detach(), 0.1)
            self.running_var.lerp_(var.detach(), 0.1)
        a = self.weight * torch.rsqrt(var + 1e-5)
        y = (x - mean[:, None, None]) * a[:, None, None] + self.bias[:, None, None]
        return y[:, :, 0, 0] if flat else y
"""


def test_a_lenet_of_own_layers_trains_and_is_saved_and_loaded(tmp_path):
    earlier = {"channels": TextLoader("channels", solutions.solved("channels"))}
    with importing("layer", earlier):
        module = types.ModuleType("bnlab.layer")
        module.__package__ = "bnlab"
        exec(LAYER, module.__dict__)
    digits = kit.digits()
    model = kit.lenet("before", make_norm=module.BatchNorm, image=8)
    history = kit.fit(model, digits, epochs=2, lr=0.05, device="cpu", progress=False)
    assert history.accuracy[-1] > 0.8
    torch.save(model.state_dict(), tmp_path / "lenet.pt")
    again = kit.lenet("before", make_norm=module.BatchNorm, image=8, seed=1)
    again.load_state_dict(torch.load(tmp_path / "lenet.pt"))
    x = torch.from_numpy(digits.test_x)
    assert torch.equal(model.eval()(x), again.eval()(x))
