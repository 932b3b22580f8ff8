"""Batch norm as a graph; autograd checks the gradient at each node, with each edge cut."""

from __future__ import annotations

import pytest
import torch

from tests.helpers.interactive import middle, numbers, on_phone, says, written

UPSTREAM = {
    "worked example": [1, 3, -3, 3],
    "first sample": [3, 0, 0, 0],
    "all alike": [2, 2, 2, 2],
}


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


def test_edge_is_cut_by_a_tap_on_a_phone(browser, tmp_path):
    with on_phone(browser, written(tmp_path, "graph")) as tab:
        edge = tab.locator(".interactive-edge .interactive-reach").nth(0)
        tab.touchscreen.tap(*middle(edge))
        assert not tab.get_by_label("x → x − μ", exact=True).is_checked()
        assert "is the gradient of batch norm" not in says(tab)
