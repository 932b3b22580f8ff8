"""Public checks of `placement`."""

import copy

import numpy as np
import torch
from scipy import stats
from torch import nn

from ..testing.agree import agree, describe, first, holds, refuses, travels
from ..testing.probes import features, images, statistics, tensor
from ..testing.properties import shows

FILL = """
from torch.nn.utils import vector_to_parameters


def fill(module, values):
    vector_to_parameters(values, module.parameters())
"""


def check_block(student, rng, order, layers):
    """The block from 2 to 4 channels, once it is made of these layers and gives their output."""
    block = student.conv_block(2, 4, order)
    is_module = hasattr(block, "structure")
    holds(is_module, "the block", f"is {describe(block)}, expected a module.", describe(block))
    student.define(FILL, "fill")(block.double(), tensor(rng.normal(size=200)))
    rows = {row["class"]: row for row in block.structure()[1:] if row["class"] != "Sequential"}
    holds(list(rows) == layers, "the block", f"is not made of {', '.join(layers)}.", list(rows))
    state, name = block.state_dict(), rows["Conv2d"]["name"]
    weight, bias = state[f"{name}.weight"], state.get(f"{name}.bias")
    shape = tuple(weight.shape)
    holds(shape == (4, 2, 3, 3), "weight of the convolution", f"has shape {shape}.", shape)
    x = images(rng, n=3, c=2, h=6, w=5)
    y, got = nn.functional.conv2d(x, weight, bias, padding=1), block(x)
    for layer in layers[1:]:
        y = torch.relu(y) if layer == "ReLU" else normalized(y, state, rows[layer]["name"])
    agree(got, y, "output of the block")
    return bias is not None


def normalized(y, state, name):
    """Batch norm of a batch by torch, with the weight and bias of a block."""
    weight, bias = state.get(f"{name}.weight"), state.get(f"{name}.bias")
    return nn.functional.batch_norm(y, None, None, weight, bias, training=True)


@shows("conv_block", 'order "none": convolution with a bias, ReLU, and the image keeps its size')
def none_has_no_batch_norm(student, rng):
    has_bias = check_block(student, rng, "none", ["Conv2d", "ReLU"])
    holds(has_bias, "the convolution", "has no bias, but it would matter.")


@shows("conv_block", 'order "before": batch norm before the ReLU, and no bias that it would remove')
def before_comes_before_the_relu(student, rng):
    has_bias = check_block(student, rng, "before", ["Conv2d", "BatchNorm2d", "ReLU"])
    holds(not has_bias, "the convolution", "has a bias that changes nothing.")


@shows("conv_block", 'order "after": batch norm after the ReLU, and a bias that matters')
def after_comes_after_the_relu(student, rng):
    has_bias = check_block(student, rng, "after", ["Conv2d", "ReLU", "BatchNorm2d"])
    holds(has_bias, "the convolution", "has no bias, but it would matter.")


@shows("conv_block", "any other order is a ValueError")
def other_orders_are_refused(student, rng):
    check_block(student, rng, "none", ["Conv2d", "ReLU"])
    refuses(lambda: student.conv_block(2, 4, "befor"), "ValueError", "a misspelled order")


def model_and_batches(rng):
    """A model with batch norm, and batches on which training mode gives other answers."""
    model = nn.Sequential(nn.BatchNorm1d(4), nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3)))
    for parameter in model.double().parameters():
        parameter.data = tensor(rng.normal(size=tuple(parameter.shape)))
    for norm in (model[0], model[1][1]):
        norm.running_mean, norm.running_var = map(tensor, statistics(rng, norm.num_features))
    x = tensor(features(rng, n=15, d=4))
    label = copy.deepcopy(model).eval()(x).argmax(1)
    label[10:13] = (label[10:13] + 1) % 3
    return model, list(zip(x.split((8, 5, 2)), label.split((8, 5, 2)), strict=True))


@shows("evaluate", "the accuracy is the share of all rows that are right, 0 to 1")
def accuracy_is_a_share_of_all_rows(student, rng):
    scores = tensor(rng.normal(size=(9, 5)))
    label = scores.argmax(1)
    label[7:] = (label[7:] + 1) % 5
    batches = list(zip(scores.split((7, 2)), label.split((7, 2)), strict=True))
    agree(student.evaluate(nn.Identity(), batches), 7 / 9, "accuracy")


@shows("evaluate", "evaluation mode is used, and no running statistic moves")
def evaluation_mode_is_used(student, rng):
    model, batches = model_and_batches(rng)
    held = student.hold(model)
    agree(student.evaluate(held, batches), 12 / 15, "accuracy")
    after = held.state_dict()
    for name, before in model.state_dict().items():
        agree(after[name], before, f"{name} after the call")


@shows("evaluate", "each module has its mode back: training, evaluation, or some of both")
def every_mode_is_restored(student, rng):
    model, batches = model_and_batches(rng)
    for training in (False, True):
        held = student.hold(model.train(training))
        held.read("1").eval()
        before = [row["training"] for row in held.structure()]
        agree(student.evaluate(held, batches), 12 / 15, "accuracy")
        modes = [row["training"] for row in held.structure()]
        holds(modes == before, "the mode of the modules", "is not what it was.", modes)


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


@shows("evaluate", "no gradients are recorded, and batches may come one by one, without a length")
def gradients_and_length_are_not_needed(student, rng):
    witness, stream = student.define(WITNESS, "witness"), student.define(STREAM, "stream")
    scores = tensor(rng.normal(size=(6, 3)).astype(np.float32))
    label = torch.cat([scores[:4].argmax(1), (scores[4:].argmax(1) + 1) % 3])
    stream.fill(list(zip(scores.split(3), label.split(3), strict=True)))
    agree(student.evaluate(witness, stream), 4 / 6, "accuracy")
    recorded = witness.read("recorded")
    holds(not recorded, "the forward pass", "records gradients.", recorded)
    trained = witness.structure()[0]["trained"]["weight"]
    holds(trained, "a weight of the model", "cannot be trained after the call.", trained)


@shows("evaluate", "on a GPU it would run too: no tensor stays behind on the CPU")
def evaluate_travels(student, rng):
    model, batches = model_and_batches(rng)
    with first():
        agree(student.evaluate(student.hold(model), batches), 12 / 15, "accuracy")
    found = student.portable("evaluate", model, batches)
    travels(found | {"waits": []})  # an accuracy is a number: somebody has to read it


def interval(a, b, confidence):
    """Student's interval of the mean of b - a, by scipy."""
    result = stats.ttest_1samp(np.subtract(b, a), 0.0).confidence_interval(confidence)
    return float(result.low), float(result.high)


ONE = [0.91, 0.94, 0.88, 0.97]
OTHER = [0.93, 0.95, 0.92, 0.96]


@shows("paired_interval", "the middle of the interval is the mean of b - a")
def middle_is_the_mean_difference(student, rng):
    got = student.paired_interval(np.array(ONE), np.array(OTHER))
    agree(got, interval(ONE, OTHER, 0.95), "interval", atol=np.inf)  # two numbers, at least
    agree((got[0] + got[1]) / 2, float(np.mean(OTHER) - np.mean(ONE)), "middle of the interval")


@shows("paired_interval", "its width is Student's, from n - 1 degrees of freedom, 95 % by default")
def width_is_students(student, rng):
    got = student.paired_interval(np.array(ONE), np.array(OTHER))
    agree(got, interval(ONE, OTHER, 0.95), "interval")


@shows("paired_interval", "another confidence has another width, and lists are results too")
def confidence_and_lists(student, rng):
    for confidence in (0.6, 0.99):
        want = interval(ONE, OTHER, confidence)
        agree(student.paired_interval(ONE, OTHER, confidence), want, f"{confidence:.0%} interval")


@shows("paired_interval", "results that are not pairs, and a single pair, are a ValueError")
def what_is_no_pair_is_refused(student, rng):
    one, other = np.array(ONE), np.array(OTHER)
    agree(student.paired_interval(one, other), interval(ONE, OTHER, 0.95), "interval")
    refuses(lambda: student.paired_interval(one, other[:3]), "ValueError", "four results and three")
    refuses(lambda: student.paired_interval(one, other[:1]), "ValueError", "four results and one")
    refuses(lambda: student.paired_interval(one[:1], other[:1]), "ValueError", "a single pair")
