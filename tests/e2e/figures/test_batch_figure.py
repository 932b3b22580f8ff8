"""The batch whose points are dragged; torch checks its numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from playwright.sync_api import Page
from torch.nn import functional as F

from tests.helpers.interactive import drag, middle, numbers, on_phone, says, slide, written


def batch(tab: Page) -> np.ndarray:
    """The chain of values of each sample, (samples, lines), as a listener hears it."""
    handles = tab.locator("[role=slider]:visible").all()
    return np.array([numbers(handle.get_attribute("aria-valuetext")) for handle in handles])


def test_batch_begins_with_the_worked_example_of_the_chapter(shown):
    tab = shown("batch", "moments")
    assert batch(tab)[:, 0].tolist() == [1, 3, 3, 9]
    assert batch(tab)[:, 1] == pytest.approx([-1, -1 / 3, -1 / 3, 5 / 3], abs=0.005)
    assert numbers(says(tab)) == [4, 3, 0, 1]


def test_batch_with_weight_and_bias_begins_with_the_table_of_its_chapter(shown):
    chain = batch(shown("batch"))
    assert chain[:, 1] == pytest.approx([-0.75, -0.25, -0.25, 1.25])
    assert chain[:, 2] == pytest.approx([-0.5, 0.5, 0.5, 3.5])


def test_batch_agrees_with_torch_wherever_its_controls_stand(shown):
    tab = shown("batch")
    slide(tab, "samples N", 5)  # seven
    slide(tab, "weight γ", 5)  # -2.75
    slide(tab, "bias β", 20)  # 1
    slide(tab, "ε", 10)  # 7
    tab.get_by_role("button", name="New batch").click()
    x, normalized, y = batch(tab).T
    assert len(x) == 7
    column = torch.tensor(x)[:, None]
    weight, bias = torch.tensor([-2.75]).double(), torch.tensor([1.0]).double()
    options = {"training": True, "eps": 7.0}
    assert normalized == pytest.approx(
        F.batch_norm(column, None, None, **options)[:, 0].numpy(), abs=0.006
    )
    wanted = F.batch_norm(column, None, None, weight, bias, **options)[:, 0].numpy()
    assert y == pytest.approx(wanted, abs=0.006)
    assert numbers(says(tab))[2:] == pytest.approx([wanted.mean(), wanted.std()], abs=0.006)


def test_point_is_dragged_by_mouse_and_the_rest_follows(shown):
    tab = shown("batch", "moments")
    point = tab.get_by_role("slider", name="sample 4")
    x, y = middle(point)
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x - 150, y)
    tab.mouse.up()
    tab.mouse.move(x + 50, y)  # let go, it stays
    values = batch(tab)[:, 0]
    width = tab.locator("figure svg").bounding_box()["width"]
    assert values[3] == pytest.approx(9 - 150 / (width * 336 / 360) * 16, abs=0.1)
    assert numbers(says(tab))[:2] == pytest.approx([values.mean(), values.std()], abs=0.006)


def test_point_is_dragged_by_finger(browser, tmp_path):
    with on_phone(browser, written(tmp_path, "batch", "moments")) as tab:
        x, y = middle(tab.get_by_role("slider", name="sample 4"))
        drag(tab, (x, y), (x - 100, y))
        values = batch(tab)[:, 0]
        assert values[3] < 8
        assert numbers(says(tab))[0] == pytest.approx(values.mean(), abs=0.006)


def test_point_is_moved_by_keys_and_stops_at_the_ends(shown):
    tab = shown("batch", "moments")
    point = tab.get_by_role("slider", name="sample 1")
    for key, wanted in (("ArrowRight", 1.1), ("PageUp", 2.1), ("ArrowLeft", 2.0), ("End", 10)):
        point.press(key)
        assert float(point.get_attribute("aria-valuenow")) == pytest.approx(wanted)
    point.press("ArrowRight")
    assert point.get_attribute("aria-valuenow") == "10"


def test_batch_of_equal_values_without_eps_divides_zero_by_zero(shown):
    tab = shown("batch")
    slide(tab, "samples N", 0)
    slide(tab, "ε", 0)
    for name in ("sample 1", "sample 2"):
        tab.get_by_role("slider", name=name).press("Home")
    assert "divides 0 by 0" in says(tab)
