"""The block in which the numbers that share a mean are filled."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.helpers.interactive import numbers, on_phone, says, slide, written


def block(tab: Page) -> np.ndarray:
    """The numbers of the block, (3, 4, 3, 3)."""
    found = tab.locator(".interactive-cell text").all_text_contents()
    return np.array([float(text) for text in found]).reshape(3, 4, 3, 3)


@pytest.mark.parametrize(
    ("norm", "place", "share"),
    [
        ("batch", 1, np.s_[:, 1]),
        ("layer", 1, np.s_[1]),
        ("instance", 1, np.s_[1, 1]),
        ("group", 0, np.s_[1]),
        ("group", 1, np.s_[1, :2]),
        ("group", 2, np.s_[1, 1]),
    ],
)
def test_filled_numbers_are_those_of_the_mean(norm, place, share, shown):
    tab = shown("axes")
    tab.get_by_label(norm, exact=True).check()
    if norm == "group":
        slide(tab, "groups G", place)
    filled = np.zeros((3, 4, 3, 3), bool)
    filled[share] = True
    classes = "all => all.map(e => e.className.baseVal)"
    kinds = tab.eval_on_selector_all(".interactive-cell", classes)
    assert [("shares" in kind) for kind in kinds] == filled.flatten().tolist()
    *_, count, mean, means = numbers(says(tab).split(" One")[0])
    assert (count, means) == (filled.sum(), 108 / filled.sum())
    assert mean == pytest.approx(block(tab)[share].mean(), abs=0.006)


def test_block_is_walked_by_keys_and_pointed_at_by_mouse_and_finger(shown, browser, tmp_path):
    tab = shown("axes")
    board = tab.get_by_role("application")
    board.press("ArrowRight")
    board.press("ArrowRight")
    assert says(tab).startswith("Sample 2, channel 3, row 2, column 1")
    for _ in range(9):
        board.press("ArrowDown")
    assert says(tab).startswith("Sample 3, channel 3, row 3, column 1")
    tab.locator(".interactive-cell").nth(13).hover()
    assert says(tab).startswith("Sample 1, channel 2, row 2, column 2")
    with on_phone(browser, written(tmp_path, "axes")) as phone:
        phone.locator(".interactive-cell").nth(107).tap()
        assert says(phone).startswith("Sample 3, channel 4, row 3, column 3")
