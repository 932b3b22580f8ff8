"""Comparison of a block of layers with what torch's functions make of its weights."""

import torch
from torch.nn import functional

from .assertions import assert_close, assert_true, describe
from .inputs import images, tensor
from .model_watch import WATCH, defined

BLOCK = (
    WATCH
    + """
from torch.nn.utils import vector_to_parameters


def built(inputs, outputs, order, values, batches):
    block, other = (module.conv_block(inputs, outputs, order) for _ in range(2))
    if not isinstance(block, nn.Module):
        return {"layers": None, "result": block}
    parameters = dict(block.named_parameters())
    leaves = [(name, each) for name, each in block.named_modules() if not list(each.children())]
    kinds = {type(each).__name__: each for _, each in leaves}
    seen = {
        "layers": ", ".join(type(each).__name__[:20] for _, each in leaves),
        "training": all(each.training for each in block.modules()),
        "trained": all(each.requires_grad for each in parameters.values()),
        "narrow": all(each.dtype == torch.float32 for each in parameters.values()),
        "first": {
            f"{type(each).__name__} {name}": value.clone()
            for _, each in leaves for name, value in each.state_dict().items()
        },
    }
    block = placed(block.double())
    before = state(other)
    vector_to_parameters(values[: sum(each.numel() for each in parameters.values())],
                         block.parameters())
    after = state(other)
    seen["own"] = block is not other and all(torch.equal(before[k], after[k]) for k in before)
    for kind in ("Conv2d", "BatchNorm2d"):
        for name in ("weight", "bias"):
            each = getattr(kinds.get(kind), name, None)
            seen[f"{kind} {name}"] = None if each is None else each.detach().clone()
    ys = [block(x.clone()).detach().clone() for x in batches]
    block.eval()
    return seen | {"ys": ys + [block(batches[0].clone()).detach()]}
"""
)

LAYERS = {
    "none": ["Conv2d", "ReLU"],
    "before": ["Conv2d", "BatchNorm2d", "ReLU"],
    "after": ["Conv2d", "ReLU", "BatchNorm2d"],
}


def check_block(learner, rng, order, inputs, outputs, size, *, in_evaluation=False):
    """Return what was seen of a block, once its layers and its output are right.

    Args:
        learner: the learner's module.
        rng: the source of weights and images.
        order, inputs, outputs: the arguments of the block.
        size: height and width of the images.
        in_evaluation: whether to compare the output in evaluation, after two steps of training.
    """
    values = tensor(rng.normal(size=9 * inputs * outputs + 3 * outputs))
    batches = [images(rng, n=n, c=inputs, h=size[0], w=size[1]) for n in (4, 3)]
    seen = defined(learner, BLOCK, "built")(inputs, outputs, order, values, batches)
    if seen["layers"] is None:
        text = f"is {describe(seen['result'])}, expected a module."
        assert_true(False, "the block", text, describe(seen["result"]))
    layers, names = seen["layers"], ", ".join(LAYERS[order])
    assert_true(layers == names, "the block", f"is not made of {names}, in this order.", layers)
    want = block_outputs(seen, batches, order, (outputs, inputs, 3, 3))
    for got, y in zip(seen["ys"][:2], want[:2], strict=True):
        assert_close(got, y, "output of the block")
    if in_evaluation:
        assert_close(seen["ys"][2], want[2], "output of the block in evaluation")
    return seen


def block_outputs(seen, batches, order, shape):
    """Return what torch's functions make of two batches in training, and of one in evaluation."""
    weight, bias = seen["Conv2d weight"], seen["Conv2d bias"]
    got = tuple(weight.shape)
    assert_true(got == shape, "weight of the convolution", f"has shape {got}.", got)
    own = seen["BatchNorm2d weight"], seen["BatchNorm2d bias"]
    running = torch.zeros(shape[0]).double(), torch.ones(shape[0]).double()
    ys = []
    for x, training in ((batches[0], True), (batches[1], True), (batches[0], False)):
        for layer in LAYERS[order]:
            if layer == "Conv2d":
                x = functional.conv2d(x, weight, bias, padding=1)
            elif layer == "ReLU":
                x = functional.relu(x)
            else:
                x = functional.batch_norm(x, *running, *own, training=training)
        ys.append(x)
    return ys


def has_bias(seen):
    """Return whether the convolution of a block has a bias."""
    return seen["Conv2d bias"] is not None


def check_as_torch_makes_it(seen):
    """Assert that a block is new, in training mode and trained, and its batch norm has weights."""
    assert_true(seen["own"], "the block", "shares its parameters with another block.")
    assert_true(seen["training"], "the block", "is not in training mode.")
    assert_true(seen["trained"], "a parameter of the block", "is not trained.")
    assert_true(seen["narrow"], "a parameter of the block", "is not float32.")
    norm = "BatchNorm2d" in seen["layers"]
    affine = all(seen[f"BatchNorm2d {name}"] is not None for name in ("weight", "bias"))
    assert_true(affine or not norm, "the batch norm", "has no weight and bias.")
    # Torch draws weight and bias of a convolution from -bound to bound, and starts a batch norm
    # with ones and zeros.
    fan_in = seen["Conv2d weight"][0].numel()
    for key, value in seen["first"].items():
        kind, name = key.split()
        if kind == "Conv2d":
            most, least = float(value.abs().max()) * fan_in**0.5, 0.5 * (value.numel() > 20)
            what = f"the first {name} of the convolution"
            assert_true(least < most <= 1.0, what, "is not drawn as torch draws it.", most > 1)
        else:
            right = bool((value == float(name in ("weight", "running_var"))).all())
            assert_true(right, f"the first {name} of the batch norm", "is not that of torch.")
