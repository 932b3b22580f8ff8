"""Public checks of `folding`."""

import torch
from torch import nn

from ..testing.assertions import assert_close, assert_true
from ..testing.copies import copied
from ..testing.folded_layers import check_fold, neutral
from ..testing.inputs import LARGE_EPS, affine, features, images, statistics, tensor
from ..testing.model_watch import WATCH, check_left_alone, defined
from ..testing.properties import property_of

NORMS = nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d


def drawn(module, rng):
    """Return the module in float64, with weights, biases and running statistics from rng."""
    for each in module.modules():  # all that they hold is replaced
        for parameter in each.parameters(recurse=False):
            parameter.data = tensor(rng.normal(size=tuple(parameter.shape)))
        if isinstance(each, NORMS) and each.affine:
            each.weight.data, each.bias.data = map(tensor, affine(rng, each.num_features))
        if getattr(each, "running_mean", None) is not None:
            mean, var = map(tensor, statistics(rng, each.num_features))
            each.running_mean, each.running_var = mean, var
            each.num_batches_tracked.fill_(3)
    return module


def linear(rng, *, bias=False, inputs=4, **options):
    """Return a linear layer, a batch norm with some options, and rows for them."""
    norm = drawn(nn.BatchNorm1d(3, **options), rng)
    return drawn(nn.Linear(inputs, 3, bias=bias), rng), norm, tensor(features(rng, n=6, d=inputs))


def with_negative_weights(case):
    """Return a layer, a batch norm and an input, with only negative weights in the batch norm."""
    case[1].weight.data.abs_().neg_()
    return case


def convolution(rng, inputs, outputs, *args, size=(6, 7), norm=None, **options):
    """Return a convolution, a batch norm and images for them."""
    layer = drawn(nn.Conv2d(inputs, outputs, *args, **options), rng)
    x = images(rng, 2, inputs, *size)
    return layer, drawn(nn.BatchNorm2d(outputs, **(norm or {})), rng).eval(), x


@property_of(
    "fold_batch_norm", "one linear layer gives what two layers gave, and both are left alone"
)
def linear_layer_is_folded(learner, rng):
    check_fold(learner, linear(rng), with_negative_weights(linear(rng, inputs=3)))


@property_of("fold_batch_norm", "so it does where the layer has a bias of its own")
def own_bias_is_folded(learner, rng):
    check_fold(learner, linear(rng, bias=True), convolution(rng, 2, 3, 3))


@property_of("fold_batch_norm", "eps is inside the root, and is that of the batch norm")
def eps_is_that_of_the_batch_norm(learner, rng):
    check_fold(learner, linear(rng, eps=LARGE_EPS))


@property_of(
    "fold_batch_norm", "a convolution is folded, and keeps its kernel, stride, padding and groups"
)
def convolution_is_folded(learner, rng):
    check_fold(
        learner,
        convolution(rng, 2, 2, 3, bias=False),
        convolution(rng, 2, 6, 3, stride=2, padding=1, groups=2),
        convolution(rng, 2, 4, (1, 3), padding=(0, 2), dilation=(1, 2), bias=False),
        convolution(rng, 2, 2, 3, padding="same", padding_mode="replicate", bias=False),
    )


@property_of("fold_batch_norm", "a batch norm without weight and bias is folded too")
def batch_norm_without_affine_is_folded(learner, rng):
    check_fold(learner, linear(rng, bias=True, affine=False))


@property_of("fold_batch_norm", "the new layer shares no memory, even where nothing changes")
def memory_is_not_shared(learner, rng):
    layer = drawn(nn.Linear(4, 3), rng)
    check_fold(learner, (layer, neutral(3), tensor(features(rng, n=6, d=4))))


@property_of("fold_batch_norm", "a layer in double or half precision keeps its precision")
def precision_is_kept(learner, rng):
    for dtype in (torch.float64, torch.float16, torch.bfloat16):
        check_fold(learner, linear(rng, bias=True, eps=0.1), dtype=dtype)


def model_with_norms(rng):
    """Return a model with batch norms of three kinds, among layers that are none."""
    block = nn.Sequential(nn.Dropout(1.0), nn.Conv2d(2, 4, 2), nn.BatchNorm2d(4, momentum=0.4))
    groups = nn.GroupNorm(2, 4), nn.InstanceNorm2d(4, affine=True, track_running_stats=True)
    volume = nn.Unflatten(1, (2, 2)), nn.BatchNorm3d(2, momentum=None), nn.Flatten()
    tail = nn.LayerNorm(16), nn.Linear(16, 5), nn.BatchNorm1d(5, momentum=0.2)
    return drawn(nn.Sequential(block, *groups, *volume, *tail), rng)


def recalibrated(model, batches):
    """Return weights and averaged statistics of the model, by torch's cumulative average."""
    model = copied(model).eval()
    for each in model.modules():
        if isinstance(each, NORMS):
            each.reset_running_stats()
            each.momentum = None
            each.train()
    with torch.no_grad():
        for x in batches:
            model(x)
    return model.state_dict()


def check_state(got, want):
    """Compare weights, biases and running statistics by name."""
    for name, value in want.items():
        if not name.endswith("num_batches_tracked"):  # how to count is the learner's affair
            assert_close(got[name], value, name)


def check_recalibration(learner, model, batches, **how):
    """Recalibrate a model; compare statistics and weights, and return what was seen."""
    watched = defined(learner, WATCH, "watched")
    (call,) = learner.call_each(watched, [("recalibrate", model, batches)], **how)
    seen, after = call
    check_state(seen["state"], recalibrated(model, batches))
    return seen, after[2]


@property_of(
    "recalibrate", "the statistics are the plain average over the batches, whatever they were"
)
def statistics_are_averaged(learner, rng):
    batches = [tensor(features(rng, n=n, d=3) * n) for n in (5, 2, 6, 3, 4)]
    check_recalibration(learner, drawn(nn.BatchNorm1d(3), rng), batches)
    check_recalibration(learner, drawn(nn.Linear(3, 2), rng), batches[:1])


@property_of("recalibrate", "every batch norm is reached, while dropout is off and weights stay")
def whole_model_is_recalibrated(learner, rng):
    model, batches = model_with_norms(rng), [images(rng, n, 2, 3, 3) for n in (5, 4)]
    check_recalibration(learner, model.train(), batches, own=True)


@property_of("recalibrate", "batches may come one by one, without a length")
def batches_may_be_a_stream(learner, rng):
    model, batches = model_with_norms(rng), [images(rng, n, 2, 3, 3) for n in (4, 5, 3)]
    seen, _ = check_recalibration(learner, model, batches, stream=True, quiet=True)
    check_left_alone(seen | {"before": {}, "rebound": []})  # gradients were off before


@property_of("recalibrate", "modes, momenta, flags, hooks, tensors and batches are as before")
def all_else_is_as_before(learner, rng):
    batches = [images(rng, n, 2, 3, 3) for n in (5, 4)]
    for training in (False, True):
        model = model_with_norms(rng).train(training)
        model[0].train(not training)[2].train(training)
        model[7].weight.requires_grad_(False)
        seen, after = check_recalibration(learner, model, batches)
        check_left_alone(seen)
        assert_close(tuple(after), tuple(batches), "batches after the call")
        is_model = seen["returned"] == "the model"
        assert_true(is_model, "the result", "is not the model itself.", seen["returned"])


def frozen(model):
    """Return a copy whose batch norms are in evaluation and not trained."""
    model = copied(model)
    for each in model.modules():
        if isinstance(each, NORMS):
            each.eval().requires_grad_(False)
    return model


def freeze_model(learner, model, batches, **how):
    """Return what was seen when the learner froze a model and batches passed through it."""
    watched = defined(learner, WATCH, "watched")
    (call,) = learner.call_each(watched, [("freeze", model)], again=batches, **how)
    return call.result


def check_frozen_alone(learner, norm, other, batches):
    """Freeze a model that is a batch norm itself, and one without any."""
    watched = defined(learner, WATCH, "watched")
    calls = [("freeze", model) for model in (norm, other)]
    for call, (_, model) in zip(
        learner.call_each(watched, calls, again=batches), calls, strict=True
    ):
        check_left_alone(call.result, changes(model))
        check_frozen(call.result, model, batches)


def check_frozen(seen, model, batches):
    """Compare the running statistics of a frozen model, and what it makes of batches."""
    for name, each in model.named_modules():
        if isinstance(each, NORMS):
            check_state(seen["later"], each.state_dict(prefix=f"{name}." if name else ""))
    want = frozen(model)
    for x, y in zip(batches, seen["outputs"], strict=True):
        assert_close(y, want(x).detach(), "output of the frozen model")


def check_freeze(learner, model, batches, **how):
    """Freeze a model; compare statistics and outputs, and return what was seen."""
    seen = freeze_model(learner, model, batches, **how)
    check_frozen(seen, model, batches)
    return seen


def changes(model):
    """Return the modes and flags that `freeze` has to set."""
    norms = [(name, each) for name, each in model.named_modules() if isinstance(each, NORMS)]
    flags = [
        f"{name}.{key}".lstrip(".") for name, each in norms for key, _ in each.named_parameters()
    ]
    return {
        "mode": {name: False for name, _ in norms},
        "requires_grad": dict.fromkeys(flags, False),
    }


@property_of("freeze", "in training, running statistics are used and stay as they are")
def statistics_are_used_and_kept(learner, rng):
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    x = tensor(features(rng, n=5, d=3))
    check_freeze(learner, drawn(model, rng).train(), [x * 2 - 1, x])
    alone = (drawn(each, rng).train() for each in (nn.BatchNorm1d(3), nn.Linear(3, 2)))
    check_frozen_alone(learner, *alone, [x])


@property_of("freeze", "every batch norm is frozen; modes and flags of all else stay as they were")
def every_batch_norm_and_nothing_else(learner, rng):
    x = images(rng, 5, 2, 3, 3)
    for own in (False, True):
        model = model_with_norms(rng).train()
        model[0][0].p = 0.0
        model[0][1].weight.requires_grad_(False)
        model[6].eval()
        seen = freeze_model(learner, model, [x], own=own)
        check_left_alone(seen, changes(model))
        check_frozen(seen, model, [x])
        is_model = seen["returned"] == "the model"
        assert_true(is_model, "the result", "is not the model itself.", seen["returned"])


@property_of("freeze", "only the other layers get gradients")
def other_layers_get_gradients(learner, rng):
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    model, x = drawn(model, rng).train(), tensor(features(rng, n=5, d=3))
    check_gradients(learner, model, x, tensor(rng.normal(size=(5, 2))))


def check_gradients(learner, model, x, upstream):
    """Freeze a model; compare the gradients of its parameters."""
    held = learner.hold(model)
    learner.freeze(held)
    want = frozen(model)
    (want(x) * upstream).sum().backward()
    _, _, got = learner.gradients(held, x, upstream=upstream)
    for name, parameter in want.named_parameters():
        assert_close(got[name], parameter.grad, f"gradient of {name}")


@property_of("freeze", "model.train() puts batch norms back into training mode")
def training_ends_it(learner, rng):
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    seen = check_freeze(learner, drawn(model, rng), [tensor(features(rng, n=5, d=3))])
    check_training_ends_it(seen)


def check_training_ends_it(seen):
    """Assert that all modules are in training mode after model.train()."""
    modes = list(seen["in training"].values())
    assert_true(all(modes), "a module", "is not in training mode after model.train().", modes)
