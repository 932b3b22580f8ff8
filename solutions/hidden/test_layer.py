"""Hidden tests of `layer`: what the forward pass computes, and what the buffers remember.

`forward` is tested with a `track` that only takes notes, and `track` is called by itself,
so that neither is graded by the other.
"""

import torch

from bnlab.kit.checks.layer import NOTING
from bnlab.kit.testing.agree import LOW_PRECISION, agree, holds, refuses, travels
from bnlab.kit.testing.probes import BIG_EPS, affine, features, images, statistics, tensor
from bnlab.kit.testing.properties import shows

WITHOUT_GRADIENTS = """
import torch

def without_gradients(layer, x):
    with torch.no_grad():
        return layer(x)
"""

HELD_ELSEWHERE = """
def held_elsewhere(layer, mean, var, n):
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


def prepared(student, rng, eps=BIG_EPS, dtype=torch.float64):
    """A layer of five channels with random state on the learner's side, and that state."""
    state = [tensor(each).to(dtype) for each in (*affine(rng), *statistics(rng))]
    layer = student.BatchNorm(5, eps=eps)
    if dtype == torch.float64:
        layer.double()
    return student.define(NOTING, "noting")(layer, *state), state


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


@shows("BatchNorm.forward", "in training a batch is normalized with its own statistics")
def training_normalizes_with_the_batch(student, rng):
    layer, (weight, bias, *_) = prepared(student, rng)
    x = tensor(features(rng, n=4))
    agree(layer(x), trained(x, weight, bias), "y")


@shows("BatchNorm.forward", "the second axis is the channels, whatever follows it")
def second_axis_is_the_channels(student, rng):
    layer, (weight, bias, *_) = prepared(student, rng)
    signals = images(rng, 2, 5, 5, 1)[..., 0]
    for x in (signals, signals[:1], images(rng, 3, 5, 2, 5), images(rng, 3, 5, 1, 1)):
        agree(layer(x), trained(x, weight, bias), f"y for shape {tuple(x.shape)}")


@shows("BatchNorm.forward", "track is told mean, biased variance and count, once a training step")
def track_is_told_the_statistics(student, rng):
    layer, state = prepared(student, rng)
    want = []
    for x in (tensor(features(rng, n=4)), images(rng, 3, 5, 2, 7)):
        agree(layer(x), trained(x, *state[:2]), "y")
        var, mean = torch.var_mean(x, dim=(0, *range(2, x.ndim)), correction=0)
        want.append((mean, var, x.numel() / 5))
    agree(layer.read("running_mean"), state[2], "running_mean while track only takes notes")
    agree(layer.read("told"), tuple(want), "what track is told")


@shows("BatchNorm.forward", "in evaluation each row is normalized with the running statistics")
def evaluation_uses_the_running_statistics(student, rng):
    layer, state = prepared(student, rng)
    layer.eval()
    for x in (tensor(features(rng, n=4)), images(rng, 2, 5, 3, 2)):
        want = evaluated(x, *state)
        agree(layer(x), want, "y")
        agree(layer(x[:1]), want[:1], "y of one row alone")


@shows("BatchNorm.forward", "evaluation changes nothing: neither the batch nor the statistics")
def evaluation_changes_nothing(student, rng):
    layer, state = prepared(student, rng)
    layer.eval()
    x = tensor(features(rng))
    held = student.hold(x)
    agree(layer(held), evaluated(x, *state), "y")
    agree(held.fetch(), x, "x after the call")
    agree(layer.read("running_mean"), state[2], "running_mean after the call")
    agree(layer.read("running_var"), state[3], "running_var after the call")
    agree(layer.read("told"), (), "what track is told")


@shows("BatchNorm.forward", "the mode is the layer's own, not whether gradients are recorded")
def mode_is_the_layers_own(student, rng):
    layer, state = prepared(student, rng)
    quietly = student.define(WITHOUT_GRADIENTS, "without_gradients")
    x = tensor(features(rng))
    agree(quietly(layer, x), trained(x, *state[:2]), "y in training, without gradients")
    layer.eval()
    agree(layer(x), evaluated(x, *state), "y in evaluation, with gradients")


@shows("BatchNorm.forward", "gradients flow through the statistics in training, past them in eval")
def gradients_fit_the_mode(student, rng):
    layer, state = prepared(student, rng)
    x = images(rng, 3, 5, 2, 3)
    upstream = tensor(rng.normal(size=x.shape))
    for mode in ("train", "eval"):
        getattr(layer, mode)()
        y, got, parameters = student.gradients(layer, x, upstream=upstream)
        leaves = [each.clone().requires_grad_() for each in (x, *state[:2])]
        want = trained(*leaves) if mode == "train" else evaluated(*leaves, *state[2:])
        agree(y, want.detach(), f"y in mode {mode}")
        slopes = torch.autograd.grad(want, leaves, upstream)
        found = (got[0], parameters.get("weight"), parameters.get("bias"))
        for one, other, name in zip(found, slopes, ("x", "weight", "bias"), strict=True):
            agree(one, other, f"gradient of {name} in mode {mode}")


@shows("BatchNorm.forward", "one value per channel is a ValueError in training, and only there")
def one_value_per_channel_is_refused(student, rng):
    layer, state = prepared(student, rng)
    image = images(rng, 1, 5, 2, 1)
    agree(layer(image), trained(image, *state[:2]), "y of one image of two pixels")
    refuses(lambda: layer(image[..., 0, 0]), "ValueError", "one row in training")
    refuses(lambda: layer(image[..., :1, :1]), "ValueError", "one pixel in training")
    layer.eval()
    row = image[..., 0, 0]
    agree(layer(row), evaluated(row, *state), "y of one row in evaluation")


@shows(
    "BatchNorm.forward", "low precision and a large mean are survived, and the dtype of x is kept"
)
def low_precision_is_survived(student, rng):
    layer, (weight, bias, *_) = prepared(student, rng, eps=0.1, dtype=torch.float32)
    noise = tensor(rng.normal(size=(9, 5, 4, 4)))
    for dtype, mean, spread in ((torch.float32, 3e3, 1.0), (torch.float16, 300.0, 150.0)):
        x = (noise * spread + mean).to(dtype)
        want = trained(x, weight, bias, eps=0.1)
        agree(layer(x), want, f"y in {str(dtype)[6:]}", rtol=1e-2, atol=1e-2)


@shows("BatchNorm.forward", "on another device: no tensor stays on the CPU, in either mode")
def forward_runs_on_another_device(student, rng):
    layer, (weight, bias, *_) = prepared(student, rng)
    x = images(rng, 2, 5, 3, 4)
    agree(layer(x), trained(x, weight, bias), "y in training")
    travels(student.portable(layer, x))
    layer, state = prepared(student, rng)
    layer.eval()
    agree(layer(x), evaluated(x, *state), "y in evaluation")
    travels(student.portable(layer, x))


@shows("BatchNorm.track", "the running mean takes in the batch mean with weight momentum")
def running_mean_moves_by_momentum(student, rng):
    layer = student.BatchNorm(5, momentum=0.7).double()
    ((mean, var, n, x),) = batches(rng, (4,))
    layer.track(mean, var, n)
    agree(layer.read("running_mean"), tracked([x], 0.7).running_mean, "running_mean")


@shows("BatchNorm.track", "the running variance takes in the unbiased variance")
def running_var_takes_in_the_unbiased_variance(student, rng):
    layer = student.BatchNorm(5, momentum=0.7).double()
    ((mean, var, n, x),) = batches(rng, (4,))
    layer.track(mean, var, n)
    agree(layer.read("running_var"), tracked([x], 0.7).running_var, "running_var")


@shows("BatchNorm.track", "batches build on each other, and are counted")
def batches_build_on_each_other(student, rng):
    layer, rows = student.BatchNorm(5).double(), []
    for mean, var, n, x in batches(rng, (4, 2, 7)):
        rows.append(x)
        layer.track(mean, var, n)
        want = tracked(rows, 0.1)
        for name in ("running_mean", "running_var", "num_batches_tracked"):
            agree(layer.read(name), getattr(want, name), f"{name} after {len(rows)}")


@shows(
    "BatchNorm.track", "with momentum None the statistics are the plain average over all batches"
)
def without_momentum_it_is_the_plain_average(student, rng):
    layer, rows = student.BatchNorm(5, momentum=None).double(), []
    for mean, var, n, x in batches(rng):
        rows.append(x)
        layer.track(mean, var, n)
        want = tracked(rows, None)
        agree(layer.read("running_mean"), want.running_mean, f"running_mean after {len(rows)}")
        agree(layer.read("running_var"), want.running_var, f"running_var after {len(rows)}")


@shows("BatchNorm.track", "the buffers are updated in place: who holds them sees the update")
def buffers_are_updated_in_place(student, rng):
    layer = student.BatchNorm(5, momentum=0.7).double()
    ((mean, var, n, x),) = batches(rng, (4,))
    held = student.define(HELD_ELSEWHERE, "held_elsewhere")(layer, mean, var, n)
    want = tracked([x], 0.7)
    buffers = (want.running_mean, want.running_var, want.num_batches_tracked)
    agree(held, buffers, "the buffers as held before the update")


@shows("BatchNorm.track", "the statistics keep their dtype and no memory of the batch's graph")
def statistics_carry_no_graph(student, rng):
    layer = student.BatchNorm(5, momentum=0.7)
    ((mean, var, n, x),) = batches(rng, (4,))
    remembers = student.define(WITH_A_GRAPH, "with_a_graph")(layer, mean, var, n)
    want = tracked([x], 0.7).running_var.float()
    agree(layer.read("running_var"), want, "running_var", rtol=LOW_PRECISION["float32"])
    agree(remembers, False, "requires_grad of the running statistics")


@shows("BatchNorm.track", "the batch's mean and variance are left as they were")
def batch_statistics_are_left_alone(student, rng):
    layer = student.BatchNorm(5, momentum=0.7).double()
    ((mean, var, n, x),) = batches(rng, (4,))
    held = [student.hold(each) for each in (mean, var)]
    layer.track(*held, n)
    agree(layer.read("running_var"), tracked([x], 0.7).running_var, "running_var")
    for after, value, name in zip(held, (mean, var), ("mean", "var"), strict=True):
        agree(after.fetch(), value, f"{name} after the call")


@shows("BatchNorm.track", "the statistics are buffers: saved and converted, but not trained")
def statistics_are_buffers(student, rng):
    layer = student.BatchNorm(5, momentum=0.7)
    layer.double()
    ((mean, var, n, x),) = batches(rng, (4,))
    layer.track(mean, var, n)
    want = tracked([x], 0.7).state_dict()
    agree(layer.read("running_mean"), want["running_mean"], "running_mean")
    saved = layer.state_dict()
    holds(list(saved) == list(want), "state_dict", "has other names than torch's.", list(saved))
    for name in ("running_mean", "running_var", "num_batches_tracked"):
        agree(saved[name], want[name], f"{name} in state_dict")
    names = sorted(layer.structure()[0]["trained"])
    holds(names == ["bias", "weight"], "parameters", "are not weight and bias alone.", names)


@shows("BatchNorm.track", "on another device: the statistics move with the layer, nothing stays")
def track_runs_on_another_device(student, rng):
    for momentum in (0.7, None):
        layer = student.BatchNorm(5, momentum=momentum).double()
        ((mean, var, n, x),) = batches(rng, (4,))
        update = student.define(RUNNING_MEAN_AFTER, "running_mean_after")
        agree(update(layer, mean, var, n), tracked([x], momentum).running_mean, "running_mean")
        travels(student.portable(update, layer, mean, var, n))
