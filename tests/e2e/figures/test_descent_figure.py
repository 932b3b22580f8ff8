"""Two descents; NumPy counts the same steps."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from tests.helpers.interactive import numbers, says, slide


@pytest.mark.parametrize(("ratio", "correlation", "rate"), [(6, 0, 8), (14, 5, 12), (0, 9, 18)])
def test_steps_to_the_goal_are_those_of_gradient_descent(ratio, correlation, rate, shown):
    tab = shown("descent")
    slide(tab, "spread ratio", ratio)
    slide(tab, "correlation", correlation)
    slide(tab, "relative rate", rate)
    s, r, part = 1 + ratio / 2, correlation / 10, 0.05 + rate / 20
    units = [np.array([[1, r * s], [r * s, s * s]]), np.array([[1, r], [r, 1]])]
    wanted = [steps(h, start, part) for h, start in zip(units, [[-1, -1], [-1, -s]], strict=True)]
    found = re.findall(r"after (more than )?(\d+) steps?", says(tab))
    assert [math.inf if more else int(count) for more, count in found] == wanted
    shown_numbers = numbers(
        " ".join(tab.locator("text:text-matches('condition')").all_text_contents())
    )
    assert shown_numbers == pytest.approx([np.linalg.cond(h) for h in units], abs=0.06)


def steps(curvature: np.ndarray, start: list[float], part: float) -> float:
    """Steps until the weights are within one percent of where they began, at most 500."""
    error = np.array(start, float)
    near = np.linalg.norm(error) / 100
    rate = part * 2 / np.linalg.eigvalsh(curvature)[-1]
    for step in range(1, 501):
        error = error - rate * curvature @ error
        if np.linalg.norm(error) <= near:
            return step
    return math.inf


def test_descent_beyond_the_largest_stable_rate_diverges(shown):
    tab = shown("descent")
    tab.get_by_label("relative rate").press("End")
    assert "run away" in says(tab)
