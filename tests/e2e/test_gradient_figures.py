"""The circle and the graph in Chromium; autograd checks their numbers."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

from book._ext import interactive_figure
from tests.helpers.interactive import middle, numbers, says, slide, written

UPSTREAM = {
    "worked example": [1, 3, -3, 3],
    "first sample": [3, 0, 0, 0],
    "all alike": [2, 2, 2, 2],
}


@pytest.mark.parametrize(("unit", "name"), [("backward", "circle"), ("backward", "graph")])
def test_figure_with_a_drawing_shows_it_where_scripts_are_off(unit, name, browser, tmp_path):
    drawing = interactive_figure.picture(unit, name)
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    plain, drawn = (interactive_figure.markup(name, "", each) for each in ("", drawing))
    path = tmp_path / f"{name}.html"
    written(tmp_path, name)
    path.write_text(path.read_text("utf8").replace(plain, drawn), "utf8")
    tab.goto(path.as_uri())
    assert tab.locator("figure svg[role=img]").is_visible()
    assert tab.locator("figure p").inner_text() == interactive_figure.PICTURE
    context.close()


# The circle


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


# The graph


NODES = ("β", "y", "γ", "x̂", "r", "σ²", "x − μ", "μ", "x")


def nodes_of_the_graph(dy: list[float], cut: str) -> dict[str, torch.Tensor]:
    """Gradient of each node by autograd; `cut` is an edge, or nothing."""

    def through(value: torch.Tensor, name: str) -> torch.Tensor:
        return value.detach().requires_grad_() if name == cut else value

    x = torch.tensor([1.0, 3, 3, 9], dtype=torch.float64, requires_grad=True)
    weight = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
    bias = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    mean = through(x, "x → μ").mean()
    centered = through(x, "x → x − μ") - through(mean, "μ → x − μ")
    var = through(centered, "x − μ → σ²").square().mean()
    rstd = through(var, "σ² → r").rsqrt()
    xhat = through(centered, "x − μ → x̂") * through(rstd, "r → x̂")
    y = weight * through(xhat, "x̂ → y") + bias
    values = dict(zip(NODES, (bias, y, weight, xhat, rstd, var, centered, mean, x), strict=True))
    found = torch.autograd.grad(
        (y * torch.tensor(dy).double()).sum(), list(values.values()), allow_unused=True
    )
    pairs = zip(values.items(), found, strict=True)
    return {
        name: torch.zeros_like(value) if grad is None else grad for (name, value), grad in pairs
    }


@pytest.mark.parametrize("dy", ["worked example", "first sample", "all alike"])
@pytest.mark.parametrize(
    "cut",
    ["", "x → x − μ", "x → μ", "μ → x − μ", "x − μ → σ²", "σ² → r", "r → x̂", "x − μ → x̂", "x̂ → y"],
)
def test_gradient_at_each_node_is_that_of_autograd_with_the_edge_cut(dy, cut, shown):
    tab = shown("graph")
    tab.get_by_label(dy).check()
    if cut:
        tab.get_by_label(cut, exact=True).uncheck()
    wanted = nodes_of_the_graph(UPSTREAM[dy], cut)
    said = dict(zip(NODES, says(tab).removeprefix("Gradients: ").split("; "), strict=True))
    for name, text in said.items():
        found = numbers(text.split(". ")[0].removeprefix(name))
        assert found == pytest.approx(wanted[name].flatten().tolist(), abs=0.006), name
    whole = nodes_of_the_graph(UPSTREAM[dy], "")["x"]
    right = torch.allclose(wanted["x"], whole)
    assert ("is the gradient of batch norm" in says(tab)) == right


def test_edge_is_cut_by_mouse_as_well(shown):
    tab = shown("graph")
    tab.locator(".interactive-edge .interactive-reach").nth(1).click(force=True)
    assert not tab.get_by_label("x → μ", exact=True).is_checked()
    assert tab.locator(".interactive-edge.interactive-shut").count() == 1
