"""The three paths of the gradient; autograd checks every choice of them."""

from __future__ import annotations

import pytest
import torch

from tests.helpers.interactive import middle, numbers, on_phone, says, written

WAYS = ("direct", "by the mean", "by the variance")
UPSTREAM = {
    "worked example": [1, 3, -3, 3],
    "first sample": [3, 0, 0, 0],
    "all alike": [2, 2, 2, 2],
    "like x̂": [-2, -2 / 3, -2 / 3, 10 / 3],
}


@pytest.mark.parametrize("upstream", UPSTREAM)
@pytest.mark.parametrize("shut", range(8))
def test_open_paths_add_up_to_what_autograd_finds(upstream, shut, shown):
    tab = shown("paths")
    tab.get_by_label(upstream).check()
    opened = [not shut >> i & 1 for i in range(3)]
    for way, wanted in zip(WAYS, opened, strict=True):
        tab.get_by_label(way).set_checked(wanted)
    x = torch.tensor([1.0, 3.0, 3.0, 9.0], dtype=torch.float64, requires_grad=True)
    dy = torch.tensor(UPSTREAM[upstream], dtype=torch.float64)
    got = gradient(x, dy, *opened)
    text = says(tab)
    said = numbers(text.split("dx is ")[1].split(";")[0])
    assert said == pytest.approx(got.tolist(), abs=0.006)
    whole = gradient(x, dy, True, True, True)
    assert ("this is the gradient" in text) == torch.allclose(got, whole, atol=1e-9)
    sums = numbers(text.split("Sum of dx")[1] + text.split("Sum of dx")[2])
    normalized = (x.detach() - 4) / 3
    assert sums == pytest.approx([got.sum().item(), (got * normalized).sum().item()], abs=0.006)


def gradient(x: torch.Tensor, dy: torch.Tensor, direct: bool, mean: bool, var: bool):
    """Gradient of x over the chosen paths, for weight 3: autograd does not see the others."""
    mu, sigma2 = x.mean(), x.var(correction=0)
    y = ((x if direct else x.detach()) - (mu if mean else mu.detach())) / (
        sigma2 if var else sigma2.detach()
    ).sqrt()
    if not y.requires_grad:
        return torch.zeros_like(x)
    return torch.autograd.grad(3 * y, x, dy)[0]


def test_path_is_closed_by_a_tap_on_the_drawing(browser, tmp_path):
    with on_phone(browser, written(tmp_path, "paths")) as tab:
        tab.touchscreen.tap(*middle(tab.locator(".interactive-way rect").nth(1)))
        assert not tab.get_by_label("by the mean").is_checked()
        assert "the gradient is" in says(tab)
