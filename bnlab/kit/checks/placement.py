"""Public checks of `placement`."""

import copy

import numpy as np
import torch
from scipy import stats
from torch import nn

from ..testing.assertions import (
    assert_close,
    assert_portable,
    assert_raises,
    assert_true,
    describe,
    precondition,
)
from ..testing.inputs import features, images, statistics, tensor
from ..testing.properties import property_of

FILL = """
from torch.nn.utils import vector_to_parameters


def fill(module, values):
    vector_to_parameters(values, module.parameters())
"""


def check_block(learner, rng, order, layers):
    """Return the block from 2 to 4 channels, after comparing its layers and its output."""
    block = learner.conv_block(2, 4, order)
    is_module = hasattr(block, "structure")
    assert_true(
        is_module, "the block", f"is {describe(block)}, expected a module.", describe(block)
    )
    learner.define(FILL, "fill")(block.double(), tensor(rng.normal(size=200)))
    rows = {row["class"]: row for row in block.structure()[1:] if row["class"] != "Sequential"}
    assert_true(
        list(rows) == layers, "the block", f"is not made of {', '.join(layers)}.", list(rows)
    )
    state, name = block.state_dict(), rows["Conv2d"]["name"]
    weight, bias = state[f"{name}.weight"], state.get(f"{name}.bias")
    shape = tuple(weight.shape)
    assert_true(shape == (4, 2, 3, 3), "weight of the convolution", f"has shape {shape}.", shape)
    x = images(rng, n=3, c=2, h=6, w=5)
    y, got = nn.functional.conv2d(x, weight, bias, padding=1), block(x)
    for layer in layers[1:]:
        y = torch.relu(y) if layer == "ReLU" else normalized(y, state, rows[layer]["name"])
    assert_close(got, y, "output of the block")
    return bias is not None


def normalized(y, state, name):
    """Return the batch norm of a batch by torch, with the weight and bias of a block."""
    weight, bias = state.get(f"{name}.weight"), state.get(f"{name}.bias")
    return nn.functional.batch_norm(y, None, None, weight, bias, training=True)


@property_of(
    "conv_block", 'order "none": convolution with a bias, ReLU, and the image keeps its size'
)
def none_has_no_batch_norm(learner, rng):
    has_bias = check_block(learner, rng, "none", ["Conv2d", "ReLU"])
    assert_true(has_bias, "the convolution", "has no bias, but it would matter.")


@property_of(
    "conv_block", 'order "before": batch norm before the ReLU, and no bias that it would remove'
)
def before_comes_before_the_relu(learner, rng):
    has_bias = check_block(learner, rng, "before", ["Conv2d", "BatchNorm2d", "ReLU"])
    assert_true(not has_bias, "the convolution", "has a bias that changes nothing.")


@property_of("conv_block", 'order "after": batch norm after the ReLU, and a bias that matters')
def after_comes_after_the_relu(learner, rng):
    has_bias = check_block(learner, rng, "after", ["Conv2d", "ReLU", "BatchNorm2d"])
    assert_true(has_bias, "the convolution", "has no bias, but it would matter.")


@property_of("conv_block", "any other order is a ValueError")
def other_orders_are_refused(learner, rng):
    check_block(learner, rng, "none", ["Conv2d", "ReLU"])
    assert_raises(lambda: learner.conv_block(2, 4, "befor"), "ValueError", "a misspelled order")


def model_and_batches(rng):
    """Return a model with batch norm, and batches on which training mode predicts otherwise."""
    model = nn.Sequential(nn.BatchNorm1d(4), nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3)))
    for parameter in model.double().parameters():
        parameter.data = tensor(rng.normal(size=tuple(parameter.shape)))
    for norm in (model[0], model[1][1]):
        norm.running_mean, norm.running_var = map(tensor, statistics(rng, norm.num_features))
    x = tensor(features(rng, n=15, d=4))
    label = copy.deepcopy(model).eval()(x).argmax(1)
    label[10:13] = (label[10:13] + 1) % 3
    return model, list(zip(x.split((8, 5, 2)), label.split((8, 5, 2)), strict=True))


@property_of("evaluate", "the accuracy is the share of all rows that are right, 0 to 1")
def accuracy_is_a_share_of_all_rows(learner, rng):
    scores = tensor(rng.normal(size=(9, 5)))
    label = scores.argmax(1)
    label[7:] = (label[7:] + 1) % 5
    batches = list(zip(scores.split((7, 2)), label.split((7, 2)), strict=True))
    assert_close(learner.evaluate(nn.Identity(), batches), 7 / 9, "accuracy")


@property_of("evaluate", "evaluation mode is used, and no running statistic moves")
def evaluation_mode_is_used(learner, rng):
    model, batches = model_and_batches(rng)
    held = learner.hold(model)
    assert_close(learner.evaluate(held, batches), 12 / 15, "accuracy")
    after = held.state_dict()
    for name, before in model.state_dict().items():
        assert_close(after[name], before, f"{name} after the call")


@property_of("evaluate", "each module has its mode back: training, evaluation, or some of both")
def every_mode_is_restored(learner, rng):
    model, batches = model_and_batches(rng)
    for training in (False, True):
        held = learner.hold(model.train(training))
        held.read("1").eval()
        before = [row["training"] for row in held.structure()]
        assert_close(learner.evaluate(held, batches), 12 / 15, "accuracy")
        modes = [row["training"] for row in held.structure()]
        assert_true(modes == before, "the mode of the modules", "is not what it was.", modes)


WITNESS = """
import torch


class Witness(torch.nn.Linear):
    def forward(self, x):
        y = super().forward(x)
        self.recorded = y.requires_grad
        return y


witness = Witness(3, 3, bias=False)
torch.nn.init.eye_(witness.weight)
"""

STREAM = """
class Stream:
    def fill(self, batches):
        self.batches = batches

    def __iter__(self):
        while self.batches:
            yield self.batches.pop(0)


stream = Stream()
"""


@property_of(
    "evaluate", "no gradients are recorded, and batches may come one by one, without a length"
)
def gradients_and_length_are_not_needed(learner, rng):
    witness, stream = learner.define(WITNESS, "witness"), learner.define(STREAM, "stream")
    scores = tensor(rng.normal(size=(6, 3)).astype(np.float32))
    label = torch.cat([scores[:4].argmax(1), (scores[4:].argmax(1) + 1) % 3])
    stream.fill(list(zip(scores.split(3), label.split(3), strict=True)))
    assert_close(learner.evaluate(witness, stream), 4 / 6, "accuracy")
    recorded = witness.read("recorded")
    assert_true(not recorded, "the forward pass", "records gradients.", recorded)
    trained = witness.structure()[0]["trained"]["weight"]
    assert_true(trained, "a weight of the model", "cannot be trained after the call.", trained)


@property_of("evaluate", "on a GPU it would run too: no tensor stays behind on the CPU")
def evaluate_travels(learner, rng):
    model, batches = model_and_batches(rng)
    with precondition():
        assert_close(learner.evaluate(learner.hold(model), batches), 12 / 15, "accuracy")
    found = learner.portable("evaluate", model, batches)
    assert_portable(found | {"waits": []})  # an accuracy is a number: somebody has to read it


def interval(a, b, confidence):
    """Return Student's confidence interval of the mean of b - a, by scipy."""
    result = stats.ttest_1samp(np.subtract(b, a), 0.0).confidence_interval(confidence)
    return float(result.low), float(result.high)


ONE = [0.91, 0.94, 0.88, 0.97]
OTHER = [0.93, 0.95, 0.92, 0.96]


@property_of("paired_interval", "the middle of the interval is the mean of b - a")
def middle_is_the_mean_difference(learner, rng):
    got = learner.paired_interval(np.array(ONE), np.array(OTHER))
    assert_close(got, interval(ONE, OTHER, 0.95), "interval", atol=np.inf)  # two numbers, at least
    assert_close(
        (got[0] + got[1]) / 2, float(np.mean(OTHER) - np.mean(ONE)), "middle of the interval"
    )


@property_of(
    "paired_interval", "its width is Student's, from n - 1 degrees of freedom, 95 % by default"
)
def width_is_students(learner, rng):
    got = learner.paired_interval(np.array(ONE), np.array(OTHER))
    assert_close(got, interval(ONE, OTHER, 0.95), "interval")


@property_of("paired_interval", "another confidence has another width, and lists are results too")
def confidence_and_lists(learner, rng):
    for confidence in (0.6, 0.99):
        want = interval(ONE, OTHER, confidence)
        assert_close(
            learner.paired_interval(ONE, OTHER, confidence), want, f"{confidence:.0%} interval"
        )


@property_of("paired_interval", "results that are not pairs, and a single pair, are a ValueError")
def what_is_no_pair_is_refused(learner, rng):
    one, other = np.array(ONE), np.array(OTHER)
    assert_close(learner.paired_interval(one, other), interval(ONE, OTHER, 0.95), "interval")
    assert_raises(
        lambda: learner.paired_interval(one, other[:3]), "ValueError", "four results and three"
    )
    assert_raises(
        lambda: learner.paired_interval(one, other[:1]), "ValueError", "four results and one"
    )
    assert_raises(
        lambda: learner.paired_interval(one[:1], other[:1]), "ValueError", "a single pair"
    )
