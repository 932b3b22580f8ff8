"""The shared tools of the experiments: followers of batch norm, scaled weights, residual nets."""

from __future__ import annotations

import importlib.util
import math
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from book.experiments import training_source
from book.experiments._shared.residual import ORDERS, resnet
from book.experiments._shared.training import HE, batch_norms, follow, start, train
from book.experiments.training_source import Augment, epochs_to

ROOT = Path(__file__).parents[2]


def momentum(value):
    def make(layer):
        layer.momentum = value
        return layer

    return make


@pytest.fixture(scope="module")
def followed():
    """A network trained for ten steps, and the followers of its batch norms."""
    model, images = start(0, "before", net="convnet", data="digits", rows=640)
    found = follow(model, {"slow": momentum(0.01), "same": momentum(0.1), "fast": momentum(0.5)})
    train(model, images, seed=0, epochs=1)
    return model, found


def test_follower_averages_what_the_layer_itself_averages(followed):
    model, found = followed
    for layer, follower in zip(batch_norms(model), found["same"], strict=True):
        assert torch.equal(follower.running_mean, layer.running_mean)
        assert torch.equal(follower.running_var, layer.running_var)


def test_every_follower_sees_every_batch_once(followed):
    _, found = followed
    for layers in found.values():
        assert [layer.num_batches_tracked.item() for layer in layers] == [10, 10, 10]


def test_followers_with_another_momentum_average_otherwise(followed):
    _, found = followed
    for slow, fast in zip(found["slow"], found["fast"], strict=True):
        assert slow.running_mean.norm() < fast.running_mean.norm()


def test_weights_of_he_have_their_variance_in_all_layers_but_the_last():
    sizes = (64, 400, 400, 10)
    model, _ = start(0, "none", net="mlp", data="digits", rows=64, sizes=sizes, gain=HE)
    *hidden, last = [layer for layer in model if isinstance(layer, nn.Linear)]
    for layer in hidden:
        wanted = math.sqrt(2 / layer.in_features)
        assert layer.weight.std().item() == pytest.approx(wanted, rel=0.02)
        assert not layer.bias.any()
    assert last.bias.any()


def weighted(model):
    return [m for m in model.modules() if isinstance(m, nn.Conv2d | nn.Linear)]


def test_all_versions_of_a_residual_network_start_from_the_same_weights():
    plain = [layer.weight for layer in weighted(resnet("none", seed=3))]
    for norm in ORDERS:
        for one, other in zip(plain, weighted(resnet(norm, seed=3)), strict=True):
            assert torch.equal(one, other.weight)


def test_bias_that_a_residual_network_lacks_would_have_had_no_effect():
    x = torch.rand(8, 1, 8, 8, dtype=torch.float64)
    for norm in ("before", "preact"):
        model = resnet(norm).double()
        expected = model(x)
        for conv in [m for m in model.modules() if isinstance(m, nn.Conv2d)]:
            conv.bias = nn.Parameter(torch.randn(conv.out_channels, dtype=torch.float64))
        torch.testing.assert_close(model(x), expected)
    assert all(layer.bias is not None for layer in weighted(resnet("after")))


def test_unknown_order_is_refused():
    with pytest.raises(ValueError, match="norm is 'both', expected one of none, before"):
        resnet("both")


def test_only_training_images_are_augmented_and_both_arms_see_the_same():
    x = torch.rand(16, 1, 28, 28)
    first, second = (Augment(seed=4) for _ in range(2))
    assert torch.equal(first(x), second(x))
    assert not torch.equal(first(x), x)
    assert first(x).shape == x.shape
    assert torch.equal(first.eval()(x), x)


def test_augmentation_is_small():
    x = torch.zeros(64, 1, 28, 28)
    x[:, :, 12:16, 12:16] = 1
    moved = Augment(seed=0)(x)
    assert moved[:, :, :6].max() == 0
    assert moved.sum(dim=(1, 2, 3)).sub(16).abs().max() < 6


def test_epochs_to_a_target_count_a_run_that_never_gets_there():
    found = [{"accuracy": accuracy} for accuracy in ([97.0, 98.0], [99.0, 99.5], [90.0, 91.0])]
    assert epochs_to(found, target=98.0, longest=2) == {
        "median": 2,
        "least": 1,
        "most": 3,
        "reached": 2,
    }


SIZES_IN_KERAS = """
from book.experiments import training_keras
for norm in {arms}:
    weights = [w.value for w in training_keras.network(norm, 28, 0).trainable_weights]
    print(norm, *(f"{{w.numel()}}:{{w.abs().max().item()}}" for w in weights))
"""


def test_keras_has_the_layers_and_first_weights_of_the_port():
    if importlib.util.find_spec("keras") is None:
        pytest.skip("Keras is missing; get it with `pip install -r requirements-test.txt`.")
    code = SIZES_IN_KERAS.format(arms=training_source.ARMS)
    # By itself: the logging of Keras closes pytest's streams.
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    found = {line.split()[0]: line.split()[1:] for line in told.splitlines()}
    for norm in training_source.ARMS:
        port = list(training_source.network(norm, 28, seed=0).parameters())
        keras = [each.split(":") for each in found[norm]]
        assert [int(size) for size, _ in keras] == [w.numel() for w in port]
        for (_, largest), other in zip(keras, port, strict=True):
            assert float(largest) == pytest.approx(other.abs().max().item(), rel=0.1)
