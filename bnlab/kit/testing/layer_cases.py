"""Layers with a known state on the learner's side, batches of every kind, and torch's results.

The public checks and the hidden tests of `layer` share them; each draws its own numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .assertions import MismatchError, assert_close
from .inputs import (
    BIG_EPS,
    HARDLY_AN_EPS,
    affine,
    checkerboard,
    features,
    images,
    one_change_at_a_time,
    statistics,
    tensor,
)
from .values import describe, is_tensor

PREPARED = """
import torch

def prepared(eps, weight, bias, mean, var):
    "A layer with this state and its dtype, and with a track that takes notes in `layer.told`."
    layer = placed(module.BatchNorm(len(weight), eps=eps).to(weight.dtype))
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
        layer.running_mean.copy_(mean)
        layer.running_var.copy_(var)
    layer.told = []
    layer.track = lambda mean, var, n: layer.told.append((mean, var, float(n)))
    return layer
"""

BOTH_MODES = """
def both_modes(layer, x, watched=False):
    "The outputs in training and in evaluation, and whether x requires a gradient then."
    x.requires_grad_(watched)
    return layer.train()(x), layer.eval()(x), x.requires_grad
"""

HISTORY = """
def history(momentum, training, batches):
    "The state of a layer after each batch, as it is and as somebody holds it since before."
    mean, *_ = batches[0]
    layer = placed(module.BatchNorm(len(mean), momentum=momentum).to(mean.dtype)).train(training)
    held = [layer.running_mean, layer.running_var, layer.num_batches_tracked]
    held = [each.detach() for each in held]
    states = []
    for batch in batches:
        layer.track(*batch)
        now = layer.running_mean, layer.running_var, layer.num_batches_tracked
        states.append(tuple(each.clone() for each in (*now, *held)))
    return states
"""

WITH_A_GRAPH = """
def with_a_graph(momentum, mean, var, n):
    "The running variance of a float32 layer, and whether the statistics remember a graph."
    layer = placed(module.BatchNorm(len(mean), momentum=momentum))
    layer.track(mean.requires_grad_() * 1, var.requires_grad_() * 1, n)
    graph = layer.running_mean.requires_grad or layer.running_var.requires_grad
    return layer.running_var, graph
"""

TRACKED = """
def tracked(layer, mean, var, n):
    "The running mean after a batch, for a run on another device."
    layer.track(mean.detach(), var.detach(), n)
    return layer.running_mean.clone()
"""

WITHOUT_GRADIENTS = """
import torch

def without_gradients(layer, x):
    with torch.no_grad():
        return layer(x)
"""

STATE = "running_mean", "running_var", "num_batches_tracked"

NO_EPS = 1e-300
"""What stands for an eps of 0, which torch refuses in training; float64 sees no difference."""


def random_state(rng: np.random.Generator, c: int) -> list[Any]:
    """Return weight, bias, running mean and running variance (c,), as float64 tensors."""
    return [tensor(each) for each in (*affine(rng, d=c), *statistics(rng, d=c))]


def prepared(learner: Any, state: Sequence[Any], eps: float = BIG_EPS) -> Any:
    """Return a layer of the learner's with this state, and a `track` that only takes notes."""
    return learner.define(PREPARED, "prepared")(eps, *state)


def trained(x: Any, weight: Any, bias: Any, eps: float = BIG_EPS) -> Any:
    """Return the output of torch in training, computed in float64, in the dtype of x."""
    import torch

    wide = [each.double() for each in (x, weight, bias)]
    y = torch.nn.functional.batch_norm(wide[0], None, None, *wide[1:], training=True, eps=eps)
    return y.to(x.dtype)


def evaluated(x: Any, weight: Any, bias: Any, mean: Any, var: Any, eps: float = BIG_EPS) -> Any:
    """Return the output of torch in evaluation, computed in float64, in the dtype of x."""
    import torch

    wide = [each.double() for each in (x, mean, var, weight, bias)]
    return torch.nn.functional.batch_norm(*wide, eps=eps).to(x.dtype)


def moments(x: Any) -> tuple[Any, Any, float]:
    """Return mean (c,), biased variance (c,) and count of each channel, in float64."""
    import torch

    axes = (0, *range(2, x.ndim))
    var, mean = torch.var_mean(x.double(), dim=axes, correction=0)
    return mean, var, x.numel() / x.shape[1]


def ranks(rng: np.random.Generator, c: int) -> dict[str, Any]:
    """Return rows, signals and images of c channels, in float64; signals are as long as wide."""
    return {
        "rows": tensor(features(rng, n=4, d=c)),
        "signals": images(rng, 2, c, c + (c == 1), 1)[..., 0],
        "images": images(rng, 3, c, 2, 5),
    }


def other_formats(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same batches in other memory formats, none of them contiguous."""
    import torch

    moved = {f"{name} as a view": x.mT.contiguous().mT for name, x in found.items()}
    last = found["images"].contiguous(memory_format=torch.channels_last)
    return {**moved, "channels_last images": last}


def half_precision(rng: np.random.Generator, dtype: Any, c: int) -> Any:
    """Return images (6, c, 4, 4): squares overflow in float16, the first mean is between two."""
    import torch

    low = {torch.float16: 2048.0, torch.bfloat16: 300.0}[dtype]
    steps = rng.permutation(np.repeat([low, low + 2], 48)).reshape(6, 1, 4, 4)
    spread = np.geomspace(500, 0.5, c - 1).reshape(-1, 1, 1)
    noise = rng.normal(size=(6, c - 1, 4, 4)) * spread
    return tensor(np.concatenate([steps, noise], axis=1)).to(dtype)


def dtype_of(x: Any) -> str:
    """Return the dtype in words, such as "float32"."""
    return str(x.dtype).removeprefix("torch.")


def agree_in_both_modes(
    learner: Any,
    layer: Any,
    state: Sequence[Any],
    batches: Mapping[str, Any],
    eps: float = BIG_EPS,
    **tolerance: float,
) -> None:
    """Compare training and evaluation of a prepared layer with torch, batch by batch."""
    both = learner.define(BOTH_MODES, "both_modes")
    calls = learner.call_each(both, [(layer, x) for x in batches.values()])
    for call, (name, x) in zip(calls, batches.items(), strict=True):
        ours, theirs, _ = call.result
        want = trained(x, *state[:2], eps=eps), evaluated(x, *state, eps=eps)
        assert_close(ours, want[0], f"y of {name} in training", **tolerance)
        assert_close(theirs, want[1], f"y of {name} in evaluation", **tolerance)


def agree_with_one_change(learner: Any, rng: np.random.Generator) -> None:
    """Compare layers of 4 channels in both modes, with one thing special in each."""
    cases = one_change_at_a_time(rng, 4, 4, 4, 4)
    plain = [tensor(each) for each in (np.ones(4), np.zeros(4), np.zeros(4), np.ones(4))]
    special = {name: case[3] != HARDLY_AN_EPS or case[1].std() > 0 for name, case in cases.items()}
    batches = {name: tensor(cases[name][0]) for name in cases if not special[name]}
    layer = prepared(learner, plain, HARDLY_AN_EPS)
    agree_in_both_modes(learner, layer, plain, batches, HARDLY_AN_EPS)
    layers = {
        name: (tensor(x), [tensor(weight), tensor(bias), *plain[2:]], eps)
        for name, (x, weight, bias, eps) in cases.items()
        if special[name]
    }
    mean, var = (tensor(each) for each in statistics(rng, 4))
    board = tensor(checkerboard(4, 4, 4, 4))
    layers["a running mean"] = board, [*plain[:2], mean, plain[3]], HARDLY_AN_EPS
    layers["a running variance"] = board, [*plain[:3], var], HARDLY_AN_EPS
    for name, (x, state, eps) in layers.items():
        agree_in_both_modes(learner, prepared(learner, state, eps), state, {name: x}, eps)


def agree_left_alone(
    learner: Any, layer: Any, state: Sequence[Any], cases: Sequence[tuple[Any, bool]]
) -> None:
    """Compare batches with what they were before training and evaluation.

    Args:
        cases: each batch with the `requires_grad` that it has.
    """
    both = learner.define(BOTH_MODES, "both_modes")
    calls = learner.call_each(both, [(layer, *case) for case in cases])
    for call, (x, watched) in zip(calls, cases, strict=True):
        (ours, theirs, requires_grad), (_, after, _) = call
        name = f"in {dtype_of(x)}"
        assert_close(ours, trained(x, *state[:2]), f"y {name} in training", rtol=5e-2, atol=5e-2)
        want = evaluated(x, *state)
        assert_close(theirs, want, f"y {name} in evaluation", rtol=5e-2, atol=5e-2)
        assert_close(after, x, f"x {name} after the calls")
        assert_close(requires_grad, watched, "requires_grad of x after the calls")


def agree_told(layer: Any, batches: Iterable[Any], **tolerance: float) -> None:
    """Compare what track was told, in whatever dtype, with the moments of these batches."""
    told = layer.read("told")
    if isinstance(told, list) and all(isinstance(each, tuple) for each in told):
        told = [tuple(part.double() if is_tensor(part) else part for part in each) for each in told]
    assert_close(told, tuple(moments(x) for x in batches), "what track is told", **tolerance)


def agree_unchanged(layer: Any, state: Sequence[Any]) -> None:
    """Compare parameters, statistics and count with what they were: track only takes notes."""
    import torch

    saved = layer.state_dict()
    for name, value in zip(("weight", "bias", *STATE), (*state, torch.tensor(0)), strict=True):
        got = saved.get(name) if isinstance(saved, dict) else saved
        assert_close(got, value, f"{name} while track only takes notes")


def rows_and_moments(rng: np.random.Generator, c: int, *lengths: int) -> list[tuple[Any, ...]]:
    """Return (mean, biased variance, number of rows, rows) for batches of these lengths."""
    rows = [tensor(features(rng, n=n, d=c)) for n in lengths]
    return [(x.mean(0), x.var(0, correction=0), len(x), x) for x in rows]


def torch_layer(momentum: float | None, batches: Sequence[tuple[Any, ...]]) -> Any:
    """Return torch's own layer after these batches, in float64."""
    import torch

    layer = torch.nn.BatchNorm1d(batches[0][3].shape[1], momentum=momentum).double()
    for *_, x in batches:
        layer(x)
    return layer


def history(
    learner: Any,
    momentum: float | None,
    batches: Sequence[tuple[Any, ...]],
    training: bool = True,
) -> Any:
    """Return the state of the learner's layer after each batch: as it is, and as it is held."""
    told = [each[:3] for each in batches]
    return learner.define(HISTORY, "history")(momentum, training, told)


def agree_history(
    states: Any, momentum: float | None, batches: Sequence[tuple[Any, ...]], **tolerance: float
) -> None:
    """Compare the state after each batch with that of torch's own layer.

    Raises:
        MismatchError: if a state differs, or there is not one for each batch.
    """
    if not isinstance(states, list) or len(states) != len(batches):
        problem = f"are {describe(states)}, expected a list of {len(batches)}."
        raise MismatchError("the states after the batches", problem)
    want = torch_layer(momentum, batches[:1])
    for index, state in enumerate(states, 1):
        if index > 1:
            want(batches[index - 1][3])
        for name, one in zip(STATE, state[:3], strict=True):
            assert_close(one, getattr(want, name), f"{name} after {index}", **tolerance)
