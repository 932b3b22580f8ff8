"""The layers and the analyses of the experiments on variants, weight decay and leaks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from bnlab.kit.nets.data import digits
from book.experiments import sync_leak, training_decay, variants_newer
from book.experiments._shared.draws import drawn


def test_rms_norm_of_a_sample_is_layer_norm_where_the_mean_is_zero() -> None:
    x = torch.randn(4, 3, 2, 2, generator=torch.Generator().manual_seed(0))
    centered = x - x.mean((1, 2, 3), keepdim=True)
    ours, wanted = variants_newer.RMSNorm(3)(centered), nn.GroupNorm(1, 3)(centered)
    torch.testing.assert_close(ours, wanted)
    assert not torch.allclose(variants_newer.RMSNorm(3)(x + 1), nn.GroupNorm(1, 3)(x + 1))


def test_dynamic_tanh_is_that_of_its_paper() -> None:
    layer = variants_newer.DynamicTanh(2)
    with torch.no_grad():
        layer.alpha.fill_(2.0)
        layer.weight.fill_(3.0)
        layer.bias.fill_(1.0)
    x = torch.tensor([0.25]).expand(1, 2, 1, 1)
    torch.testing.assert_close(layer(x), (3 * torch.tanh(torch.tensor(0.5)) + 1).expand_as(x))


def test_reach_ends_where_the_accuracy_falls_first() -> None:
    rows = np.array([[90.0, 90.0, 90.0], [86.0, 80.0, 91.0], [88.0, 90.0, 84.0]])
    assert training_decay.reached(rows, (0.0, 0.01, 0.1)) == pytest.approx(
        [-1, np.log10(training_decay.LEAST), -2]
    )


def test_draw_trains_on_no_validation_image_and_judges_by_test_images() -> None:
    images = digits()
    held = {row.tobytes() for row in drawn(images, 3, 100, validate=True).test_x}
    trained = {row.tobytes() for row in drawn(images, 3, 900, validate=False).train_x}
    judged = {row.tobytes() for row in drawn(images, 3, 100, validate=False).test_x}
    assert not held & trained
    assert judged == {row.tobytes() for row in images.test_x}


def test_last_output_of_a_batch_is_given_away_by_the_others_and_not_by_other_batches() -> None:
    x = torch.randn(16, 8, 64, generator=torch.Generator().manual_seed(0))
    norm = nn.BatchNorm1d(64)
    assert sync_leak.guessed(torch.stack([norm(group) for group in x])) == 16
    assert sync_leak.guessed(x) < 8
