"""Hidden tests of `folding`: one layer for two, running statistics anew, and a frozen model."""

import torch
from torch import nn

from bnlab.kit.checks.folding import check_state, frozen, recalibrated
from bnlab.kit.testing.assertions import assert_close, assert_true, describe
from bnlab.kit.testing.inputs import BIG_EPS, affine, features, images, statistics, tensor
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import ATOL, LOW_PRECISION, RTOL


def drawn(module, rng):
    """The module in float64, with weights, biases and running statistics from rng."""
    for each in module.double().modules():
        if isinstance(each, nn.BatchNorm1d | nn.BatchNorm2d):
            weight, bias = affine(rng, each.num_features)
            mean, var = statistics(rng, each.num_features)
            state = {"weight": weight, "bias": bias, "running_mean": mean, "running_var": var}
            state = {name: tensor(value) for name, value in state.items()}
            each.load_state_dict(state | {"num_batches_tracked": torch.tensor(5)})
        else:
            for parameter in each.parameters(recurse=False):
                parameter.data = tensor(rng.normal(size=tuple(parameter.shape)))
    return module


def network(rng):
    """Batch norms of both kinds at two depths, between layers that are none, dropout at the end.

    With a probability of 1 dropout in training mode has one result only: zeros.
    """
    inner = nn.Sequential(nn.Conv2d(4, 3, 2), nn.BatchNorm2d(3), nn.ReLU())
    tail = (nn.Flatten(), nn.Linear(12, 5), nn.BatchNorm1d(5, momentum=0.3), nn.Dropout(1.0))
    norm = nn.BatchNorm2d(4, momentum=0.7)
    return drawn(nn.Sequential(nn.Conv2d(2, 4, 2), norm, inner, *tail), rng)


TOLERANCE = {
    torch.float32: {"rtol": LOW_PRECISION["float32"], "atol": LOW_PRECISION["float32"]},
    torch.float64: {"rtol": RTOL, "atol": ATOL},
}

NORMS = ("1", "2.1", "5")
"""Where the batch norms of the network are."""


def check_fold(learner, layer, norm, x, dtype=torch.float32):
    """Compares what the learner makes of a layer and its batch norm with the two, in one dtype."""
    layer, norm, x = layer.to(dtype), norm.to(dtype).eval(), x.to(dtype)
    held = learner.hold(layer), learner.hold(norm)
    folded = learner.fold_batch_norm(*held)
    is_module = hasattr(folded, "structure")
    assert_true(
        is_module, "the result", f"is {describe(folded)}, expected a module.", describe(folded)
    )
    with torch.no_grad():
        assert_close(folded(x), norm(layer(x)), "output of the folded layer", **TOLERANCE[dtype])
    wanted = type(layer).__name__
    kinds = [row["class"] for row in folded.structure()]
    assert_true(kinds == [wanted], "the result", f"is not a single {wanted}.", kinds)
    return held


@property_of("fold_batch_norm", "a linear layer without bias takes over the work of batch norm")
def linear_layer_takes_over(learner, rng):
    layer, norm = (drawn(each, rng) for each in (nn.Linear(3, 5, bias=False), nn.BatchNorm1d(5)))
    check_fold(learner, layer, norm, tensor(features(rng, n=4, d=3)))


@property_of(
    "fold_batch_norm", "the bias that the layer has of its own goes through batch norm too"
)
def own_bias_goes_through_batch_norm(learner, rng):
    layer, norm = (drawn(each, rng) for each in (nn.Linear(3, 5), nn.BatchNorm1d(5)))
    check_fold(learner, layer, norm, tensor(features(rng, n=4, d=3)))


@property_of("fold_batch_norm", "eps is added to the running variance, inside the root")
def eps_is_inside_the_root(learner, rng):
    layer = drawn(nn.Linear(3, 5, bias=False), rng)
    norm = drawn(nn.BatchNorm1d(5, eps=BIG_EPS), rng)
    check_fold(learner, layer, norm, tensor(features(rng, n=4, d=3)))


@property_of(
    "fold_batch_norm", "a convolution takes over, each output channel with a factor of its own"
)
def convolution_takes_over(learner, rng):
    # As many channels in as out: a factor on the wrong axis has the right shape.
    for padding in (0, 1):
        layer = drawn(nn.Conv2d(3, 3, 3, padding=padding, bias=False), rng)
        check_fold(learner, layer, drawn(nn.BatchNorm2d(3), rng), images(rng, 2, 3, 5, 7))


@property_of("fold_batch_norm", "stride, padding, dilation and groups stay as they are")
def geometry_is_kept(learner, rng):
    layer = nn.Conv2d(4, 6, 3, stride=2, padding=2, dilation=2, groups=2, bias=False)
    norm = drawn(nn.BatchNorm2d(6, eps=0.1), rng)
    check_fold(learner, drawn(layer, rng), norm, images(rng, 2, 4, 11, 7), torch.float64)


@property_of("fold_batch_norm", "the layer and its batch norm are left as they were")
def arguments_are_left_alone(learner, rng):
    layer, norm = (drawn(each, rng) for each in (nn.Linear(3, 5), nn.BatchNorm1d(5, eps=0.1)))
    held = check_fold(learner, layer, norm, tensor(features(rng, n=4, d=3)))
    for after, before in zip(held, (layer, norm), strict=True):
        for name, value in before.state_dict().items():
            what = f"{name} of the {type(before).__name__} after the call"
            assert_close(after.state_dict()[name], value, what)


@property_of("fold_batch_norm", "a layer in double precision is folded in double precision")
def precision_is_kept(learner, rng):
    layer, norm = (drawn(each, rng) for each in (nn.Linear(3, 5), nn.BatchNorm1d(5, eps=0.1)))
    check_fold(learner, layer, norm, tensor(features(rng, n=4, d=3)), torch.float64)


def batches_of_features(rng):
    """Three batches of different sizes, centres and spreads."""
    return [tensor(features(rng, n=n) * (1 + n) + n) for n in (4, 7, 2)]


def average(statistic, batches):
    """The plain average of a statistic over batches: each counts the same, whatever its size."""
    return torch.stack([statistic(x) for x in batches]).mean(0)


@property_of("recalibrate", "the running mean is the plain average of the means of the batches")
def running_mean_is_the_plain_average(learner, rng):
    held, batches = learner.hold(nn.BatchNorm1d(5).double()), batches_of_features(rng)
    learner.recalibrate(held, batches)
    assert_close(held.read("running_mean"), average(lambda x: x.mean(0), batches), "running_mean")


@property_of("recalibrate", "the running variance is the plain average of the unbiased variances")
def running_variance_is_the_plain_average(learner, rng):
    held, batches = learner.hold(nn.BatchNorm1d(5).double()), batches_of_features(rng)
    learner.recalibrate(held, batches)
    assert_close(held.read("running_var"), average(lambda x: x.var(0), batches), "running_var")


@property_of("recalibrate", "what the running statistics were before has no influence")
def past_is_forgotten(learner, rng):
    batches = batches_of_features(rng)
    held = learner.hold(drawn(nn.BatchNorm1d(5), rng))
    learner.recalibrate(held, batches)
    assert_close(held.read("running_mean"), average(lambda x: x.mean(0), batches), "running_mean")
    assert_close(held.read("running_var"), average(lambda x: x.var(0), batches), "running_var")


@property_of("recalibrate", "every batch norm is recalibrated, of both kinds and at any depth")
def every_batch_norm_is_recalibrated(learner, rng):
    model, batches = network(rng), [images(rng, n, 2, 4, 4) for n in (4, 7, 3)]
    held = learner.hold(model.eval())
    learner.recalibrate(held, batches)
    check_state(held, recalibrated(model, batches))


@property_of(
    "recalibrate", "dropout stays off while the batches pass, and every weight keeps its value"
)
def dropout_stays_off(learner, rng):
    model = drawn(nn.Sequential(nn.Dropout(1.0), nn.Linear(5, 3), nn.BatchNorm1d(3)), rng)
    batches = batches_of_features(rng)
    held = learner.hold(model.train())
    learner.recalibrate(held, batches)
    check_state(held, recalibrated(model, batches))


@property_of("recalibrate", "each batch norm has its momentum back afterwards")
def momentum_is_restored(learner, rng):
    model, batches = network(rng), [images(rng, n, 2, 4, 4) for n in (4, 3)]
    held = learner.hold(model)
    learner.recalibrate(held, batches)
    check_state(held, recalibrated(model, batches))
    momenta = tuple(held.read(f"{name}.momentum") for name in NORMS)
    assert_close(momenta, (0.7, 0.1, 0.3), "momentum")


@property_of("recalibrate", "each module has its mode back, and the model itself is returned")
def modes_are_restored(learner, rng):
    model, batches = network(rng), [images(rng, n, 2, 4, 4) for n in (4, 3)]
    for training in (False, True):
        held = learner.hold(model.train(training))
        if training:
            held.read("1").eval()  # a batch norm that is frozen while the rest is trained
        before = [row["training"] for row in held.structure()]
        returned = learner.recalibrate(held, batches)
        check_state(held, recalibrated(model, batches))
        modes = [row["training"] for row in held.structure()]
        assert_true(modes == before, "the mode of the modules", "is not what it was.", modes)
        assert_true(returned == held, "the result", f"is {describe(returned)}, expected the model.")


def small_network(rng):
    """A linear layer, batch norm, a linear layer that sees what it does, and dropout."""
    layers = (nn.Linear(5, 3), nn.BatchNorm1d(3), nn.Linear(3, 2), nn.Dropout(0.0))
    return drawn(nn.Sequential(*layers), rng).train()


@property_of(
    "freeze", "batch norm normalizes with its running statistics while the model is trained"
)
def running_statistics_are_used(learner, rng):
    model, x = small_network(rng), tensor(features(rng))
    held = learner.hold(model)
    learner.freeze(held)
    assert_close(held(x), frozen(model)(x).detach(), "output of the frozen model")


@property_of("freeze", "running statistics stay as they are, whatever passes through the model")
def running_statistics_are_kept(learner, rng):
    model, x = small_network(rng), tensor(features(rng))
    held = learner.hold(model)
    learner.freeze(held)
    held(x * 3 + 1)
    check_state(held, model.state_dict())
    assert_close(held(x), frozen(model)(x).detach(), "output of the frozen model")


@property_of(
    "freeze", "weight and bias of batch norm get no gradient, and the other layers get theirs"
)
def only_other_layers_get_gradients(learner, rng):
    model, x = small_network(rng), tensor(features(rng))
    held = learner.hold(model)
    learner.freeze(held)
    upstream = tensor(rng.normal(size=(7, 2)))
    want = frozen(model)
    want(x).backward(upstream)
    _, _, got = learner.gradients(held, x, upstream=upstream)
    for name, parameter in want.named_parameters():
        assert_close(got[name], parameter.grad, f"gradient of {name}")


@property_of("freeze", "every batch norm is frozen, of both kinds and at any depth")
def every_batch_norm_is_frozen(learner, rng):
    model, x = network(rng).train(), images(rng, 4, 2, 4, 4)
    model[-1].p = 0.0  # dropout of 1 would hide what comes before
    held = learner.hold(model)
    learner.freeze(held)
    rows = [row for row in held.structure() if row["name"] in NORMS]
    state = [(row["training"], any(row["trained"].values())) for row in rows]
    assert_true(state == [(False, False)] * 3, "a batch norm", "is not frozen.", state)
    assert_close(held(x), frozen(model)(x).detach(), "output of the frozen model")


@property_of(
    "freeze", "everything that is not batch norm stays in training, and the model is returned"
)
def rest_of_the_model_is_left_alone(learner, rng):
    model, x = small_network(rng), tensor(features(rng))
    held = learner.hold(model)
    returned = learner.freeze(held)
    assert_close(held(x), frozen(model)(x).detach(), "output of the frozen model")
    rows = [row for row in held.structure() if row["class"] != "BatchNorm1d"]
    modes = [row["training"] for row in rows]
    assert_true(all(modes), "a module that is no batch norm", "is not in training mode.", modes)
    trained = [flag for row in rows for flag in row["trained"].values()]
    assert_true(all(trained), "a layer that is no batch norm", "is not trained any more.", trained)
    assert_true(returned == held, "the result", f"is {describe(returned)}, expected the model.")
