"""What do torch, Keras, Flax and ONNX do by default, when their layers are run rather than read?

Nothing here reads a documentation: `eps`, the weight of the new statistic and the kind of variance
are solved for from outputs and running statistics. Needs `pip install keras jax flax onnx
onnxruntime` beside the requirements; the short form asks torch alone.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import torch

os.environ.setdefault("KERAS_BACKEND", "torch")

ROWS = 8
INPUT = np.random.default_rng(0).normal(3.0, 2.0, (ROWS, 3)).astype(np.float32)
NARROW = INPUT * np.float32(2e-3)  # a variance that eps is not small against


@dataclass(frozen=True)
class Call:
    """What one call gave: output (N, D), running mean (D,) and running variance (D,) after it."""

    output: np.ndarray
    running_mean: np.ndarray
    running_var: np.ndarray
    dtype: str


def run(quick: bool) -> dict:
    """Conventions of each library, measured on its layer with its defaults."""
    libraries: dict[str, Callable[..., Call]] = {"torch": by_torch}
    if not quick:
        libraries |= {"keras": by_keras, "flax": by_flax, "onnx": by_onnx}
    return {name: conventions(call) | VERSIONS[name]() for name, call in libraries.items()}


def conventions(call: Callable[..., Call]) -> dict[str, Any]:
    """What a layer does with a batch, solved for from what it returns.

    Args:
        call: from an input (N, D) and a mode to a Call, on a new layer with running mean 0 and
            running variance 1.
    """
    trained, evaluated = call(INPUT, training=True), call(INPUT, training=False)
    mean, var = INPUT.mean(axis=0), INPUT.var(axis=0, dtype=float)
    weight = float(np.median(trained.running_mean / mean))
    averaged = (trained.running_var - (1 - weight)) / weight
    return {
        "eps": {"wide": _eps(call, INPUT), "narrow": _eps(call, NARROW)},
        "weight_of_new": weight,
        "normalized_by": _kind(_variance(trained.output, INPUT), var),
        "averaged": _kind(averaged, var),
        "evaluation_keeps_statistics": bool(
            np.all(evaluated.running_mean == 0) and np.all(evaluated.running_var == 1)
        ),
        "frozen_moves": _frozen_moves(call),
        "one_value": _of_one_value(call),
        "half": _of_half(call),
    }


def _eps(call: Callable[..., Call], x: np.ndarray) -> float:
    """The constant that, added to the biased variance under the root, explains the output."""
    output = call(x, training=True).output
    return float(np.median(_variance(output, x) - x.var(axis=0, dtype=float)))


def _variance(output: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Square of the divisor by which the centered input became the output."""
    centered = x.astype(float) - x.mean(axis=0, dtype=float)
    return (centered**2).sum(axis=0) / (output.astype(float) ** 2).sum(axis=0)


def _kind(found: np.ndarray, biased: np.ndarray) -> str:
    ratio = float(np.median(found / biased))
    kinds = {"biased": 1.0, "unbiased": ROWS / (ROWS - 1)}
    name, wanted = min(kinds.items(), key=lambda kind: abs(kind[1] - ratio))
    return name if abs(ratio - wanted) < 0.01 else f"{ratio:.3f} of the biased one"


def _frozen_moves(call: Callable[..., Call]) -> str | None:
    """Whether a layer without trainable parameters averages in training; None if it has no such."""
    if "frozen" not in inspect.signature(call).parameters:
        return None
    moved = np.any(call(INPUT, training=True, frozen=True).running_mean != 0)
    return "yes" if moved else "no"


def _of_one_value(call: Callable[..., Call]) -> str:
    """What a training call with one row does, in which each feature has one value."""
    try:
        output = call(INPUT[:1], training=True).output
    except Exception as error:  # each library has its own
        return type(error).__name__
    return "zeros" if np.all(output == 0) else "other values"


def _of_half(call: Callable[..., Call]) -> dict[str, str]:
    """Dtypes of output and running statistics for half-precision input and default parameters."""
    try:
        found = call(INPUT.astype(np.float16), training=True)
    except Exception as error:
        return {"output": type(error).__name__, "statistics": "none"}
    return {"output": str(found.output.dtype), "statistics": found.dtype}


def by_torch(x: np.ndarray, training: bool, frozen: bool = False) -> Call:
    layer = torch.nn.BatchNorm1d(x.shape[1]).train(training).requires_grad_(not frozen)
    with torch.no_grad():
        output = layer(torch.as_tensor(x)).numpy()
    mean, var = layer.running_mean.numpy(), layer.running_var.numpy()
    return Call(output, mean, var, str(mean.dtype))


def by_keras(x: np.ndarray, training: bool, frozen: bool = False) -> Call:
    import keras

    policy = "float32" if x.dtype == np.float32 else "mixed_float16"
    layer = keras.layers.BatchNormalization(dtype=policy, trainable=not frozen)
    output = keras.ops.convert_to_numpy(layer(x, training=training))
    mean, var = map(keras.ops.convert_to_numpy, (layer.moving_mean, layer.moving_variance))
    return Call(output, mean, var, str(mean.dtype))


def by_flax(x: np.ndarray, training: bool) -> Call:
    import jax
    from flax import linen

    layer = linen.BatchNorm(use_running_average=not training)
    state = layer.init(jax.random.key(0), x)
    state = {**state, "batch_stats": jax.tree.map(lambda a: a, state["batch_stats"])}
    output, changed = layer.apply(state, x, mutable=["batch_stats"])
    after = changed["batch_stats"]
    mean, var = np.asarray(after["mean"]), np.asarray(after["var"])
    return Call(np.asarray(output), mean, var, str(mean.dtype))


def by_onnx(x: np.ndarray, training: bool) -> Call:
    """The operator as its reference runs it; evaluation by ONNX Runtime, which cannot train."""
    import onnx
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    features, kind = x.shape[1], helper.np_dtype_to_tensor_dtype(x.dtype)
    shape = {"x": (None, features)} | dict.fromkeys(("scale", "B", "mean", "var"), (features,))
    inputs = [
        helper.make_tensor_value_info(name, kind if name == "x" else TensorProto.FLOAT, size)
        for name, size in shape.items()
    ]
    names = ["y", "running_mean", "running_var"] if training else ["y"]
    outputs = [
        helper.make_tensor_value_info(
            name, kind if name == "y" else TensorProto.FLOAT, shape["x" if name == "y" else "mean"]
        )
        for name in names
    ]
    node = helper.make_node("BatchNormalization", list(shape), names, training_mode=int(training))
    graph = helper.make_graph([node], "batch_norm", inputs, outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=10)
    onnx.checker.check_model(model)
    zeros, ones = np.zeros(features, np.float32), np.ones(features, np.float32)
    feed = {"x": x, "scale": ones, "B": zeros, "mean": zeros, "var": ones}
    if training:
        output, mean, var = ReferenceEvaluator(model).run(None, feed)
        return Call(output, mean, var, str(mean.dtype))
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString())
    return Call(session.run(None, feed)[0], zeros, ones, "float32")


VERSIONS: dict[str, Callable[[], dict[str, str]]] = {
    "torch": lambda: {"version": version("torch")},
    "keras": lambda: {"version": version("keras")},
    "flax": lambda: {"version": version("flax"), "jax": version("jax")},
    "onnx": lambda: {"version": version("onnx"), "runtime": version("onnxruntime")},
}
