"""Public checks of `placement`."""

import numpy as np
from scipy import special
from torch import nn

from ..testing.assertions import (
    assert_close,
    assert_portable,
    assert_raises,
    assert_true,
    precondition,
)
from ..testing.conv_blocks import check_as_torch_makes_it, check_block, has_bias
from ..testing.copies import copied
from ..testing.inputs import features, statistics, tensor
from ..testing.model_watch import WATCH, check_left_alone, defined
from ..testing.properties import property_of


@property_of(
    "conv_block", 'order "none": convolution with a bias, ReLU, and the image keeps its size'
)
def none_has_no_batch_norm(learner, rng):
    seen = check_block(learner, rng, "none", 2, 4, (6, 5))
    assert_true(has_bias(seen), "the convolution", "has no bias, but it would matter.")


@property_of(
    "conv_block", 'order "before": batch norm before the ReLU, and no bias that it would remove'
)
def before_comes_before_the_relu(learner, rng):
    seen = check_block(learner, rng, "before", 2, 4, (6, 5))
    assert_true(not has_bias(seen), "the convolution", "has a bias that changes nothing.")


@property_of("conv_block", 'order "after": batch norm after the ReLU, and a bias that matters')
def after_comes_after_the_relu(learner, rng):
    seen = check_block(learner, rng, "after", 2, 4, (6, 5))
    assert_true(has_bias(seen), "the convolution", "has no bias, but it would matter.")


@property_of("conv_block", "each block is a new one, with all that torch gives its layers")
def blocks_are_as_torch_makes_them(learner, rng):
    for order, inputs, outputs in (("before", 2, 2), ("after", 3, 1), ("before", 1, 1)):
        seen = check_block(learner, rng, order, inputs, outputs, (3, 3), in_evaluation=True)
        check_as_torch_makes_it(seen)
        assert_true(has_bias(seen) == (order != "before"), "the bias", "depends on the channels.")


@property_of("conv_block", "any other order is a ValueError")
def other_orders_are_refused(learner, rng):
    check_block(learner, rng, "none", 2, 4, (6, 5))
    learner.conv_block(2, 4, "none")  # a diagnosis asks whether every call of the task raises
    for order in ("befor", "afterwards", "Before", "", "after "):
        assert_raises(
            lambda order=order: learner.conv_block(2, 4, order), "ValueError", "a misspelled order"
        )


ACCURACY_ATOL = 1e-6
"""An accuracy in float32 is right if it is right to float32."""


def check_accuracy(learner, *cases, **how):
    """Evaluate models; compare the accuracies, and return what was seen.

    Args:
        learner: the learner's module.
        cases: triples of a model, batches and the accuracy.
        how: arguments of `model_watch.WATCH`.
    """
    calls = [("evaluate", model, batches) for model, batches, _ in cases]
    rows = []
    for call, (_, _, right) in zip(
        learner.call_each(defined(learner, WATCH, "watched"), calls, **how), cases, strict=True
    ):
        assert_close(call.result["result"], right, "accuracy", rtol=0, atol=ACCURACY_ATOL)
        rows.append(call.result | {"batches": call.after[2]})
    return rows


def scored(rng, sizes, classes=4, centre=0.0, spread=1.0):
    """Return batches of scores for nn.Identity, and the accuracy, which is drawn."""
    n = sum(sizes)
    scores = tensor(rng.normal(size=(n, classes)) * spread + centre)
    right = rng.permutation(n) < rng.integers(n // 5, n - n // 5)
    shift = np.where(right, 0, rng.integers(1, classes, size=n))
    label = (scores.argmax(1) + tensor(shift)) % classes
    return list(zip(scores.split(sizes), label.split(sizes), strict=True)), float(right.mean())


def model_and_batches(rng):
    """Return a model with batch norm, and batches on which training mode predicts otherwise."""
    model = nn.Sequential(nn.BatchNorm1d(4), nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3)))
    for parameter in model.double().parameters():
        parameter.data = tensor(rng.normal(size=tuple(parameter.shape)))
    for norm in (model[0], model[1][1]):
        norm.running_mean, norm.running_var = map(tensor, statistics(rng, norm.num_features))
    x = tensor(features(rng, n=15, d=4))
    label = copied(model).eval()(x).argmax(1)
    label[10:13] = (label[10:13] + 1) % 3
    return model, list(zip(x.split((8, 5, 2)), label.split((8, 5, 2)), strict=True))


@property_of("evaluate", "the accuracy is the share of all rows that are right, 0 to 1")
def accuracy_is_a_share_of_all_rows(learner, rng):
    exams = [scored(rng, sizes, classes=5) for sizes in ((7, 2), (6, 8, 1), (1,) * 6)]
    exams.append(scored(rng, (9, 8), classes=2, centre=-4.0))
    exams.append(scored(rng, (9, 8), classes=3, centre=30.0, spread=1e-3))
    check_accuracy(learner, *((nn.Identity(), *each) for each in exams))


@property_of("evaluate", "evaluation mode is used, and no running statistic or batch changes")
def evaluation_mode_is_used(learner, rng):
    model, batches = model_and_batches(rng)
    (seen,) = check_accuracy(learner, (model, batches, 12 / 15))
    for name, before in model.state_dict().items():
        assert_close(seen["state"][name], before, f"{name} after the call")
    assert_close(tuple(map(tuple, seen["batches"])), tuple(batches), "batches after the call")


@property_of("evaluate", "mode, flags and hooks of each module, and gradients, are as before")
def all_else_is_as_before(learner, rng):
    model, batches = model_and_batches(rng)
    for training in (False, True):
        model.train(training)[0].eval()
        model[1][1].eval()
        model[1][0].weight.requires_grad_(training)
        (seen,) = check_accuracy(learner, (model, batches, 12 / 15), quiet=not training)
        check_left_alone(seen)


WITNESS = """
import torch


class Witness(torch.nn.Linear):
    recorded = []  # of the class, so that a copy of the model writes here too

    def forward(self, x):
        y = super().forward(x)
        self.recorded.append(y.requires_grad)
        return y


witness = Witness(3, 3, bias=False)
torch.nn.init.eye_(witness.weight)
"""


@property_of(
    "evaluate", "no gradients are recorded, and batches may come one by one, without a length"
)
def gradients_and_length_are_not_needed(learner, rng):
    batches, right = scored(rng, (5, 4, 2), classes=3)
    check_accuracy(learner, (nn.Identity(), batches, right), stream=True)
    witness = learner.define(WITNESS, "witness")
    batches = [(x.float(), label) for x, label in batches]
    got = learner.evaluate(witness, batches)
    assert_close(got, right, "accuracy", rtol=0, atol=ACCURACY_ATOL)
    recorded = witness.read("recorded")
    assert_true(recorded and not any(recorded), "the forward pass", "records gradients.", recorded)


@property_of("evaluate", "on a GPU it would run too: no tensor stays behind on the CPU")
def evaluate_travels(learner, rng):
    model, batches = model_and_batches(rng)
    with precondition():
        check_accuracy(learner, (model, batches, 12 / 15))
    found = learner.portable("evaluate", model, batches)
    assert_portable(found | {"waits": []})  # an accuracy is a number: somebody has to read it


def interval(a, b, confidence):
    """Return Student's confidence interval of the mean of b - a.

    That of `scipy.stats.ttest_1samp`, whose checks of its arguments take most of its time.
    """
    difference = np.subtract(b, a)
    n = len(difference)
    error = difference.std(ddof=1) / np.sqrt(n)
    half = special.stdtrit(n - 1, (1 + confidence) / 2) * error
    return float(difference.mean() - half), float(difference.mean() + half)


def check_intervals(learner, *cases, what="interval"):
    """Compare intervals with scipy's; each case is two results and perhaps a confidence."""
    for case, call in zip(cases, learner.call_each("paired_interval", cases), strict=True):
        a, b, confidence = (*case, 0.95)[:3]
        assert_close(call.result, interval(a, b, confidence), f"{what} at {confidence:.0%}")
        for given, after in zip((a, b), call.after, strict=False):
            same = np.array_equal(np.asarray(given), np.asarray(after))
            assert_true(same, "the results", "are not what they were before the call.")


def check_refused(learner, *cases, what):
    """Assert that results which are no pairs are a ValueError."""
    for call in learner.call_each("paired_interval", cases):
        assert_raises(lambda call=call: call.result, "ValueError", what)


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
    a = rng.normal(size=34)
    many = a, a + rng.normal(size=34)
    # Of many pairs Student's quantile is the normal one; one side that is constant has no spread.
    most = np.zeros(999), rng.normal(size=999)
    worse = np.array(ONE), np.array(OTHER) - 1
    two = ONE[:2], OTHER[:2]
    check_intervals(learner, (np.array(ONE), np.array(OTHER)), many, most, worse, two)


@property_of("paired_interval", "another confidence has another width, and lists are results too")
def confidence_and_lists(learner, rng):
    check_intervals(learner, (ONE, OTHER, 0.3), (ONE, OTHER, 0.99), ([3, 1, 2], [3.5, 2.25, 2]))


@property_of("paired_interval", "where all differences are equal, both ends are that difference")
def equal_differences_have_no_width(learner, rng):
    cases = ([1.0, 4.0, 2.0], [2.5, 5.5, 3.5]), ([1, 4, 2], [2.5, 5.5, 3.5])
    for call in learner.call_each("paired_interval", cases):
        assert_close(call.result, (1.5, 1.5), "interval")


@property_of("paired_interval", "results that are not pairs, or fewer than two, are a ValueError")
def what_is_no_pair_is_refused(learner, rng):
    one, other = np.array(ONE), np.array(OTHER)
    check_intervals(learner, (one, other))
    unequal = (one, other[:3]), (one, other[:1]), (one[:2], other)
    check_refused(learner, *unequal, what="results of different lengths")
    check_refused(learner, (one[:1], other[:1]), what="a single pair")
    check_refused(learner, (one[:0], other[:0]), what="no pair at all")
