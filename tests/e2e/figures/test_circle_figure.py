"""A batch of three on its circle; autograd checks the gradient."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

from tests.helpers.interactive import drag, middle, numbers, on_phone, says, slide, written


def batch_norm_gradient(x: list[float], dy: list[float], eps: float) -> torch.Tensor:
    """What autograd finds for one feature, with weight 1."""
    leaf = torch.tensor(x, dtype=torch.float64).reshape(-1, 1).requires_grad_()
    y = F.batch_norm(leaf, None, None, training=True, eps=max(eps, 1e-12))
    return torch.autograd.grad(y, leaf, torch.tensor(dy).double().reshape(-1, 1))[0].flatten()


@pytest.mark.parametrize("dy", ["first sample", "mixed", "all alike", "like x̂"])
@pytest.mark.parametrize(("place", "eps"), [(0, 0.0), (2, 2.0)])
def test_gradient_on_the_circle_is_that_of_autograd(dy, place, eps, shown):
    tab = shown("circle")
    tab.get_by_label(dy).check()
    slide(tab, "ε", place)
    tab.get_by_role("slider", name="sample 2").press("PageUp")  # 0.5, 2, 4.5
    said = numbers(says(tab))
    x, normalized, upstream = said[:3], said[3:6], said[6:9]
    assert x == [0.5, 2, 4.5]
    assert sum(normalized) == pytest.approx(0, abs=0.011)
    assert sum(each**2 for each in normalized) < 3.03
    wanted = batch_norm_gradient(x, upstream, eps)
    assert said[-3:] == pytest.approx(wanted.tolist(), abs=0.011)
    assert ("tangent" in says(tab)) == (eps == 0 or dy == "all alike")


@pytest.mark.parametrize("part", ["", "moments"])
def test_normalized_batch_stays_on_the_circle_wherever_the_ring_is_dragged(part, shown):
    tab = shown("circle", part)
    ring = tab.locator(".interactive-centered")
    circle = tab.locator(".interactive-ring").bounding_box()
    center = (circle["x"] + circle["width"] / 2, circle["y"] + circle["height"] / 2)
    first = says(tab)
    for step in ((60, 0), (0, 80), (-90, -40)):
        x, y = middle(ring)
        tab.mouse.move(x, y)
        tab.mouse.down()
        tab.mouse.move(x + step[0], y + step[1])
        tab.mouse.up()
        spot = middle(tab.locator(".interactive-onto"))
        radius = math.dist(spot, center)
        assert radius == pytest.approx(circle["width"] / 2, abs=2)  # its stroke has a width
    assert says(tab) != first


def test_equal_samples_have_no_place_on_the_circle(shown):
    tab = shown("circle")
    for number in (1, 2, 3):
        tab.get_by_role("slider", name=f"sample {number}").press("Home")
    assert "divides 0 by 0" in says(tab)
    assert tab.locator(".interactive-onto").is_hidden()


@pytest.mark.parametrize("part", ["", "moments"])
def test_ring_is_dragged_by_finger_on_a_phone(part, browser, tmp_path):
    with on_phone(browser, written(tmp_path, "circle", part)) as tab:
        x, y = middle(tab.locator(".interactive-centered"))
        drag(tab, (x, y), (x + 90, y - 60))
        samples = numbers(says(tab))[:3]
        moved = middle(tab.locator(".interactive-centered"))
        assert math.dist(moved, (x + 90, y - 60)) < 8  # samples are rounded to a tenth
        assert samples != [0.5, 1, 4.5]
