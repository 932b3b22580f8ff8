"""Hidden tests of `layer`: what the forward pass computes, and what the buffers remember.

`forward` is tested with a `track` that only takes notes, and `track` is called by itself,
so that neither is graded by the other.
"""

import torch

from bnlab.kit.checks.layer import NOTING
from bnlab.kit.testing.assertions import assert_close, assert_portable, assert_raises, assert_true
from bnlab.kit.testing.inputs import BIG_EPS, affine, features, images, statistics, tensor
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import LOW_PRECISION

WITHOUT_GRADIENTS = """
import torch

def without_gradients(layer, x):
    with torch.no_grad():
        return layer(x)
"""

OTHER_REFERENCES = """
def other_references(layer, mean, var, n):
    "The statistics as somebody sees them who got hold of them before the update."
    held = layer.running_mean, layer.running_var, layer.num_batches_tracked
    layer.track(mean, var, n)
    return held
"""

RUNNING_MEAN_AFTER = """
def running_mean_after(layer, mean, var, n):
    layer.track(mean.detach(), var.detach(), n)
    return layer.running_mean.clone()
"""

WITH_A_GRAPH = """
def with_a_graph(layer, mean, var, n):
    "Whether the statistics remember how mean and var were computed."
    layer.track(mean.requires_grad_() * 1, var.requires_grad_() * 1, n)
    return layer.running_mean.requires_grad or layer.running_var.requires_grad
"""


def prepared(learner, rng, eps=BIG_EPS, dtype=torch.float64):
    """A layer of five channels with random state on the learner's side, and that state."""
    state = [tensor(each).to(dtype) for each in (*affine(rng), *statistics(rng))]
    layer = learner.BatchNorm(5, eps=eps)
    if dtype == torch.float64:
        layer.double()
    return learner.define(NOTING, "noting")(layer, *state), state


def trained(x, weight, bias, eps=BIG_EPS):
    """Output of torch in training, computed in float64, in the dtype of x."""
    wide = [each.double() for each in (x, weight, bias)]
    y = torch.nn.functional.batch_norm(wide[0], None, None, *wide[1:], training=True, eps=eps)
    return y.to(x.dtype)


def evaluated(x, weight, bias, mean, var, eps=BIG_EPS):
    """Output of torch in evaluation."""
    return torch.nn.functional.batch_norm(x, mean, var, weight, bias, eps=eps)


def batches(rng, lengths=(4, 7, 5)):
    """For each batch of rows: its mean, its biased variance, its number of rows, and itself."""
    rows = [tensor(features(rng, n=n)) for n in lengths]
    return [(*torch.var_mean(x, dim=0, correction=0)[::-1], len(x), x) for x in rows]


def tracked(rows, momentum):
    """Torch's own layer after these batches, in float64."""
    layer = torch.nn.BatchNorm1d(5, momentum=momentum).double()
    for x in rows:
        layer(x)
    return layer


@property_of("BatchNorm.forward", "in training a batch is normalized with its own statistics")
def training_normalizes_with_the_batch(learner, rng):
    layer, (weight, bias, *_) = prepared(learner, rng)
    x = tensor(features(rng, n=4))
    assert_close(layer(x), trained(x, weight, bias), "y")


@property_of("BatchNorm.forward", "the second axis is the channels, whatever follows it")
def second_axis_is_the_channels(learner, rng):
    layer, (weight, bias, *_) = prepared(learner, rng)
    signals = images(rng, 2, 5, 5, 1)[..., 0]
    for x in (signals, signals[:1], images(rng, 3, 5, 2, 5), images(rng, 3, 5, 1, 1)):
        assert_close(layer(x), trained(x, weight, bias), f"y for shape {tuple(x.shape)}")


@property_of(
    "BatchNorm.forward", "track is told mean, biased variance and count, once a training step"
)
def track_is_told_the_statistics(learner, rng):
    layer, state = prepared(learner, rng)
    want = []
    for x in (tensor(features(rng, n=4)), images(rng, 3, 5, 2, 7)):
        assert_close(layer(x), trained(x, *state[:2]), "y")
        var, mean = torch.var_mean(x, dim=(0, *range(2, x.ndim)), correction=0)
        want.append((mean, var, x.numel() / 5))
    assert_close(layer.read("running_mean"), state[2], "running_mean while track only takes notes")
    assert_close(layer.read("told"), tuple(want), "what track is told")


@property_of(
    "BatchNorm.forward", "in evaluation each row is normalized with the running statistics"
)
def evaluation_uses_the_running_statistics(learner, rng):
    layer, state = prepared(learner, rng)
    layer.eval()
    for x in (tensor(features(rng, n=4)), images(rng, 2, 5, 3, 2)):
        want = evaluated(x, *state)
        assert_close(layer(x), want, "y")
        assert_close(layer(x[:1]), want[:1], "y of one row alone")


@property_of(
    "BatchNorm.forward", "evaluation changes nothing: neither the batch nor the statistics"
)
def evaluation_changes_nothing(learner, rng):
    layer, state = prepared(learner, rng)
    layer.eval()
    x = tensor(features(rng))
    held = learner.hold(x)
    assert_close(layer(held), evaluated(x, *state), "y")
    assert_close(held.fetch(), x, "x after the call")
    assert_close(layer.read("running_mean"), state[2], "running_mean after the call")
    assert_close(layer.read("running_var"), state[3], "running_var after the call")
    assert_close(layer.read("told"), (), "what track is told")


@property_of("BatchNorm.forward", "the mode is the layer's own, not whether gradients are recorded")
def mode_is_the_layers_own(learner, rng):
    layer, state = prepared(learner, rng)
    quietly = learner.define(WITHOUT_GRADIENTS, "without_gradients")
    x = tensor(features(rng))
    assert_close(quietly(layer, x), trained(x, *state[:2]), "y in training, without gradients")
    layer.eval()
    assert_close(layer(x), evaluated(x, *state), "y in evaluation, with gradients")


@property_of(
    "BatchNorm.forward", "gradients flow through the statistics in training, past them in eval"
)
def gradients_fit_the_mode(learner, rng):
    layer, state = prepared(learner, rng)
    x = images(rng, 3, 5, 2, 3)
    upstream = tensor(rng.normal(size=x.shape))
    for mode in ("train", "eval"):
        getattr(layer, mode)()
        y, got, parameters = learner.gradients(layer, x, upstream=upstream)
        leaves = [each.clone().requires_grad_() for each in (x, *state[:2])]
        want = trained(*leaves) if mode == "train" else evaluated(*leaves, *state[2:])
        assert_close(y, want.detach(), f"y in mode {mode}")
        slopes = torch.autograd.grad(want, leaves, upstream)
        found = (got[0], parameters.get("weight"), parameters.get("bias"))
        for one, other, name in zip(found, slopes, ("x", "weight", "bias"), strict=True):
            assert_close(one, other, f"gradient of {name} in mode {mode}")


@property_of(
    "BatchNorm.forward", "one value per channel is a ValueError in training, and only there"
)
def one_value_per_channel_is_refused(learner, rng):
    layer, state = prepared(learner, rng)
    image = images(rng, 1, 5, 2, 1)
    assert_close(layer(image), trained(image, *state[:2]), "y of one image of two pixels")
    assert_raises(lambda: layer(image[..., 0, 0]), "ValueError", "one row in training")
    assert_raises(lambda: layer(image[..., :1, :1]), "ValueError", "one pixel in training")
    layer.eval()
    row = image[..., 0, 0]
    assert_close(layer(row), evaluated(row, *state), "y of one row in evaluation")


@property_of(
    "BatchNorm.forward", "low precision and a large mean are survived, and the dtype of x is kept"
)
def low_precision_is_survived(learner, rng):
    layer, (weight, bias, *_) = prepared(learner, rng, eps=0.1, dtype=torch.float32)
    noise = tensor(rng.normal(size=(9, 5, 4, 4)))
    for dtype, mean, spread in ((torch.float32, 3e3, 1.0), (torch.float16, 300.0, 150.0)):
        x = (noise * spread + mean).to(dtype)
        want = trained(x, weight, bias, eps=0.1)
        assert_close(layer(x), want, f"y in {str(dtype)[6:]}", rtol=1e-2, atol=1e-2)


@property_of("BatchNorm.forward", "on another device: no tensor stays on the CPU, in either mode")
def forward_runs_on_another_device(learner, rng):
    layer, (weight, bias, *_) = prepared(learner, rng)
    x = images(rng, 2, 5, 3, 4)
    assert_close(layer(x), trained(x, weight, bias), "y in training")
    assert_portable(learner.portable(layer, x))
    layer, state = prepared(learner, rng)
    layer.eval()
    assert_close(layer(x), evaluated(x, *state), "y in evaluation")
    assert_portable(learner.portable(layer, x))


@property_of("BatchNorm.track", "the running mean takes in the batch mean with weight momentum")
def running_mean_moves_by_momentum(learner, rng):
    layer = learner.BatchNorm(5, momentum=0.7).double()
    ((mean, var, n, x),) = batches(rng, (4,))
    layer.track(mean, var, n)
    assert_close(layer.read("running_mean"), tracked([x], 0.7).running_mean, "running_mean")


@property_of("BatchNorm.track", "the running variance takes in the unbiased variance")
def running_var_takes_in_the_unbiased_variance(learner, rng):
    layer = learner.BatchNorm(5, momentum=0.7).double()
    ((mean, var, n, x),) = batches(rng, (4,))
    layer.track(mean, var, n)
    assert_close(layer.read("running_var"), tracked([x], 0.7).running_var, "running_var")


@property_of("BatchNorm.track", "batches build on each other, and are counted")
def batches_build_on_each_other(learner, rng):
    layer, rows = learner.BatchNorm(5).double(), []
    for mean, var, n, x in batches(rng, (4, 2, 7)):
        rows.append(x)
        layer.track(mean, var, n)
        want = tracked(rows, 0.1)
        for name in ("running_mean", "running_var", "num_batches_tracked"):
            assert_close(layer.read(name), getattr(want, name), f"{name} after {len(rows)}")


@property_of(
    "BatchNorm.track", "with momentum None the statistics are the plain average over all batches"
)
def without_momentum_it_is_the_plain_average(learner, rng):
    layer, rows = learner.BatchNorm(5, momentum=None).double(), []
    for mean, var, n, x in batches(rng):
        rows.append(x)
        layer.track(mean, var, n)
        want = tracked(rows, None)
        assert_close(
            layer.read("running_mean"), want.running_mean, f"running_mean after {len(rows)}"
        )
        assert_close(layer.read("running_var"), want.running_var, f"running_var after {len(rows)}")


@property_of("BatchNorm.track", "the buffers are updated in place: who holds them sees the update")
def buffers_are_updated_in_place(learner, rng):
    layer = learner.BatchNorm(5, momentum=0.7).double()
    ((mean, var, n, x),) = batches(rng, (4,))
    held = learner.define(OTHER_REFERENCES, "other_references")(layer, mean, var, n)
    want = tracked([x], 0.7)
    buffers = (want.running_mean, want.running_var, want.num_batches_tracked)
    assert_close(held, buffers, "the buffers as held before the update")


@property_of(
    "BatchNorm.track", "the statistics keep their dtype and no memory of the batch's graph"
)
def statistics_carry_no_graph(learner, rng):
    layer = learner.BatchNorm(5, momentum=0.7)
    ((mean, var, n, x),) = batches(rng, (4,))
    remembers = learner.define(WITH_A_GRAPH, "with_a_graph")(layer, mean, var, n)
    want = tracked([x], 0.7).running_var.float()
    assert_close(layer.read("running_var"), want, "running_var", rtol=LOW_PRECISION["float32"])
    assert_close(remembers, False, "requires_grad of the running statistics")


@property_of("BatchNorm.track", "the batch's mean and variance are left as they were")
def batch_statistics_are_left_alone(learner, rng):
    layer = learner.BatchNorm(5, momentum=0.7).double()
    ((mean, var, n, x),) = batches(rng, (4,))
    held = [learner.hold(each) for each in (mean, var)]
    layer.track(*held, n)
    assert_close(layer.read("running_var"), tracked([x], 0.7).running_var, "running_var")
    for after, value, name in zip(held, (mean, var), ("mean", "var"), strict=True):
        assert_close(after.fetch(), value, f"{name} after the call")


@property_of("BatchNorm.track", "the statistics are buffers: saved and converted, but not trained")
def statistics_are_buffers(learner, rng):
    layer = learner.BatchNorm(5, momentum=0.7)
    layer.double()
    ((mean, var, n, x),) = batches(rng, (4,))
    layer.track(mean, var, n)
    want = tracked([x], 0.7).state_dict()
    assert_close(layer.read("running_mean"), want["running_mean"], "running_mean")
    saved = layer.state_dict()
    assert_true(
        list(saved) == list(want), "state_dict", "has other names than torch's.", list(saved)
    )
    for name in ("running_mean", "running_var", "num_batches_tracked"):
        assert_close(saved[name], want[name], f"{name} in state_dict")
    names = sorted(layer.structure()[0]["trained"])
    assert_true(names == ["bias", "weight"], "parameters", "are not weight and bias alone.", names)


@property_of(
    "BatchNorm.track", "on another device: the statistics move with the layer, nothing stays"
)
def track_runs_on_another_device(learner, rng):
    for momentum in (0.7, None):
        layer = learner.BatchNorm(5, momentum=momentum).double()
        ((mean, var, n, x),) = batches(rng, (4,))
        update = learner.define(RUNNING_MEAN_AFTER, "running_mean_after")
        assert_close(
            update(layer, mean, var, n), tracked([x], momentum).running_mean, "running_mean"
        )
        assert_portable(learner.portable(update, layer, mean, var, n))
