"""Statements of the book that are facts of torch or of arithmetic, each computed here."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
import torch
from torch import nn

from book.experiments import channels_count, moments_cancellation, moments_precision

BOOK = Path(__file__).parents[2] / "book"


class WithStatisticsAsParameters(nn.Module):
    def __init__(self):
        super().__init__()
        self.running_var = nn.Parameter(torch.full((3,), 5.0))

    def forward(self, x):
        var = x.var(0, correction=0) if self.training else self.running_var
        return x / (var + 1e-5).sqrt()


@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW])
def test_statistics_that_are_parameters_stay_in_training_in_spite_of_weight_decay(optimizer):
    layer = WithStatisticsAsParameters()
    step = optimizer(layer.parameters(), lr=0.1, weight_decay=0.5)
    for _ in range(3):
        x = torch.randn(8, 3, generator=torch.Generator().manual_seed(0)).requires_grad_()
        step.zero_grad()
        layer(x).square().sum().backward()
        step.step()
    assert layer.running_var.tolist() == [5.0] * 3


def test_statistics_that_are_parameters_are_trained_in_evaluation():
    layer = WithStatisticsAsParameters().eval()
    step = torch.optim.SGD(layer.parameters(), lr=10.0)
    target = torch.full((8, 3), 5.0)  # outputs that only a smaller variance can give
    for _ in range(3):
        step.zero_grad()
        (layer(torch.ones(8, 3)) - target).square().mean().backward()
        step.step()
    assert (layer.running_var < 0).any()


def test_torchs_own_function_refuses_statistics_that_are_parameters():
    mean, var = nn.Parameter(torch.zeros(3)), nn.Parameter(torch.ones(3))
    with pytest.raises(RuntimeError, match="not differentiable"):
        nn.functional.batch_norm(torch.ones(8, 3), mean, var)


def test_converting_to_sync_batch_norm_ends_the_freezing_of_a_subclass():
    class Frozen(nn.BatchNorm2d):
        def train(self, mode=True):
            return super().train(False)

    model = nn.SyncBatchNorm.convert_sync_batchnorm(nn.Sequential(Frozen(4)).train())
    assert not model[0].training
    assert model.train()[0].training


def test_group_norm_of_one_value_in_a_batch_is_its_bias():
    layer = nn.GroupNorm(2, 2)
    nn.init.constant_(layer.bias, 3.0)
    x = torch.randn(4, 2, 1, 1, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(layer(x), torch.full_like(x, 3.0), atol=1e-3)


@pytest.mark.filterwarnings("ignore:`torch.jit.script_method` is deprecated")
def test_tracer_skips_other_layers_and_outputs_that_are_used_twice():
    from torch.fx.experimental.optimization import fuse

    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.bn = nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)

        def forward(self, x):
            z = self.conv(x)
            return self.bn(z) + z

    pairs = [
        (nn.Conv2d(1, 2, 3), nn.SyncBatchNorm(2)),
        (nn.ConvTranspose2d(1, 2, 3), nn.BatchNorm2d(2)),
    ]
    for model in [*(nn.Sequential(*pair) for pair in pairs), Twice()]:
        left = [each for each in fuse(model.eval()).modules() if hasattr(each, "running_var")]
        assert len(left) == 1


@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.filterwarnings("ignore")
def test_fused_layer_of_quantization_divides_by_the_weight_and_its_slow_variant_does_not(slow):
    from torch.ao.nn.intrinsic.qat import ConvBn2d
    from torch.ao.quantization import get_default_qat_qconfig

    layer = ConvBn2d(1, 2, 3, qconfig=get_default_qat_qconfig("fbgemm")).train()
    layer._enable_slow_path_for_better_numerical_stability = slow
    nn.init.zeros_(layer.bn.weight)
    assert layer(torch.ones(2, 1, 4, 4)).isfinite().all() == slow


def test_adam_moves_a_weight_as_far_whatever_the_unit_of_its_feature():
    x = torch.randn(64, 1, generator=torch.Generator().manual_seed(0))
    ways = []
    for unit in 1, 1000:
        weight = torch.zeros(1, requires_grad=True)
        step = torch.optim.Adam([weight], lr=1e-5)
        for _ in range(5):
            step.zero_grad()
            (unit * x * weight - x).square().mean().backward()  # best: 1 / unit
            step.step()
        ways.append(weight.abs().item())
    assert ways[1] == pytest.approx(ways[0], rel=0.01)


def test_one_row_gives_a_gradient_to_the_bias_alone():
    x = torch.randn(1, 3, generator=torch.Generator().manual_seed(0)).requires_grad_()
    weight, bias = torch.ones(3, requires_grad=True), torch.zeros(3, requires_grad=True)
    xhat = (x - x.mean(0)) / (x.var(0, correction=0) + 1e-5).sqrt()
    (xhat * weight + bias).sum().backward()
    assert bias.grad.tolist() == [1.0] * 3
    assert weight.grad.tolist() == x.grad[0].tolist() == [0.0] * 3


@pytest.mark.parametrize("slip", ["zeros", "no gamma", "sign"])
def test_a_wrong_gradient_may_pass_both_sums(slip):
    draw = torch.Generator().manual_seed(1)
    x, g = (torch.randn(64, generator=draw, dtype=torch.double) for _ in range(2))
    gamma, eps = 1.7, 1e-5
    var, r = x.var(correction=0), (x.var(correction=0) + eps).rsqrt()
    xhat = (x - x.mean()) * r
    dx = gamma * r * (g - g.mean() - xhat * (g * xhat).mean())
    wrong = {"zeros": 0 * dx, "no gamma": dx / gamma, "sign": -dx}[slip]
    wanted = gamma * r * eps / (var + eps) * (g * xhat).sum()
    assert abs(wrong.sum()) < 1e-12
    assert abs((xhat * wrong).sum() - wanted) < 1e-3
    assert (wrong - dx).abs().max() > 0.1


def test_linear_layer_and_batch_norm_together_multiply_squares_by_the_same_factor():
    draw = torch.Generator().manual_seed(2)
    x = torch.relu(torch.randn(4096, 1024, generator=draw))
    weight = torch.randn(512, 1024, generator=draw)
    factors = []
    for variance in (1 / 1024, 2 / 1024):
        h = x @ (weight * math.sqrt(variance)).T
        linear = h.square().mean() / x.square().mean()
        norm = 1 / h.var(0, correction=0).mean()
        factors.append((float(linear), float(norm)))
    assert factors[0] == pytest.approx((1.0, 2.93), rel=0.05)
    assert factors[1] == pytest.approx((2.0, 1.47), rel=0.05)


def growth(weights, activation, layers=30, rows=256, width=64):
    """Factor per layer by which batch norm lets the gradient grow on its way back."""
    draw = torch.Generator().manual_seed(3)
    x = h = torch.randn(rows, width, generator=draw, dtype=torch.double).requires_grad_()
    for _ in range(layers):
        w = torch.randn(width, width, generator=draw, dtype=torch.double) / math.sqrt(width)
        h = activation(h) @ (torch.linalg.qr(w).Q if weights == "orthogonal" else w)
        h = (h - h.mean(0)) / h.var(0, correction=0).sqrt()
    (h * torch.randn(h.shape, generator=draw, dtype=torch.double)).sum().backward()
    return float(x.grad.norm() / math.sqrt(rows * width)) ** (1 / layers)


def test_orthogonal_weights_and_a_linear_activation_avoid_the_growth_with_depth():
    assert growth("gaussian", torch.relu) > 1.15
    assert growth("orthogonal", lambda h: h) < 1.005


def test_numpys_var_of_half_precision_is_wrong_where_its_mean_is_not():
    found = moments_precision.run(quick=True)
    assert found["mean_100"]["numpy_var"]["error"] > 1
    assert found["mean_100"]["two_pass"]["error"] < 0.01
    assert found["sd_150"]["two_pass"]["not_finite"] == 1
    for batch in found.values():
        assert batch["float32"]["error"] < 1e-3 > batch["torch_var"]["error"]


def test_every_order_of_summation_loses_the_digits_of_the_short_formula():
    found = moments_cancellation.run(quick=True)["float32"]["3000"]
    for name in ("difference", "pairwise", "torch"):
        assert found[name]["whole"] == 1
        assert found[name]["error"]["max"] > 1
    assert found["two_pass"]["error"]["max"] < 1e-3


def test_an_image_is_worth_fewer_values_than_pixels_for_brightness_and_more_for_edges():
    found = channels_count.run(quick=True)
    assert found["brightness"]["values"] < found["pixels"] < found["level"]["values"]
    assert found["upright"]["values"] > 1000


FORMULA = re.compile(r"\$\$?[^$]+\$\$?|```\{math\}.*?```", re.S)


def formulas(path):
    """The formulas of a page."""
    return [each.replace("\n", " ") for each in FORMULA.findall(path.read_text("utf-8"))]


@pytest.mark.parametrize("path", sorted(BOOK.glob("*.md")), ids=lambda path: path.name)
def test_letter_has_one_meaning_in_the_whole_book(path):
    found = formulas(path)
    index = [each for each in found if re.search(r"_\{?n[\s}d]|\\sum_\{?n\b", each)]
    assert index == [], "n is the number of values per mean; the sample is i"
    width = re.compile(r"H\b.*\bW|NHW|HW|^\$W( = C)?\$$")
    weights = [each for each in found if re.search(r"(?<![A-Za-z])W|W(?![A-Za-z])", each)]
    assert [each for each in weights if not width.search(each)] == [], "W is a width, w the weights"
    decay = [each for each in found if re.search(r"\\eta ?\\lambda.*w|\\lambda ?\\lVert w", each)]
    assert decay == [], "λ is an eigenvalue, ω the weight decay"
