"""Public checks of `folding`."""

import copy

import torch
from torch import nn

from ..testing.assertions import assert_close, assert_true, describe
from ..testing.inputs import BIG_EPS, affine, features, images, statistics, tensor
from ..testing.properties import property_of
from ..testing.tolerances import ATOL, LOW_PRECISION, RTOL

NORMS = nn.BatchNorm1d | nn.BatchNorm2d


def drawn(module, rng):
    """Return the module in float64, with weights, biases and running statistics from rng."""
    for each in module.double().modules():
        for parameter in each.parameters(recurse=False):
            parameter.data = tensor(rng.normal(size=tuple(parameter.shape)))
        if isinstance(each, NORMS):
            each.weight.data, each.bias.data = map(tensor, affine(rng, each.num_features))
            mean, var = map(tensor, statistics(rng, each.num_features))
            each.running_mean, each.running_var = mean, var
            each.num_batches_tracked.fill_(3)
    return module


def check_fold(learner, layer, norm, x, dtype=torch.float32):
    """Compare the folded layer with the layer and its batch norm, in one dtype."""
    layer, norm, x = layer.to(dtype), norm.to(dtype).eval(), x.to(dtype)
    held = learner.hold(layer), learner.hold(norm)
    folded = learner.fold_batch_norm(*held)
    is_module = hasattr(folded, "structure")
    assert_true(
        is_module, "the result", f"is {describe(folded)}, expected a module.", describe(folded)
    )
    exact = dtype == torch.float64
    rtol, atol = (RTOL, ATOL) if exact else (LOW_PRECISION["float32"], LOW_PRECISION["float32"])
    with torch.no_grad():
        want = norm(layer(x))
    assert_close(folded(x), want, "output of the folded layer", rtol=rtol, atol=atol)
    kinds = [row["class"] for row in folded.structure()]
    wanted = type(layer).__name__
    assert_true(kinds == [wanted], "the result", f"is not a single {wanted}.", kinds)
    for after, before in zip(held, (layer, norm), strict=True):
        for name, value in before.state_dict().items():
            assert_close(after.state_dict()[name], value, f"{name} of the {type(before).__name__}")


@property_of(
    "fold_batch_norm", "one linear layer gives what two layers gave, and both are left alone"
)
def linear_layer_is_folded(learner, rng):
    layer, norm = drawn(nn.Linear(4, 3, bias=False), rng), drawn(nn.BatchNorm1d(3), rng)
    check_fold(learner, layer, norm, tensor(features(rng, n=6, d=4)))


@property_of("fold_batch_norm", "so it does where the layer has a bias of its own")
def own_bias_is_folded(learner, rng):
    layer, norm = drawn(nn.Linear(4, 3), rng), drawn(nn.BatchNorm1d(3), rng)
    check_fold(learner, layer, norm, tensor(features(rng, n=6, d=4)))


@property_of("fold_batch_norm", "eps is inside the root, and is that of the batch norm")
def eps_is_that_of_the_batch_norm(learner, rng):
    layer, norm = nn.Linear(4, 3, bias=False), nn.BatchNorm1d(3, eps=BIG_EPS)
    check_fold(learner, drawn(layer, rng), drawn(norm, rng), tensor(features(rng, n=6, d=4)))


@property_of("fold_batch_norm", "a convolution is folded, and keeps its stride, padding and groups")
def convolution_is_folded(learner, rng):
    square = nn.Conv2d(2, 2, 3, bias=False)
    strided = nn.Conv2d(2, 6, 3, stride=2, padding=1, groups=2, bias=False)
    for layer in (square, strided):
        norm = drawn(nn.BatchNorm2d(layer.out_channels), rng)
        check_fold(learner, drawn(layer, rng), norm, images(rng, n=2, c=2, h=6, w=7))


@property_of("fold_batch_norm", "a layer in double precision stays in double precision")
def double_precision_is_kept(learner, rng):
    layer, norm = drawn(nn.Linear(4, 3), rng), drawn(nn.BatchNorm1d(3), rng)
    check_fold(learner, layer, norm, tensor(features(rng, n=6, d=4)), torch.float64)


def model_with_dropout(rng):
    """Return a model with batch norms of both kinds, one of them in a block, after a dropout."""
    block = nn.Sequential(nn.Dropout(1.0), nn.Conv2d(2, 3, 2), nn.BatchNorm2d(3, momentum=0.4))
    return drawn(nn.Sequential(block, nn.Flatten(), nn.BatchNorm1d(12, momentum=0.2)), rng)


def recalibrated(model, batches):
    """Return weights and averaged statistics of the model, by torch's cumulative average."""
    model = copy.deepcopy(model).eval()
    for each in model.modules():
        if isinstance(each, NORMS):
            each.reset_running_stats()
            each.momentum = None
            each.train()
    with torch.no_grad():
        for x in batches:
            model(x)
    # How the learner counts the batches is their affair.
    return {k: v for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}


def check_state(held, want):
    """Compare weights, biases and running statistics by name."""
    got = held.state_dict()
    for name, value in want.items():
        assert_close(got[name], value, name)


@property_of(
    "recalibrate", "the statistics are the plain average over the batches, whatever they were"
)
def statistics_are_averaged(learner, rng):
    batches = [tensor(features(rng, n=n, d=3) * n) for n in (5, 2, 6)]
    held = learner.hold(nn.Sequential(drawn(nn.BatchNorm1d(3), rng)))
    learner.recalibrate(held, batches)
    mean = torch.stack([x.mean(0) for x in batches]).mean(0)
    var = torch.stack([x.var(0) for x in batches]).mean(0)
    assert_close(held.read("0.running_mean"), mean, "running_mean")
    assert_close(held.read("0.running_var"), var, "running_var")


@property_of("recalibrate", "every batch norm is reached, while dropout is off and weights stay")
def whole_model_is_recalibrated(learner, rng):
    model, batches = model_with_dropout(rng), [images(rng, n, 2, 3, 3) for n in (5, 4)]
    held = learner.hold(model.train())
    learner.recalibrate(held, batches)
    check_state(held, recalibrated(model, batches))


@property_of("recalibrate", "momentum is as before")
def momentum_is_as_before(learner, rng):
    model, batches = model_with_dropout(rng), [images(rng, n, 2, 3, 3) for n in (5, 4)]
    held = learner.hold(model)
    learner.recalibrate(held, batches)
    check_state(held, recalibrated(model, batches))
    momenta = [held.read("0.2.momentum"), held.read("2.momentum")]
    assert_true(momenta == [0.4, 0.2], "momentum", "is not what it was before the call.", momenta)


@property_of("recalibrate", "the mode of each module is as before, and the model is returned")
def modes_are_as_before(learner, rng):
    model, batches = model_with_dropout(rng), [images(rng, n, 2, 3, 3) for n in (5, 4)]
    for training in (False, True):
        held = learner.hold(model.train(training))
        held.read("0").eval()
        before = [row["training"] for row in held.structure()]
        returned = learner.recalibrate(held, batches)
        check_state(held, recalibrated(model, batches))
        modes = [row["training"] for row in held.structure()]
        assert_true(modes == before, "the mode of the modules", "is not what it was.", modes)
        assert_true(returned == held, "the result", f"is {describe(returned)}, expected the model.")


def frozen(model):
    """Return a copy in training mode whose batch norms do not update their running statistics."""
    model = copy.deepcopy(model).train()
    for each in model.modules():
        if isinstance(each, NORMS):
            each.eval().requires_grad_(False)
    return model


def model_to_freeze(rng):
    """Return a model with batch norms of both kinds, one of them in a block."""
    block = nn.Sequential(nn.Conv2d(2, 3, 2), nn.BatchNorm2d(3))
    tail = (nn.Flatten(), nn.Linear(12, 4), nn.BatchNorm1d(4), nn.Linear(4, 2), nn.Dropout(0.0))
    return drawn(nn.Sequential(block, *tail), rng).train()


@property_of("freeze", "in training, running statistics are used and stay as they are")
def statistics_are_used_and_kept(learner, rng):
    model, x = model_to_freeze(rng), images(rng, 5, 2, 3, 3)
    held = learner.hold(model)
    learner.freeze(held)
    held(x * 2 - 1)
    check_state(held, model.state_dict())
    assert_close(held(x), frozen(model)(x).detach(), "output of the frozen model")


@property_of("freeze", "only the other layers get gradients")
def other_layers_get_gradients(learner, rng):
    model, x = model_to_freeze(rng), images(rng, 5, 2, 3, 3)
    held = learner.hold(model)
    learner.freeze(held)
    want, upstream = frozen(model), tensor(rng.normal(size=(5, 2)))
    (want(x) * upstream).sum().backward()
    _, _, got = learner.gradients(held, x, upstream=upstream)
    for name, parameter in want.named_parameters():
        assert_close(got[name], parameter.grad, f"gradient of {name}")


@property_of("freeze", "everything else stays in training mode, and the model is returned")
def everything_else_stays_in_training(learner, rng):
    model, x = model_to_freeze(rng), images(rng, 5, 2, 3, 3)
    held = learner.hold(model)
    returned = learner.freeze(held)
    assert_close(held(x), frozen(model)(x).detach(), "output of the frozen model")
    modes = [row["training"] for row in held.structure() if "BatchNorm" not in row["class"]]
    assert_true(all(modes), "a module that is no batch norm", "is not in training mode.", modes)
    assert_true(returned == held, "the result", f"is {describe(returned)}, expected the model.")
