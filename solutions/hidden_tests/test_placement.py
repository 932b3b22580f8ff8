"""Hidden tests of `placement`: the block in three orders, accuracy without side effects, and how
sure a difference between paired runs is."""

import copy

import numpy as np
import torch
from scipy import stats
from torch.nn import functional

from bnlab.kit.testing.assertions import (
    assert_close,
    assert_portable,
    assert_raises,
    assert_true,
    describe,
)
from bnlab.kit.testing.inputs import features, images, statistics, tensor
from bnlab.kit.testing.properties import property_of

LAYERS = {
    "none": ["Conv2d", "ReLU"],
    "before": ["Conv2d", "BatchNorm2d", "ReLU"],
    "after": ["Conv2d", "ReLU", "BatchNorm2d"],
}

FILL = """
from torch.nn.utils import vector_to_parameters


def fill(module, values):
    vector_to_parameters(values, module.parameters())
"""


def check_block(learner, rng, order):
    """The block for 3 and 5 channels, with parameters from rng, once its output is right."""
    block = learner.conv_block(3, 5, order)
    is_module = hasattr(block, "structure")
    assert_true(
        is_module, "the block", f"is {describe(block)}, expected a module.", describe(block)
    )
    learner.define(FILL, "fill")(block.double(), tensor(rng.normal(size=400)))
    layers = [row["class"] for row in block.structure()[1:] if row["class"] != "Sequential"]
    names = ", ".join(LAYERS[order])
    assert_true(
        layers == LAYERS[order], "the block", f"is not made of {names}, in this order.", layers
    )
    x = images(rng, n=4, c=3, h=5, w=7)
    assert_close(block(x), block_output(block, x, order), "output of the block")
    return block


def block_output(block, x, order):
    """What torch's functions make of x with the weights of the block, in training mode."""
    names = {row["class"]: row["name"] for row in block.structure()}
    state, conv, norm = block.state_dict(), names["Conv2d"], names.get("BatchNorm2d")
    weight, bias = state[f"{conv}.weight"], state.get(f"{conv}.bias")
    shape = tuple(weight.shape)
    assert_true(shape == (5, 3, 3, 3), "weight of the convolution", f"has shape {shape}.", shape)
    steps = {
        "Conv2d": lambda y: functional.conv2d(y, weight, bias, padding=1),
        "ReLU": functional.relu,
        "BatchNorm2d": lambda y: functional.batch_norm(
            y, None, None, state.get(f"{norm}.weight"), state.get(f"{norm}.bias"), training=True
        ),
    }
    for layer in LAYERS[order]:
        x = steps[layer](x)
    return x


def has_bias(block):
    """Whether the convolution in a block has a bias."""
    return any(row["class"] == "Conv2d" and "bias" in row["trained"] for row in block.structure())


def classifier(rng, dropout=0.0):
    """A model with batch norms at two depths, every number in it from rng; dropout before the end.

    Args:
        dropout: 0 where the training mode must have one answer only.
    """
    nn = torch.nn
    tail = nn.Sequential(nn.Dropout(dropout), nn.Linear(6, 4), nn.BatchNorm1d(4))
    model = nn.Sequential(nn.BatchNorm1d(5), nn.Linear(5, 6), nn.ReLU(), tail).double()
    for parameter in model.parameters():
        parameter.data = tensor(rng.normal(size=tuple(parameter.shape)))
    # A last layer that cannot drown its input: the class depends on the sample, and on the mode.
    tail[2].weight.data = tensor(rng.uniform(1, 2, size=4) * rng.choice((-1, 1), size=4))
    tail[2].bias.data = tensor(rng.uniform(-0.2, 0.2, size=4))
    for norm in (model[0], tail[2]):
        norm.running_mean, norm.running_var = map(tensor, statistics(rng, norm.num_features))
    return model


def exam(model, rng, sizes=(9, 6, 2)):
    """Batches, and the accuracy of model on them: neither 0 nor 1, and not to be got by a slip."""
    n = sum(sizes)
    for _ in range(200):
        x = tensor(features(rng, n=n, d=5))
        known, guessed = tensor(rng.random(n) < 0.5), tensor(rng.integers(4, size=n))
        label = torch.where(known, copy.deepcopy(model).eval()(x).argmax(1), guessed)
        batches = list(zip(x.split(sizes), label.split(sizes), strict=True))
        hits = right_answers(copy.deepcopy(model).eval(), batches)
        right = torch.cat(hits).mean()
        mean_of_batches = torch.stack([each.mean() for each in hits]).mean()
        with torch.random.fork_rng():
            torch.manual_seed(0)  # dropout's mask is no draw of rng
            in_training = torch.cat(right_answers(copy.deepcopy(model).train(), batches)).mean()
        slips = torch.stack([torch.zeros(()), torch.ones(()), mean_of_batches, in_training])
        if (slips - right).abs().min() > 1e-3:
            return batches, right.item()
    raise RuntimeError("exam: no batches tell the modes of this model apart, expected some.")


def right_answers(model, batches):
    """1 for every right answer and 0 for every wrong one, batch by batch."""
    return [(model(x).argmax(1) == label).double() for x, label in batches]


def interval(a, b, confidence):
    """Student's interval of the mean of b - a, by scipy."""
    result = stats.ttest_1samp(np.subtract(b, a), 0.0).confidence_interval(confidence)
    return float(result.low), float(result.high)


def pairs(rng, n):
    """Results of two variants on the same n seeds; the seed matters more than the variant."""
    a = rng.normal(size=n) * 3
    return a, a + rng.normal(size=n) * 0.4 + 0.2


@property_of("conv_block", 'order "none": convolution, ReLU, and the image keeps its size')
def none_is_convolution_and_relu(learner, rng):
    check_block(learner, rng, "none")


@property_of("conv_block", 'order "before": batch norm stands between the convolution and the ReLU')
def before_normalizes_what_relu_gets(learner, rng):
    check_block(learner, rng, "before")


@property_of(
    "conv_block", 'order "after": batch norm takes what the ReLU gives, and nothing follows it'
)
def after_normalizes_what_relu_gives(learner, rng):
    check_block(learner, rng, "after")


@property_of("conv_block", "the convolution has no bias where batch norm would take it away again")
def redundant_bias_is_left_out(learner, rng):
    block = check_block(learner, rng, "before")
    assert_true(not has_bias(block), "the convolution", "has a bias that changes nothing.")


@property_of("conv_block", "the convolution has a bias where no batch norm follows it directly")
def bias_that_matters_is_kept(learner, rng):
    for order in ("none", "after"):
        block = check_block(learner, rng, order)
        assert_true(
            has_bias(block), f'the convolution of "{order}"', "has no bias, but it would matter."
        )


@property_of("conv_block", "an order that is none of the three is a ValueError")
def unknown_order_is_refused(learner, rng):
    check_block(learner, rng, "none")
    for order in ("both", ""):
        assert_raises(
            lambda order=order: learner.conv_block(3, 5, order), "ValueError", "unknown order"
        )


@property_of(
    "evaluate", "the accuracy is the share of rows whose largest score is at the label, 0 to 1"
)
def accuracy_is_the_share_of_right_answers(learner, rng):
    scores = tensor(features(rng, n=8, d=4))
    scores[-1] += 10
    label = scores.argmax(1)
    label[:3] = (label[:3] + 1) % 4
    got = learner.evaluate(torch.nn.Identity(), [(scores, label)])
    assert_close(got, 5 / 8, "accuracy")


@property_of("evaluate", "every image counts the same, in a small batch too")
def batches_count_by_size(learner, rng):
    model = torch.nn.Identity()
    scores = tensor(rng.normal(size=(11, 4)))
    label = scores.argmax(1)
    label[[0, 1, 10]] = (label[[0, 1, 10]] + 1) % 4
    batches = list(zip(scores.split((6, 4, 1)), label.split((6, 4, 1)), strict=True))
    assert_close(learner.evaluate(model, batches), 8 / 11, "accuracy")


@property_of("evaluate", "batch norm uses its running statistics: the model is in evaluation mode")
def model_is_in_evaluation_mode(learner, rng):
    model = classifier(rng)
    batches, right = exam(model, rng)
    assert_close(learner.evaluate(model, batches), right, "accuracy")


@property_of("evaluate", "weights and running statistics are left as they were")
def state_is_left_alone(learner, rng):
    model = classifier(rng)
    batches, right = exam(model, rng)
    held = learner.hold(model.train())
    assert_close(learner.evaluate(held, batches), right, "accuracy")
    after = held.state_dict()
    for name, before in model.state_dict().items():
        assert_close(after[name], before, f"{name} after the call")


@property_of("evaluate", "each module is afterwards in the mode it was in, whether training or not")
def modes_are_restored(learner, rng):
    model = classifier(rng, dropout=0.5)
    batches, right = exam(model, rng)
    for training in (False, True):
        held = learner.hold(model.train(training))
        if training:
            held.read("0").eval()  # a batch norm that is frozen while the rest is trained
        before = held.structure()
        assert_close(learner.evaluate(held, batches), right, "accuracy")
        modes = [row["training"] for row in held.structure()]
        same = modes == [row["training"] for row in before]
        assert_true(same, "the mode of the modules", "is not what it was before the call.", modes)


WITNESS = """
import torch


class Witness(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones((), dtype=torch.float64))
        self.recorded = []

    def forward(self, scores):
        y = scores * self.scale
        self.recorded.append(y.requires_grad)
        return y


witness = Witness()
"""


@property_of(
    "evaluate", "no gradients are recorded, and the weights can still be trained afterwards"
)
def no_gradients_are_recorded(learner, rng):
    witness = learner.define(WITNESS, "witness")
    scores = tensor(rng.normal(size=(7, 4)))
    label = scores.argmax(1)
    label[2] = (label[2] + 1) % 4
    assert_close(learner.evaluate(witness, [(scores, label)]), 6 / 7, "accuracy")
    recorded = witness.read("recorded")
    assert_true(recorded == [False], "the forward pass", "records gradients.", recorded)
    trained = witness.structure()[0]["trained"]["scale"]
    assert_true(trained, "a weight of the model", "cannot be trained after the call.", trained)


STREAM = """
class Stream:
    def fill(self, batches):
        self.batches = batches

    def __iter__(self):
        batches, self.batches = self.batches, []
        return iter(batches)


stream = Stream()
"""


@property_of("evaluate", "the batches may be a stream: they come once, and nobody knows how many")
def batches_are_read_once(learner, rng):
    model = classifier(rng)
    batches, right = exam(model, rng)
    stream = learner.define(STREAM, "stream")
    stream.fill(batches)
    assert_close(learner.evaluate(model, stream), right, "accuracy")


@property_of("evaluate", "on another device it would run too, where model and batches are on it")
def evaluate_travels(learner, rng):
    model = classifier(rng)
    batches, right = exam(model, rng)
    assert_close(learner.evaluate(model, batches), right, "accuracy")
    found = learner.portable("evaluate", model, batches)
    assert_portable(found | {"waits": []})  # an accuracy is a number: somebody has to read it


@property_of("paired_interval", "the middle of the interval is the mean of b - a")
def middle_is_the_mean_difference(learner, rng):
    a, b = pairs(rng, 5)
    got = learner.paired_interval(a, b)
    assert_close(
        got, interval(a, b, 0.95), "interval", atol=np.inf
    )  # two numbers, whatever they are
    assert_close((got[0] + got[1]) / 2, float((b - a).mean()), "middle of the interval")


@property_of(
    "paired_interval", "the interval is Student's, n - 1 degrees of freedom, 95 % by default"
)
def default_is_students_95_percent(learner, rng):
    a, b = pairs(rng, 5)
    assert_close(learner.paired_interval(a, b), interval(a, b, 0.95), "interval")


@property_of("paired_interval", "the confidence that is asked for is shared by both sides")
def confidence_is_respected(learner, rng):
    a, b = pairs(rng, 6)
    for confidence in (0.5, 0.8, 0.99):
        got = learner.paired_interval(a, b, confidence=confidence)
        assert_close(got, interval(a, b, confidence), f"interval at {confidence:.0%}")


@property_of("paired_interval", "two pairs are enough, and give a very wide interval")
def two_pairs_are_enough(learner, rng):
    a, b = pairs(rng, 2)
    assert_close(learner.paired_interval(a, b, 0.9), interval(a, b, 0.9), "interval")


@property_of("paired_interval", "the results may be plain lists of numbers")
def lists_are_results_too(learner, rng):
    a, b = pairs(rng, 4)
    got = learner.paired_interval(a.tolist(), b.tolist())
    assert_close(got, interval(a, b, 0.95), "interval")


@property_of("paired_interval", "results that do not come in pairs are a ValueError")
def unequal_lengths_are_refused(learner, rng):
    a, b = pairs(rng, 5)
    assert_close(learner.paired_interval(a, b), interval(a, b, 0.95), "interval")
    assert_raises(lambda: learner.paired_interval(a, b[:4]), "ValueError", "five results and four")
    assert_raises(lambda: learner.paired_interval(a, b[:1]), "ValueError", "five results and one")


@property_of("paired_interval", "a single pair says nothing about the spread: it is a ValueError")
def one_pair_is_refused(learner, rng):
    a, b = pairs(rng, 3)
    assert_close(learner.paired_interval(a, b), interval(a, b, 0.95), "interval")
    assert_raises(lambda: learner.paired_interval(a[:1], b[:1]), "ValueError", "one pair")
