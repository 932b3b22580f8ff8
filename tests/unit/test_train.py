"""The training loop against a loop written out, and the accuracy against a count."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from bnlab.kit.nets.data import Dataset, batches, digits
from bnlab.kit.nets.models import mlp
from bnlab.kit.nets.train import accuracy, fit

FEW = digits().head(150, 40)
SIZES = (64, 16, 10)


def small_fit(model: nn.Module, **options: object):
    settings = {"epochs": 2, "lr": 0.1, "batch_size": 32, "device": "cpu", "progress": False}
    return fit(model, FEW, **settings | options)


def flat(model: nn.Module) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in model.parameters()])


@pytest.mark.parametrize(
    ("options", "optimizer"),
    [
        ({"momentum": 0.0}, lambda p: torch.optim.SGD(p, lr=0.1)),
        ({"momentum": 0.7}, lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.7)),
        ({"optimizer": "adam", "lr": 0.01}, lambda p: torch.optim.Adam(p, lr=0.01)),
    ],
)
def test_fit_is_the_loop_everybody_writes(options: dict, optimizer) -> None:
    trained, expected = mlp(SIZES, "before"), mlp(SIZES, "before")
    history = small_fit(trained, seed=5, **options)
    optimize = optimizer(expected.parameters())
    losses = []
    for epoch in range(2):
        for x, y in batches(FEW.train_x, FEW.train_y, 32, seed=(5, epoch), drop_last=True):
            optimize.zero_grad()
            loss = nn.functional.cross_entropy(expected(x), y)
            loss.backward()
            optimize.step()
            losses.append(loss.item())
    assert torch.equal(flat(trained), flat(expected))
    np.testing.assert_allclose(history.loss, np.reshape(losses, (2, 4)).mean(1), rtol=1e-6)
    assert history.accuracy[-1] == accuracy(expected, FEW.test_x, FEW.test_y)
    assert len(history.seconds) == 2
    assert min(history.seconds) > 0


def test_the_seed_fixes_the_bits_and_another_seed_changes_them() -> None:
    def run(seed: int) -> torch.Tensor:
        model = nn.Sequential(*mlp(SIZES)[:3], nn.Dropout(), nn.Linear(16, 10))
        for layer in model:
            if isinstance(layer, nn.Linear):
                nn.init.constant_(layer.weight, 0.01)
                nn.init.zeros_(layer.bias)
        small_fit(model, seed=seed)
        return flat(model)

    assert torch.equal(run(1), run(1))
    assert not torch.equal(run(1), run(2))


@pytest.mark.parametrize("progress", [True, False])
def test_schedule_and_on_step_see_every_step(progress: bool, capfd) -> None:
    done, steps = [], []
    small_fit(
        mlp(SIZES),
        schedule=lambda fraction: done.append(fraction) or 1 - fraction,
        on_step=lambda step, model: steps.append(step),
        progress=progress,
    )
    assert done == [step / 8 for step in range(8)]
    assert steps == list(range(1, 9))
    assert ("8/8" in capfd.readouterr().err) == progress


def test_the_schedule_scales_the_learning_rate() -> None:
    still, half, explicit = mlp(SIZES), mlp(SIZES), mlp(SIZES)
    small_fit(still, schedule=lambda done: 0.0)
    assert torch.equal(flat(still), flat(mlp(SIZES)))
    small_fit(half, schedule=lambda done: 0.5)
    small_fit(explicit, lr=0.05)
    assert torch.equal(flat(half), flat(explicit))


def test_frozen_layers_stay_frozen_and_a_model_in_evaluation_mode_is_trained() -> None:
    frozen = mlp(SIZES, "before")
    frozen[2].eval()
    small_fit(frozen)
    assert frozen[2].num_batches_tracked == 0
    assert frozen.training
    assert not frozen[2].training

    asleep = mlp(SIZES, "before").eval()
    small_fit(asleep)
    assert asleep[2].num_batches_tracked == 8


def test_fit_refuses_what_it_cannot_do() -> None:
    with pytest.raises(ValueError, match="training set is 150 rows, expected at least 151"):
        small_fit(mlp(SIZES), batch_size=151)
    with pytest.raises(ValueError, match="optimizer is 'lion', expected 'sgd' or 'adam'"):
        small_fit(mlp(SIZES), optimizer="lion")


def test_accuracy_judges_in_evaluation_mode_and_leaves_the_model_as_it_was() -> None:
    model = mlp(SIZES, "before")
    small_fit(model)
    model[3].eval()
    modes = [m.training for m in model.modules()]
    state = {name: value.clone() for name, value in model.state_dict().items()}
    # One row at a time would raise in training mode.
    one, all_rows = (accuracy(model, FEW.test_x, FEW.test_y, size) for size in (1, 40))
    assert one == all_rows > 0.5
    assert [m.training for m in model.modules()] == modes
    assert all(torch.equal(value, model.state_dict()[name]) for name, value in state.items())


def test_accuracy_restores_the_modes_when_the_model_raises() -> None:
    model = mlp(SIZES, "before")
    with pytest.raises(RuntimeError):
        accuracy(model, np.zeros((2, 63), np.float32), np.zeros(2, int))
    assert all(m.training for m in model.modules())


def test_accuracy_weighs_rows_not_batches() -> None:
    logits, labels = np.eye(3, dtype=np.float32), np.array([0, 1, 0])
    assert accuracy(nn.Identity(), logits, labels, batch_size=2) == pytest.approx(2 / 3)


def test_batch_norm_trains_faster_on_the_digits() -> None:
    data: Dataset = digits()
    runs = [
        fit(mlp(norm=norm), data, 2, device="cpu", progress=False) for norm in ("none", "before")
    ]
    assert runs[1].accuracy[-1] > max(0.9, runs[0].accuracy[-1])
