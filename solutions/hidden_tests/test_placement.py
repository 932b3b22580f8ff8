"""Hidden tests of `placement`: the block in three orders, accuracy without side effects, and how
sure a difference between paired runs is."""

import numpy as np
import torch
from torch import nn

from bnlab.kit.checks.placement import (
    ACCURACY_ATOL,
    check_accuracy,
    check_intervals,
    check_refused,
    interval,
    scored,
)
from bnlab.kit.testing.assertions import assert_close, assert_portable, assert_raises, assert_true
from bnlab.kit.testing.conv_blocks import check_as_torch_makes_it, check_block, has_bias
from bnlab.kit.testing.copies import copied
from bnlab.kit.testing.inputs import features, statistics, tensor
from bnlab.kit.testing.model_watch import check_left_alone
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.settings import kept_torch_generator, seed_torch


def classifier(rng, dropout=0.0):
    """A model with batch norms at two depths, every number in it from rng; dropout before the end.

    Args:
        dropout: 0 where the training mode must have one answer only.
    """
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


def drawn_sizes(rng, last=None):
    """Sizes of three batches: so many images that no accuracy is likely; one is a batch too."""
    return [int(n) for n in (*rng.integers(40, 100, size=2), last or rng.integers(1, 3))]


def exam(model, rng):
    """Batches, and the accuracy of model on them: neither 0 nor 1, and not to be got by a slip."""
    sizes, right_model, wrong_model = drawn_sizes(rng), copied(model), copied(model)
    right_model.eval(), wrong_model.train()
    share = rng.uniform(0.1, 0.9)
    for _ in range(200):
        n = sum(sizes)
        x = tensor(features(rng, n=n, d=5))
        known, guessed = tensor(rng.random(n) < share), tensor(rng.integers(4, size=n))
        label = torch.where(known, right_model(x).argmax(1), guessed)
        batches = list(zip(x.split(sizes), label.split(sizes), strict=True))
        hits = right_answers(right_model, batches)
        right = torch.cat(hits).mean()
        mean_of_batches = torch.stack([each.mean() for each in hits]).mean()
        with kept_torch_generator():
            seed_torch()  # dropout's mask is no draw of rng
            slips = [torch.zeros(()), torch.ones(()), torch.full((), 0.5), mean_of_batches]
            if min(sizes) > 1:  # batch norm trains on no single row
                slips.append(torch.cat(right_answers(wrong_model, batches)).mean())
        if (torch.stack(slips) - right).abs().min() > 1e-3:
            return batches, right.item()
    raise RuntimeError("exam: no batches tell the modes of this model apart, expected some.")


def right_answers(model, batches):
    """1 for every right answer and 0 for every wrong one, batch by batch."""
    return [(model(x).argmax(1) == label).double() for x, label in batches]


def pairs(rng, n):
    """Results of two variants on the same n seeds; the seed matters more than the variant."""
    a = rng.normal(size=n) * 3
    return a, a + rng.normal(size=n) * 0.4 + 0.2


@property_of("conv_block", 'order "none": convolution, ReLU, and the image keeps its size')
def none_is_convolution_and_relu(learner, rng):
    check_block(learner, rng, "none", 3, 5, (5, 7))


@property_of("conv_block", 'order "before": batch norm stands between the convolution and the ReLU')
def before_normalizes_what_relu_gets(learner, rng):
    check_block(learner, rng, "before", 3, 5, (5, 7))


@property_of(
    "conv_block", 'order "after": batch norm takes what the ReLU gives, and nothing follows it'
)
def after_normalizes_what_relu_gives(learner, rng):
    check_block(learner, rng, "after", 3, 5, (5, 7))


@property_of("conv_block", "the convolution has no bias where batch norm would take it away again")
def redundant_bias_is_left_out(learner, rng):
    seen = check_block(learner, rng, "before", 3, 5, (5, 7))
    assert_true(not has_bias(seen), "the convolution", "has a bias that changes nothing.")


@property_of("conv_block", "the convolution has a bias where no batch norm follows it directly")
def bias_that_matters_is_kept(learner, rng):
    for order in ("none", "after"):
        seen = check_block(learner, rng, order, 3, 5, (5, 7))
        assert_true(
            has_bias(seen), f'the convolution of "{order}"', "has no bias, but it would matter."
        )


@property_of(
    "conv_block", "each block is a new one, with all that torch gives its layers by default"
)
def blocks_are_as_torch_makes_them(learner, rng):
    for order, inputs, outputs, size in (
        ("none", 1, 4, (1, 2)), ("before", 1, 1, (1, 1)), ("before", 3, 3, (4, 3)),
        ("after", 4, 2, (2, 5)),
    ):  # fmt: skip
        seen = check_block(learner, rng, order, inputs, outputs, size, in_evaluation=True)
        check_as_torch_makes_it(seen)
        assert_true(has_bias(seen) == (order != "before"), "the bias", "depends on the channels.")


@property_of("conv_block", "an order that is none of the three is a ValueError")
def unknown_order_is_refused(learner, rng):
    check_block(learner, rng, "none", 3, 5, (5, 7))
    learner.conv_block(3, 5, "none")  # a diagnosis asks whether every call of the task raises
    orders = "both", "", "beforehand", "aft", "After", " before"
    for call in learner.call_each("conv_block", [(3, 5, order) for order in orders]):
        assert_raises(lambda call=call: call.result, "ValueError", "unknown order")


@property_of(
    "evaluate", "the accuracy is the share of rows whose largest score is at the label, 0 to 1"
)
def accuracy_is_the_share_of_right_answers(learner, rng):
    exams = [
        scored(rng, [int(rng.integers(15, 40))]),
        scored(rng, [int(rng.integers(15, 40))], classes=2, centre=-5.0),
        # Close to each other: half precision does not tell them apart.
        scored(rng, [int(rng.integers(15, 40))], classes=7, centre=40.0, spread=1e-3),
    ]
    check_accuracy(learner, *((nn.Identity(), *each) for each in exams))


@property_of("evaluate", "every image counts the same, in a small batch too")
def batches_count_by_size(learner, rng):
    exams = []
    while len(exams) < 3:
        batches, right = scored(rng, drawn_sizes(rng, last=1))
        mean = torch.stack([h.mean() for h in right_answers(nn.Identity(), batches)]).mean()
        if abs(mean - right) > 1e-3:
            exams.append((nn.Identity(), batches, right))
    check_accuracy(learner, *exams)


@property_of("evaluate", "batch norm uses its running statistics: the model is in evaluation mode")
def model_is_in_evaluation_mode(learner, rng):
    models = [classifier(rng) for _ in range(2)]
    check_accuracy(learner, *((model, *exam(model, rng)) for model in models))


@property_of("evaluate", "weights, running statistics and batches are left as they were")
def state_is_left_alone(learner, rng):
    model = classifier(rng)
    exams = [exam(model, rng) for _ in range(2)]
    seen = check_accuracy(learner, *((model.train(), *each) for each in exams))
    for (batches, _), after in zip(exams, seen, strict=True):
        assert_close(tuple(map(tuple, after["batches"])), tuple(batches), "batches after the call")
        for name, before in model.state_dict().items():
            assert_close(after["state"][name], before, f"{name} after the call")


@property_of(
    "evaluate", "mode, flags and hooks of each module, and torch's gradient mode, are as before"
)
def modes_are_restored(learner, rng):
    model = classifier(rng, dropout=0.5)
    for training in (False, True):
        batches, right = exam(model, rng)
        model.train(training)
        if training:
            model[0].eval()  # a batch norm that is frozen while the rest is trained
            model[3][0].eval()
        model[1].bias.requires_grad_(not training)
        (seen,) = check_accuracy(learner, (model, batches, right))
        check_left_alone(seen)


WITNESS = """
import torch


class Witness(torch.nn.Module):
    recorded = []  # of the class, so that a copy of the model writes here too

    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones((), dtype=torch.float64))

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
    for _ in range(2):
        batches, right = scored(rng, drawn_sizes(rng))
        got = learner.evaluate(witness, batches)
        assert_close(got, right, "accuracy", rtol=0, atol=ACCURACY_ATOL)
    recorded = witness.read("recorded")
    assert_true(recorded == [False] * 6, "the forward pass", "records gradients.", recorded)
    trained = witness.structure()[0]["trained"]["scale"]
    assert_true(trained, "a weight of the model", "cannot be trained after the call.", trained)


@property_of("evaluate", "the batches may be a stream: they come once, and nobody knows how many")
def batches_are_read_once(learner, rng):
    model = classifier(rng)
    exams = [(model, *exam(model, rng)) for _ in range(2)]
    for seen in check_accuracy(learner, *exams, stream=True, quiet=True):
        check_left_alone(seen | {"before": {}, "rebound": []})  # gradients were off before


@property_of("evaluate", "on another device it would run too, where model and batches are on it")
def evaluate_travels(learner, rng):
    model = classifier(rng)
    exams = [exam(model, rng) for _ in range(2)]
    check_accuracy(learner, *((model, *each) for each in exams))
    found = learner.portable("evaluate", model, exams[0][0])
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
    many = int(rng.integers(31, 60))
    # Of many pairs Student's quantile is the normal one; one side that is constant has no spread.
    most = np.zeros(999), rng.normal(size=999)
    worse = rng.normal(size=5) * 0.1
    check_intervals(learner, pairs(rng, 5), pairs(rng, many), most, (worse + 3, -worse))


@property_of("paired_interval", "the confidence that is asked for is shared by both sides")
def confidence_is_respected(learner, rng):
    a, b = pairs(rng, 6)
    check_intervals(learner, *((a, b, confidence) for confidence in (0.5, 0.8, 0.99)))


@property_of("paired_interval", "two pairs are enough, and give a very wide interval")
def two_pairs_are_enough(learner, rng):
    check_intervals(learner, (*pairs(rng, 2), 0.9))


@property_of("paired_interval", "the results may be plain lists or tuples, also of whole numbers")
def lists_are_results_too(learner, rng):
    a, b = pairs(rng, 4)
    whole = rng.integers(-9, 9, size=4)
    check_intervals(
        learner,
        (a.tolist(), b.tolist()),
        (tuple(a.tolist()), tuple(b.tolist())),
        (whole.tolist(), (whole + rng.normal(size=4)).tolist()),
        (whole, whole + rng.normal(size=4)),
        ((whole + rng.normal(size=4)).tolist(), whole.tolist()),
    )


@property_of("paired_interval", "where all differences are equal, both ends are that difference")
def equal_differences_have_no_width(learner, rng):
    a = rng.integers(-8, 8, size=5) / 4
    by = int(rng.integers(1, 9)) / 8
    whole = rng.integers(-9, 9, size=5)
    cases = [(a, a + by), (a.tolist(), a.tolist(), 0.8), (whole, whole + by)]
    for call in learner.call_each("paired_interval", cases):
        want = by if call.after[1] is not None and len(call.after) == 2 else 0.0
        assert_close(call.result, (want, want), "interval")


@property_of("paired_interval", "results that do not come in pairs are a ValueError")
def unequal_lengths_are_refused(learner, rng):
    a, b = pairs(rng, 5)
    check_intervals(learner, (a, b))
    cut = (a, b[:4]), (a, b[:1]), (a[:3], b), (a[:1], b), (a, b[:0])
    check_refused(learner, *cut, what="results of different lengths")


@property_of("paired_interval", "fewer than two pairs say nothing about the spread: a ValueError")
def one_pair_is_refused(learner, rng):
    a, b = pairs(rng, 3)
    check_intervals(learner, (a, b))
    check_refused(learner, (a[:1], b[:1]), what="one pair")
    check_refused(learner, (a[:0], b[:0]), ([], []), what="no pair")
