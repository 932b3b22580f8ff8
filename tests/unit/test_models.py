"""The networks: shapes, places of the norm, and one start for all versions."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from bnlab.kit.nets.models import convnet, lenet, mlp

BUILDERS = {
    "mlp": lambda norm, **options: mlp((64, 12, 12, 10), norm, **options),
    "lenet": lambda norm, **options: lenet(norm, image=8, **options),
    "convnet": lambda norm, **options: convnet(norm, stages=((4, 4), (8,)), **options),
}
each_net = pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS.keys())


class Scale(nn.Module):
    """A layer in the place of a learner's."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        assert x.shape[1] == self.channels
        return 2 * x


def weights(model: nn.Module) -> list[torch.Tensor]:
    return [layer.weight for layer in model if isinstance(layer, nn.Conv2d | nn.Linear)]


@each_net
def test_the_norm_stands_where_its_name_says(build) -> None:
    names = {norm: [type(m).__name__ for m in build(norm)] for norm in ("none", "before", "after")}
    norms = [name for name in names["before"] if name.startswith("BatchNorm")]
    assert len(norms) == names["none"].count("ReLU")
    for kind in set(norms):
        assert f"{kind} ReLU" in " ".join(names["before"])
        assert f"ReLU {kind}" in " ".join(names["after"])
    for norm in ("before", "after"):
        assert [name for name in names[norm] if name not in norms] == names["none"]


@each_net
def test_all_versions_of_a_seed_start_from_the_same_weights(build) -> None:
    start = weights(build("none", seed=3))
    for norm in ("before", "after"):
        for one, other in zip(start, weights(build(norm, seed=3)), strict=True):
            assert torch.equal(one, other)
    assert not any(map(torch.equal, start, weights(build("none", seed=4))))


@each_net
def test_only_a_norm_that_follows_directly_replaces_the_bias(build) -> None:
    for norm in ("none", "before", "after"):
        *hidden, last = [m for m in build(norm) if isinstance(m, nn.Conv2d | nn.Linear)]
        assert last.bias is not None
        assert all((layer.bias is None) == (norm == "before") for layer in hidden)


@each_net
def test_a_learners_layer_can_take_the_norms_place_everywhere(build) -> None:
    model = build("after", make_norm=Scale)
    assert sum(isinstance(m, Scale) for m in model) == sum(isinstance(m, nn.ReLU) for m in model)
    assert model(torch.rand(3, 1, 8, 8)).shape == (3, 10)


def test_the_seed_of_a_network_does_not_become_torchs_own() -> None:
    def next_number(seed: int) -> float:
        torch.manual_seed(seed)
        lenet(seed=5)
        return torch.rand(()).item()

    assert next_number(1) != next_number(2)


def test_lenet_has_the_sizes_of_the_tutorial() -> None:
    x = torch.zeros(2, 1, 28, 28)
    shapes = []
    for layer in lenet("none"):
        x = layer(x)
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d | nn.Linear):
            shapes.append(tuple(x.shape[1:]))
    convolutions = [(6, 26, 26), (6, 13, 13), (16, 11, 11), (16, 5, 5)]
    assert shapes == [*convolutions, (120,), (84,), (10,)]


@pytest.mark.parametrize("image", [4, 8, 9, 10, 11, 12, 32])
def test_lenet_takes_any_image_of_four_pixels_or_more(image: int) -> None:
    assert lenet("before", image=image)(torch.rand(2, 1, image, image)).shape == (2, 10)


def test_an_unknown_norm_and_a_tiny_image_are_refused() -> None:
    with pytest.raises(ValueError, match="norm is 'both', expected one of none, before, after"):
        mlp(norm="both")
    with pytest.raises(ValueError, match="image is 3, expected at least 4"):
        lenet(image=3)
