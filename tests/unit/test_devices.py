"""The choice of the device."""

from __future__ import annotations

import pytest
import torch

from bnlab.kit.nets import devices


def test_an_explicit_choice_wins() -> None:
    assert devices.device("cpu") == torch.device("cpu")
    assert devices.device("meta") == torch.device("meta")


@pytest.mark.parametrize("name", ["cuda:99", "mps:7", "abacus"])
def test_a_device_that_does_not_work_here_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=f"name is '{name}', expected a device that works here"):
        devices.device(name)


def test_the_default_is_a_device_that_computes() -> None:
    chosen = devices.device()
    assert torch.ones(2, device=chosen).sum().item() == 2


@pytest.mark.parametrize(
    ("working", "expected"),
    [({"cuda", "mps", "cpu"}, "cuda"), ({"mps", "cpu"}, "mps"), ({"cpu"}, "cpu")],
)
def test_the_default_prefers_cuda_then_mps_then_the_cpu(
    monkeypatch: pytest.MonkeyPatch, working: set[str], expected: str
) -> None:
    monkeypatch.setattr(devices, "_works", working.__contains__)
    assert devices.device() == torch.device(expected)
