"""Hidden tests of `folding`: one layer for two, running statistics anew, and a frozen model."""

import torch
from torch import nn

from bnlab.kit.checks.folding import (
    changes,
    check_freeze,
    check_frozen,
    check_frozen_alone,
    check_gradients,
    check_recalibration,
    check_training_ends_it,
    convolution,
    drawn,
    freeze_model,
    with_negative_weights,
)
from bnlab.kit.testing.assertions import assert_close, assert_true
from bnlab.kit.testing.folded_layers import check_fold, neutral
from bnlab.kit.testing.inputs import LARGE_EPS, features, images, tensor
from bnlab.kit.testing.model_watch import check_left_alone
from bnlab.kit.testing.properties import property_of


def linear(rng, bias=False, inputs=3, **options):
    """A linear layer, a batch norm with some options, and rows for them."""
    norm = drawn(nn.BatchNorm1d(5, **options), rng)
    return drawn(nn.Linear(inputs, 5, bias=bias), rng), norm, tensor(features(rng, n=4, d=inputs))


def network(rng):
    """Batch norms of three kinds at two depths among other norms, dropout at the end.

    With a probability of 1 dropout in training mode has one result only: zeros.
    """
    inner = nn.Sequential(nn.Conv2d(4, 4, 2), nn.BatchNorm2d(4), nn.ReLU())
    head = nn.InstanceNorm2d(2, affine=True, track_running_stats=True), nn.Conv2d(2, 4, 2)
    volume = nn.Unflatten(1, (2, 2)), nn.BatchNorm3d(2, momentum=None), nn.Flatten()
    tail = nn.LayerNorm(16), nn.Linear(16, 5), nn.BatchNorm1d(5, momentum=0.3), nn.Dropout(1.0)
    norms = nn.BatchNorm2d(4, momentum=0.7), nn.GroupNorm(2, 4)
    return drawn(nn.Sequential(*head, *norms, inner, *volume, *tail), rng)


@property_of("fold_batch_norm", "a linear layer without bias takes over the work of batch norm")
def linear_layer_takes_over(learner, rng):
    # As many inputs as outputs in one of them: a factor on the wrong axis has the right shape.
    check_fold(learner, linear(rng), with_negative_weights(linear(rng, inputs=5)))


@property_of(
    "fold_batch_norm", "the bias that the layer has of its own goes through batch norm too"
)
def own_bias_goes_through_batch_norm(learner, rng):
    check_fold(learner, linear(rng, bias=True), convolution(rng, 3, 4, 3, size=(5, 7)))


@property_of("fold_batch_norm", "eps is added to the running variance, inside the root")
def eps_is_inside_the_root(learner, rng):
    check_fold(learner, linear(rng, eps=LARGE_EPS))


@property_of(
    "fold_batch_norm", "a convolution takes over, each output channel with a factor of its own"
)
def convolution_takes_over(learner, rng):
    # As many channels in as out: a factor on the wrong axis has the right shape.
    each = (convolution(rng, 3, 3, 3, padding=n, bias=False, size=(5, 7)) for n in (0, 1))
    check_fold(learner, *each)


@property_of(
    "fold_batch_norm", "kernel, stride, padding and its mode, dilation and groups stay as they are"
)
def geometry_is_kept(learner, rng):
    mode = str(rng.choice(["circular", "reflect", "replicate"]))
    uneven = {"stride": (1, 2), "padding": (1, 0), "bias": False}
    check_fold(
        learner,
        convolution(
            rng, 4, 6, 3, stride=2, padding=2, dilation=2, groups=2, bias=False, size=(11, 7)
        ),
        convolution(rng, 2, 3, (3, 1), size=(5, 6), **uneven),
        convolution(rng, 3, 3, (1, 3), padding="same", groups=3, size=(4, 5)),
        convolution(rng, 2, 3, 3, padding=(1, 2), padding_mode=mode, bias=False, size=(5, 6)),
        dtype=torch.float64,
    )


@property_of("fold_batch_norm", "a batch norm without weight and bias is folded like any other")
def batch_norm_without_affine_is_folded(learner, rng):
    options = {"affine": False, "eps": 0.1}
    check_fold(
        learner, linear(rng, **options), convolution(rng, 2, 3, 2, size=(4, 5), norm=options)
    )


@property_of("fold_batch_norm", "the layer and its batch norm are left as they were")
def arguments_are_left_alone(learner, rng):
    layer, norm, x = linear(rng, bias=True, eps=0.1)
    layer.weight.requires_grad_(False)
    same = neutral(5).double()  # nothing to change, but much to share
    check_fold(learner, (layer, norm.train(), x), (layer, same, x))


@property_of("fold_batch_norm", "a layer in double or half precision is folded in that precision")
def precision_is_kept(learner, rng):
    for dtype in (torch.float64, torch.float16, torch.bfloat16):
        check_fold(learner, linear(rng, bias=True, eps=0.1), dtype=dtype)


def batches_of_features(rng):
    """Five batches of different sizes, centres and spreads."""
    return [tensor(features(rng, n=n) * (1 + n) + n) for n in (4, 7, 2, 3, 5)]


def check_average(learner, norm, batches, statistic, of_batch):
    """Compares a statistic with its plain average: each batch counts the same."""
    held = learner.hold(norm)
    learner.recalibrate(held, batches)
    want = torch.stack([of_batch(x) for x in batches]).mean(0)
    assert_close(held.read(statistic), want, statistic)


@property_of("recalibrate", "the running mean is the plain average of the means of the batches")
def running_mean_is_the_plain_average(learner, rng):
    norm = nn.BatchNorm1d(5).double()
    check_average(learner, norm, batches_of_features(rng), "running_mean", lambda x: x.mean(0))


@property_of("recalibrate", "the running variance is the plain average of the unbiased variances")
def running_variance_is_the_plain_average(learner, rng):
    norm = nn.BatchNorm1d(5).double()
    check_average(learner, norm, batches_of_features(rng), "running_var", lambda x: x.var(0))


@property_of("recalibrate", "what the running statistics were before has no influence")
def past_is_forgotten(learner, rng):
    batches = batches_of_features(rng)
    check_recalibration(learner, drawn(nn.BatchNorm1d(5), rng), batches)


@property_of("recalibrate", "every batch norm is recalibrated, of any kind and at any depth")
def every_batch_norm_is_recalibrated(learner, rng):
    model, batches = network(rng).eval(), [images(rng, n, 2, 4, 4) for n in (4, 7, 3)]
    check_recalibration(learner, model, batches, own=True)


@property_of(
    "recalibrate", "dropout stays off while the batches pass, and every weight keeps its value"
)
def dropout_stays_off(learner, rng):
    model = drawn(nn.Sequential(nn.Dropout(1.0), nn.Linear(5, 3), nn.BatchNorm1d(3)), rng)
    check_recalibration(learner, model.train(), batches_of_features(rng))


def rows_network(rng):
    """Three batch norms at two depths, with momenta of their own."""
    norms = [nn.BatchNorm1d(5, momentum=momentum) for momentum in (0.7, None, 0.3)]
    return drawn(nn.Sequential(norms[0], nn.Linear(5, 5), nn.Sequential(*norms[1:])), rng)


@property_of(
    "recalibrate", "the batches may be a stream: they come once, and nobody knows how many"
)
def batches_are_read_once(learner, rng):
    stream = rows_network(rng), batches_of_features(rng)
    seen, _ = check_recalibration(learner, *stream, stream=True, quiet=True)
    check_left_alone(seen | {"before": {}, "rebound": []})  # gradients were off before


@property_of("recalibrate", "each batch norm has its momentum back afterwards")
def momentum_is_restored(learner, rng):
    seen, _ = check_recalibration(learner, rows_network(rng), batches_of_features(rng))
    momenta = {"momentum": seen["before"]["momentum"]}
    check_left_alone(seen | {"before": momenta, "rebound": [], "gradients": True})


@property_of(
    "recalibrate", "modes, flags, hooks, tensors and batches are as before; returned is the model"
)
def modes_are_restored(learner, rng):
    batches = [images(rng, n, 2, 4, 4) for n in (4, 3)]
    evaluated, trained = network(rng).eval(), rows_network(rng).train()
    plain = drawn(nn.Linear(5, 3), rng)  # nothing to recalibrate
    evaluated[1].weight.requires_grad_(False)
    trained[2][0].eval()  # a batch norm that is frozen while the rest is trained
    rows = batches_of_features(rng)
    for model, each in ((evaluated, batches), (trained, rows), (plain, rows)):
        seen, after = check_recalibration(learner, model, each)
        check_left_alone(seen)
        assert_close(tuple(after), tuple(each), "batches after the call")
        is_model = seen["returned"] == "the model"
        assert_true(is_model, "the result", "is not the model itself.", seen["returned"])


def small_network(rng):
    """A linear layer, batch norm, a linear layer that sees what it does, and dropout."""
    layers = (nn.Linear(5, 3), nn.BatchNorm1d(3), nn.Linear(3, 2), nn.Dropout(0.0))
    return drawn(nn.Sequential(*layers), rng).train()


@property_of(
    "freeze", "batch norm normalizes with its running statistics while the model is trained"
)
def running_statistics_are_used(learner, rng):
    check_freeze(learner, small_network(rng), [tensor(features(rng))])


@property_of("freeze", "a model may be a batch norm itself, or hold none")
def models_may_be_of_one_module(learner, rng):
    alone = (drawn(each, rng).train() for each in (nn.BatchNorm1d(5), nn.Linear(5, 3)))
    check_frozen_alone(learner, *alone, [tensor(features(rng))])


@property_of("freeze", "running statistics stay as they are, whatever passes through the model")
def running_statistics_are_kept(learner, rng):
    x = tensor(features(rng))
    check_freeze(learner, small_network(rng), [x * 3 + 1, x])


@property_of(
    "freeze", "weight and bias of batch norm get no gradient, and the other layers get theirs"
)
def only_other_layers_get_gradients(learner, rng):
    x, upstream = tensor(features(rng)), tensor(rng.normal(size=(7, 2)))
    check_gradients(learner, small_network(rng), x, upstream)


@property_of("freeze", "every batch norm is frozen, of any kind and at any depth")
def every_batch_norm_is_frozen(learner, rng):
    model, x = network(rng).train(), images(rng, 4, 2, 4, 4)
    model[-1].p = 0.0  # dropout of 1 would hide what comes before
    seen = freeze_model(learner, model, [x], own=True)
    for aspect, wanted in changes(model).items():
        got = [seen["after"][aspect].get(name) for name in wanted]
        assert_true(not any(got), "a batch norm", "is not frozen.", got)
    check_frozen(seen, model, [x])


@property_of("freeze", "all that is not batch norm stays as it is, and the model is returned")
def rest_of_the_model_is_left_alone(learner, rng):
    model, x = network(rng).train(), images(rng, 4, 2, 4, 4)
    model[-1].p = 0.0
    model[1].weight.requires_grad_(False)
    model[6].eval()
    model[8].eval()
    seen = freeze_model(learner, model, [x])
    check_left_alone(seen, changes(model))
    check_frozen(seen, model, [x])
    is_model = seen["returned"] == "the model"
    assert_true(is_model, "the result", "is not the model itself.", seen["returned"])


@property_of("freeze", "model.train() puts batch norms back into training mode")
def training_ends_it(learner, rng):
    seen = check_freeze(learner, small_network(rng), [tensor(features(rng))])
    check_training_ends_it(seen)
