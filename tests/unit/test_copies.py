"""What the tests use for speed gives what the slower function of the library gives."""

import copy

import numpy as np
import pytest
import torch
from scipy import stats
from torch import nn

from bngrader.remote import wire
from bngrader.remote.protocol import build_module, describe_module
from bnlab.kit.checks.folding import model_with_norms
from bnlab.kit.checks.placement import interval
from bnlab.kit.testing.copies import copied
from bnlab.kit.testing.settings import kept_settings, kept_torch_generator, seed_torch


def test_a_copied_model_is_what_deepcopy_makes():
    model = model_with_norms(np.random.default_rng(0)).train()
    model[0].eval()
    model[7].weight.requires_grad_(False)
    twin, other = copied(model), copy.deepcopy(model)
    assert repr(twin) == repr(other)
    for (name, one), (_, two) in zip(
        twin.state_dict().items(), other.state_dict().items(), strict=True
    ):
        assert torch.equal(one, two), name
    for one, two in zip(twin.modules(), other.modules(), strict=True):
        assert (type(one), one.training) == (type(two), two.training)
    flags = [[each.requires_grad for each in m.parameters()] for m in (twin, other)]
    assert flags[0] == flags[1]


def test_a_copied_model_shares_nothing_that_a_test_changes():
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).train()
    before = copy.deepcopy(model.state_dict())
    twin = copied(model)
    twin(torch.randn(5, 3)).sum().backward()
    twin[0].weight.data.zero_()
    twin[1].weight.requires_grad_(False)
    twin.eval()[1].momentum = 0.5
    twin[0].register_forward_hook(print)
    twin.append(nn.ReLU())
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), name
    assert all(each.requires_grad and each.grad is None for each in model.parameters())
    assert (model[1].training, model[1].momentum, len(model)) == (True, 0.1, 2)
    assert not model[0]._forward_hooks


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.99])
@pytest.mark.parametrize("n", [2, 5, 400])
def test_the_interval_is_that_of_scipy(n, confidence):
    a, b = np.random.default_rng(n).normal(size=(2, n))
    want = stats.ttest_1samp(b - a, 0.0).confidence_interval(confidence)
    assert interval(a, b, confidence) == pytest.approx((want.low, want.high), rel=1e-12)


def test_a_seeded_generator_is_that_of_manual_seed_and_put_back():
    before = torch.get_rng_state()
    with kept_torch_generator():
        torch.manual_seed(0)
        want = torch.rand(3)
        seed_torch()
        assert torch.equal(torch.rand(3), want)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("generators", [True, False])
def test_settings_are_put_back_and_generators_where_it_is_asked_for(generators):
    np.random.seed(1)
    state, drawn = np.random.get_state()[2], torch.get_rng_state()
    with kept_settings(generators):
        np.random.rand()
        torch.rand(1)
        torch.set_grad_enabled(False)
    assert torch.is_grad_enabled()
    assert (np.random.get_state()[2] == state) is generators
    assert torch.equal(torch.get_rng_state(), drawn) is generators


@pytest.mark.parametrize(
    "module",
    [
        model_with_norms(np.random.default_rng(0)).train(),
        model_with_norms(np.random.default_rng(0)).eval().half().requires_grad_(False),
        nn.BatchNorm1d(3, affine=False),
        nn.BatchNorm2d(3, track_running_stats=False),
        nn.Conv2d(2, 4, (1, 3), padding=(0, 2), bias=False),
    ],
    ids=lambda module: type(module).__name__,
)
def test_a_module_that_crosses_is_the_one_that_was_described(module):
    built = build_module(wire.decode(wire.encode(describe_module(module))))
    assert repr(built) == repr(module)
    for one, two in zip(built.modules(), module.modules(), strict=True):
        assert (type(one), one.training) == (type(two), two.training)
        assert one._parameters.keys() == two._parameters.keys()
        assert one._buffers.keys() == two._buffers.keys()
    state = built.state_dict()
    for name, value in module.state_dict().items():
        assert torch.equal(state[name], value), name
        assert state[name].dtype == value.dtype
    flags = [[each.requires_grad for each in m.parameters()] for m in (built, module)]
    assert flags[0] == flags[1]
