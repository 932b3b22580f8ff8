"""The tools of the chapters on the layer, folding, explanations and the audit do what they say."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from bnlab.kit.nets.models import lenet, mlp
from book.experiments import (
    audit_ingredients,
    audit_tolerance,
    folding_exact,
    folding_freeze,
    layer_accumulation,
    layer_checkpoint,
    why_affine,
    why_angles,
    why_drift,
    why_equilibrium,
    why_groups,
    why_rate,
    why_steps,
)


def rows(n: int, channels: int = 3) -> torch.Tensor:
    """Random rows, the same at every call."""
    return torch.randn(n, channels, generator=torch.Generator().manual_seed(0))


def test_without_noise_the_noisy_layer_is_batch_norm() -> None:
    x = rows(8)
    assert torch.equal(why_drift.DriftingBatchNorm(3, 0.0, 0.0)(x), nn.BatchNorm1d(3)(x))


def test_noise_is_one_scale_and_one_shift_per_channel_and_absent_in_evaluation() -> None:
    x, layer = rows(8), why_drift.DriftingBatchNorm(3, 1.0, 1.0)
    noisy, plain = layer(x), nn.BatchNorm1d(3)(x)
    slope = (noisy[1:] - noisy[:-1]) / (plain[1:] - plain[:-1])
    torch.testing.assert_close(slope, slope[:1].expand_as(slope), rtol=1e-3, atol=1e-4)
    assert (slope[0] - 1).abs().min() > 1e-3
    layer.eval()
    assert torch.equal(layer(x), layer(x))


def test_drift_is_the_step_of_the_mean_in_standard_deviations() -> None:
    layer = nn.Linear(2, 1)
    drift = why_drift.Drift(layer)
    x = torch.tensor([[-1.0, -1.0], [1.0, 1.0]])
    for shift in (0.0, 1.0, 3.0, 3.0):
        layer(x + shift)
    layer.eval()(x + 100)
    assert drift.moves == pytest.approx([step / 2**0.5 for step in (1, 2, 0)])
    assert drift.value() == pytest.approx(1 / 2**0.5)


def test_one_group_is_batch_norm_and_small_groups_do_not_see_each_other() -> None:
    x = rows(why_groups.BATCH)
    whole = nn.BatchNorm1d(3)
    torch.testing.assert_close(why_groups.GhostBatchNorm(3, why_groups.BATCH)(x), whole(x))
    changed = x.clone()
    changed[4:] += 1
    ghost = why_groups.GhostBatchNorm(3, 4)
    torch.testing.assert_close(ghost(changed)[:4], ghost(x)[:4])


def test_groups_remember_a_step_as_long_as_batch_norm_does() -> None:
    x = torch.full((why_groups.BATCH, 3), 2.0) + rows(2).mean()
    for group in (4, 32, 128):
        layer = why_groups.GhostBatchNorm(3, group)
        layer(x)
        torch.testing.assert_close(layer.running_mean, 0.1 * x[0])


def test_scale_of_weights_before_batch_norm_is_a_learning_rate() -> None:
    found = why_rate.measure(0, arm="large_repaid", epochs=1)
    assert found["from_plain"] < 1e-9
    assert why_rate.measure(0, arm="large", epochs=1)["from_plain"] > 1e-2


def test_weights_only_grow_by_plain_descent_and_shrink_by_decay() -> None:
    assert why_rate.measure(0, arm="small", epochs=1)["growth"] > 1
    assert why_rate.measure(0, arm="decay", epochs=1)["growth"] < 1


def test_going_down_the_gradient_is_a_step_of_torch() -> None:
    x, y = torch.randn(8, 64, dtype=torch.float64), torch.arange(8)
    model = mlp((64, 16, 10), "before").double()
    other = mlp((64, 16, 10), "before").double()
    _, slope = why_steps.slope_at(model, x, y)
    why_steps.move(model, slope, 0.3)
    optimizer = torch.optim.SGD(other.parameters(), lr=0.3)
    nn.functional.cross_entropy(other(x), y).backward()
    optimizer.step()
    for a, b in zip(model.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_gathered_gradients_are_the_whole_one_without_batch_norm_only() -> None:
    found = {norm: layer_accumulation.measure(0, norm) for norm in layer_accumulation.NORMS}
    assert max(cell["distance"] for cell in found["none"].values()) < 1e-12
    assert max(cell["distance"] for cell in found["layer"].values()) < 1e-12
    assert min(cell["distance"] for cell in found["batch"].values()) > 0.1


def test_checkpointing_counts_a_batch_twice_and_keeps_the_gradient() -> None:
    found = layer_checkpoint.run(quick=True)
    assert found["batches"] == {"plain": 1, "checkpointed": 2}
    assert found["share_of_the_batch"]["checkpointed"] == pytest.approx(1 - 0.9**2)
    assert found["gradient_difference"] == 0


def test_folded_network_has_no_batch_norm_and_the_same_outputs() -> None:
    model = lenet("before", image=8).double()
    model(torch.randn(16, 1, 8, 8, dtype=torch.float64))
    folded, x = folding_exact.folded(model.eval()), torch.randn(5, 1, 8, 8, dtype=torch.float64)
    assert not any(isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d) for m in folded.modules())
    torch.testing.assert_close(folded(x), model(x))


def test_merging_with_the_next_convolution_is_wrong_at_the_border_alone() -> None:
    found = folding_exact.border()
    assert found["inside"] < 1e-12
    assert found["at_the_border"] > 0.1


@pytest.mark.parametrize("way", folding_freeze.WAYS)
def test_only_evaluation_mode_without_gradients_keeps_state_output_and_parameters(way: str) -> None:
    layer = nn.BatchNorm2d(2)
    layer.running_mean.fill_(1.0)
    folding_freeze.WAYS[way](layer)
    x = torch.randn(4, 2, 3, 3)
    expected = (x - 1) / (1 + layer.eps) ** 0.5
    same_output = torch.allclose(layer(x), expected, atol=1e-5)
    same_state = bool((layer.running_mean == 1).all())
    untrained = not any(p.requires_grad for p in layer.parameters())
    assert (same_output and same_state and untrained) == (way == "mode_and_gradients")


def test_whole_audit_misses_nothing_and_raises_no_false_alarm() -> None:
    assert audit_ingredients.run(quick=True)["audits"]["whole"] == {"missed": 0, "false_alarms": 0}


def test_designed_probe_has_room_for_a_tolerance() -> None:
    ends = audit_tolerance.run(quick=True)["designed"]["extremes"]
    assert ends["right"] < 1e-12
    assert min(ends[name] for name in ("unbiased", "eps_outside", "eps_forgotten")) > 1e-2


def test_angle_is_that_between_two_vectors() -> None:
    a, b = torch.tensor([[3.0, 0.0]]), torch.tensor([[1.0, 1.0]])
    assert why_equilibrium.angle(a, b) == pytest.approx(torch.pi / 4)
    assert why_equilibrium.angle(a, 2 * a) == 0


@pytest.mark.parametrize(
    ("arm", "trained"), [("affine", 1000), ("last", 1010), ("affine_last", 2010)]
)
def test_only_the_parameters_of_an_arm_are_trained(arm: str, trained: int) -> None:
    model = mlp((64, *(100,) * 5, 10), "before")
    why_affine.choose(model, arm)
    assert sum(p.numel() for p in model.parameters() if p.requires_grad) == trained


def test_drift_that_leaves_batch_norm_ahead_is_told_from_drift_that_takes_the_help_away() -> None:
    def arm(accuracy: float, gain: float, drift: float) -> dict:
        made = {"accuracy": accuracy, "gain": gain, "drift": drift}
        return {name: {"low": value - 0.1, "high": value + 0.1} for name, value in made.items()}

    plain, bn = arm(90, 0, 1), arm(98, 8, 0.5)
    helped = why_drift.verdicts({"none": plain, "bn": bn, "noisy1": arm(95, 5, 2)})
    assert (helped["ahead"], helped["taken_away"], helped["reduces_drift"]) == (
        ["noisy1"],
        False,
        True,
    )
    lost = why_drift.verdicts({"none": plain, "bn": bn, "noisy1": arm(85, -5, 2)})
    assert (lost["ahead"], lost["taken_away"]) == ([], True)
    calm = why_drift.verdicts({"none": plain, "bn": bn, "noisy1": arm(85, -5, 1)})
    assert (calm["drifting"], calm["taken_away"]) == ([], False)


def test_step_of_the_model_has_the_angle_of_a_gradient_at_right_angles() -> None:
    w, direction = np.array([2.0, 0.0]), np.array([3.0, 1.0])
    moved = why_angles.step(w, direction, decay=0.0)
    assert moved == pytest.approx([2.0, -why_angles.RATE / 2])
    assert why_angles.step(w, direction, decay=0.5)[0] == pytest.approx(2 * (1 - 0.05))
