"""Hidden tests of `layer`: what the forward pass computes, and what the buffers remember.

`forward` is tested with a `track` that only takes notes, and `track` is called by itself,
so that neither is graded by the other.
"""

import torch

from bnlab.kit.testing.assertions import assert_close, assert_portable, assert_raises, assert_true
from bnlab.kit.testing.inputs import BIG_EPS, features, images, tensor
from bnlab.kit.testing.layer_cases import (
    BOTH_MODES,
    HISTORY,
    NO_EPS,
    STATE,
    TRACKED,
    WITH_A_GRAPH,
    WITHOUT_GRADIENTS,
    agree_history,
    agree_in_both_modes,
    agree_left_alone,
    agree_told,
    agree_unchanged,
    agree_with_one_change,
    dtype_of,
    evaluated,
    half_precision,
    history,
    moments,
    other_formats,
    prepared,
    random_state,
    ranks,
    rows_and_moments,
    torch_layer,
    trained,
)
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import LOW_PRECISION

DTYPES = torch.float64, torch.float32, torch.float16, torch.bfloat16


def random_layer(learner, rng, c=5, eps=BIG_EPS, dtype=torch.float64):
    """A layer with random state on the learner's side, and that state."""
    state = [each.to(dtype) for each in random_state(rng, c)]
    return prepared(learner, state, eps), state


@property_of("BatchNorm.forward", "in training a batch is normalized with its own statistics")
def training_normalizes_with_the_batch(learner, rng):
    layer, (weight, bias, *_) = random_layer(learner, rng)
    x = tensor(features(rng, n=4))
    assert_close(layer(x), trained(x, weight, bias), "y")


@property_of("BatchNorm.forward", "the second axis is the channels, whatever follows it")
def second_axis_is_the_channels(learner, rng):
    layer, (weight, bias, *_) = random_layer(learner, rng)
    signals = images(rng, 2, 5, 5, 1)[..., 0]
    xs = signals, signals[:1], images(rng, 3, 5, 2, 5), images(rng, 3, 5, 1, 1)
    for call, x in zip(learner.call_each(layer, [(x,) for x in xs]), xs, strict=True):
        assert_close(call.result, trained(x, weight, bias), f"y for shape {tuple(x.shape)}")


@property_of(
    "BatchNorm.forward", "track is told mean, biased variance and count, once a training step"
)
def track_is_told_the_statistics(learner, rng):
    layer, state = random_layer(learner, rng)
    found = ranks(rng, 5)
    calls = learner.call_each(layer, [(x,) for x in found.values()])
    for call, (name, x) in zip(calls, found.items(), strict=True):
        assert_close(call.result, trained(x, *state[:2]), f"y of {name}")
    agree_unchanged(layer, state)
    agree_told(layer, found.values())


@property_of("BatchNorm.forward", "one channel is normalized too, whatever the rank")
def one_channel_keeps_its_axis(learner, rng):
    layer, state = random_layer(learner, rng, c=1)
    found = ranks(rng, 1)
    agree_in_both_modes(learner, layer, state, found)
    agree_told(layer, found.values())


@property_of(
    "BatchNorm.forward", "in evaluation each row is normalized with the running statistics"
)
def evaluation_uses_the_running_statistics(learner, rng):
    layer, state = random_layer(learner, rng)
    layer.eval()
    found = ranks(rng, 5)
    xs = [part for x in found.values() for part in (x, x[:1])]
    names = [f"y of {name}" for each in found for name in (each, f"one of the {each} alone")]
    for call, x, name in zip(learner.call_each(layer, [(x,) for x in xs]), xs, names, strict=True):
        assert_close(call.result, evaluated(x, *state), name)


@property_of("BatchNorm.forward", "evaluation changes nothing of the layer")
def evaluation_changes_nothing(learner, rng):
    layer, state = random_layer(learner, rng)
    layer.eval()
    xs = ranks(rng, 5).values()
    for call, x in zip(learner.call_each(layer, [(x,) for x in xs]), xs, strict=True):
        assert_close(call.result, evaluated(x, *state), "y")
    agree_unchanged(layer, state)
    assert_close(layer.read("told"), (), "what track is told")


@property_of("BatchNorm.forward", "the batch is left as it was, in both modes and each precision")
def batch_is_left_alone(learner, rng):
    layer, state = random_layer(learner, rng)
    cases = [(tensor(features(rng)), True)]
    for dtype in DTYPES:
        cases += [(x.to(dtype), False) for x in (tensor(features(rng)), images(rng, 2, 5, 3, 2))]
    agree_left_alone(learner, layer, state, cases)


@property_of("BatchNorm.forward", "the mode is the layer's own, not whether gradients are recorded")
def mode_is_the_layers_own(learner, rng):
    layer, state = random_layer(learner, rng)
    quietly = learner.define(WITHOUT_GRADIENTS, "without_gradients")
    x = tensor(features(rng))
    assert_close(quietly(layer, x), trained(x, *state[:2]), "y in training, without gradients")
    layer.eval()
    assert_close(layer(x), evaluated(x, *state), "y in evaluation, with gradients")


@property_of(
    "BatchNorm.forward", "gradients flow through the statistics in training, past them in eval"
)
def gradients_fit_the_mode(learner, rng):
    layer, state = random_layer(learner, rng)
    found = {"images": images(rng, 3, 5, 2, 3), **ranks(rng, 5)}
    upstreams = [tensor(rng.normal(size=x.shape)) for x in found.values()]
    for mode in ("train", "eval"):
        if mode == "eval":
            layer.eval()
        pairs = [((x,), dy) for x, dy in zip(found.values(), upstreams, strict=True)]
        calls = learner.gradients_each(layer, pairs)
        for call, (name, x), dy in zip(calls, found.items(), upstreams, strict=True):
            y, got, parameters = call.result
            leaves = [each.clone().requires_grad_() for each in (x, *state[:2])]
            want = trained(*leaves) if mode == "train" else evaluated(*leaves, *state[2:])
            where = f"{name} in mode {mode}"
            assert_close(y, want.detach(), f"y of {where}")
            slopes = torch.autograd.grad(want, leaves, dy)
            ours = (got[0], parameters.get("weight"), parameters.get("bias"))
            for one, other, what in zip(ours, slopes, ("x", "weight", "bias"), strict=True):
                assert_close(one, other, f"gradient of {what} for {where}")


@property_of(
    "BatchNorm.forward",
    "one value per channel is a ValueError in training, and only there; nothing is tracked",
)
def one_value_per_channel_is_refused(learner, rng):
    layer, state = random_layer(learner, rng)
    image = images(rng, 1, 5, 2, 1)
    row = image[..., 0, 0]
    refused = {"one row": row, "one pixel": row[..., None, None], "one sample": row[..., None]}
    first, *others = learner.call_each(layer, [(x,) for x in (image, *refused.values())])
    assert_close(first.result, trained(image, *state[:2]), "y of one image of two pixels")
    for call, what in zip(others, refused, strict=True):
        assert_raises(lambda call=call: call.result, "ValueError", f"{what} in training")
    agree_told(layer, [image])
    agree_unchanged(layer, state)
    layer.eval()
    for call, (what, x) in zip(
        learner.call_each(layer, [(x,) for x in refused.values()]), refused.items(), strict=True
    ):
        assert_close(call.result, evaluated(x, *state), f"y of {what} in evaluation")


@property_of("BatchNorm.forward", "values far from zero are survived, in float32 and float64")
def large_means_are_survived(learner, rng):
    layer, (weight, bias, *_) = random_layer(learner, rng, eps=0.1, dtype=torch.float32)
    noise = tensor(rng.normal(size=(9, 5, 4, 4)))
    xs = (noise + 3e3).float(), noise + 1e8
    for call, x in zip(learner.call_each(layer, [(x,) for x in xs]), xs, strict=True):
        want = trained(x, weight, bias, eps=0.1)
        assert_close(call.result, want, f"y in {dtype_of(x)}", rtol=1e-2, atol=1e-2)


@property_of("BatchNorm.forward", "half precision is survived in both modes, and kept")
def low_precision_is_survived(learner, rng):
    both = learner.define(BOTH_MODES, "both_modes")
    for dtype, tolerance in ((torch.float16, 1e-2), (torch.bfloat16, 4e-2)):
        x, wide = half_precision(rng, dtype, 5), {"rtol": tolerance, "atol": tolerance}
        state = [each.float() for each in (*random_state(rng, 5)[:2], *moments(x)[:2])]
        layer = prepared(learner, state, eps=0.1)
        ours, theirs, _ = both(layer, x)
        name = f"y in {dtype_of(x)}"
        assert_close(ours, trained(x, *state[:2], eps=0.1), f"{name} in training", **wide)
        assert_close(theirs, evaluated(x, *state, eps=0.1), f"{name} in evaluation", **wide)
        agree_told(layer, [x], rtol=LOW_PRECISION["float32"], atol=1e-3)


@property_of("BatchNorm.forward", "the output has the dtype of x, whatever that of the layer")
def output_has_the_dtype_of_the_batch(learner, rng):
    for inside, outside in (
        (torch.float64, torch.float32),
        (torch.float32, torch.float64),
        (torch.float64, torch.float16),
    ):
        layer, state = random_layer(learner, rng, dtype=inside)
        x = tensor(features(rng, n=6)).to(outside)
        tolerance = LOW_PRECISION.get(dtype_of(x), 1e-6) * 2
        name = f"{dtype_of(x)} in a layer of {dtype_of(state[0])}"
        agree_in_both_modes(learner, layer, state, {name: x}, rtol=tolerance, atol=tolerance)


@property_of("BatchNorm.forward", "batches may be views of others, with their axes swapped")
def output_does_not_depend_on_the_memory_format(learner, rng):
    layer, state = random_layer(learner, rng)
    agree_in_both_modes(learner, layer, state, other_formats(ranks(rng, 5)))


@property_of("BatchNorm.forward", "-1 and 1 in turn, with one change at a time, in both modes")
def one_change_of_plain_images(learner, rng):
    agree_with_one_change(learner, rng)


@property_of("BatchNorm.forward", "an eps of 0 is an eps")
def eps_may_be_zero(learner, rng):
    state = random_state(rng, 5)
    state[3] *= 1e-4
    layer = prepared(learner, state, eps=0.0)
    rows = tensor(features(rng)) / 50
    agree_in_both_modes(learner, layer, state, {"rows": rows}, eps=NO_EPS)


@property_of("BatchNorm.forward", "on another device: no tensor stays on the CPU, in either mode")
def forward_runs_on_another_device(learner, rng):
    layer, (weight, bias, *_) = random_layer(learner, rng)
    x = images(rng, 2, 5, 3, 4)
    assert_close(layer(x), trained(x, weight, bias), "y in training")
    assert_portable(learner.portable(layer, x))
    layer, state = random_layer(learner, rng)
    layer.eval()
    assert_close(layer(x), evaluated(x, *state), "y in evaluation")
    assert_portable(learner.portable(layer, x))


@property_of("BatchNorm.track", "the running mean takes in the batch mean with weight momentum")
def running_mean_moves_by_momentum(learner, rng):
    told = rows_and_moments(rng, 5, 4)
    ((mean, *_),) = history(learner, 0.7, told)
    assert_close(mean, torch_layer(0.7, told).running_mean, "running_mean")


@property_of("BatchNorm.track", "the running variance takes in the unbiased variance")
def running_var_takes_in_the_unbiased_variance(learner, rng):
    told = rows_and_moments(rng, 5, 4)
    ((_, var, *_),) = history(learner, 0.7, told)
    assert_close(var, torch_layer(0.7, told).running_var, "running_var")


@property_of("BatchNorm.track", "batches build on each other, and are counted")
def batches_build_on_each_other(learner, rng):
    told = rows_and_moments(rng, 5, 4, 2, 7)
    agree_history(history(learner, 0.1, told), 0.1, told)


@property_of(
    "BatchNorm.track", "with momentum None the statistics are the plain average over all batches"
)
def without_momentum_it_is_the_plain_average(learner, rng):
    told = rows_and_moments(rng, 5, 4, 7, 5, *[3] * 18)  # the last of 21 has a share below 0.05
    # The share of a batch may be computed in float32.
    agree_history(history(learner, None, told), None, told, rtol=1e-6, atol=1e-6)


@property_of("BatchNorm.track", "a momentum of 0 keeps the statistics and counts, 1 forgets them")
def momentum_may_be_zero_or_one(learner, rng):
    told = rows_and_moments(rng, 5, 4, 3)
    for momentum in (0.0, 1.0):
        agree_history(history(learner, momentum, told), momentum, told)


@property_of("BatchNorm.track", "neither the mode nor the values decide whether a batch is tracked")
def mode_and_values_do_not_matter(learner, rng):
    told = rows_and_moments(rng, 5, 4)
    agree_history(history(learner, 0.7, told, training=False), 0.7, told)
    ((mean, var, _, x),) = rows_and_moments(rng, 5, 4)
    small = mean * 1e-3, var * 1e-6, 4, x * 1e-3
    agree_history(history(learner, 1.0, [small]), 1.0, [small], rtol=1e-6, atol=1e-12)
    mean[2] = var[3] = torch.nan
    ((got, got_var, count, *_),) = history(learner, 0.7, [(mean, var, 4)])
    assert_close(got, 0.7 * mean, "running_mean after a nan")
    assert_close(got_var, 0.3 + 0.7 * var * 4 / 3, "running_var after a nan")
    assert_close(count, torch.tensor(1), "num_batches_tracked after a nan")


@property_of("BatchNorm.track", "one channel and many values per channel are tracked as well")
def one_channel_and_many_values(learner, rng):
    one = [(mean[:1], var[:1], n, x[:, :1]) for mean, var, n, x in rows_and_moments(rng, 5, 2, 3)]
    agree_history(history(learner, 0.7, one), 0.7, one)
    many = rows_and_moments(rng, 5, 150)
    agree_history(history(learner, 0.7, many), 0.7, many)


@property_of("BatchNorm.track", "the buffers are updated in place: who holds them sees the update")
def buffers_are_updated_in_place(learner, rng):
    told = rows_and_moments(rng, 5, 4, 3)
    for momentum in (0.7, None):
        *_, (*_, mean, var, count) = history(learner, momentum, told)
        want = torch_layer(momentum, told)
        buffers = want.running_mean, want.running_var, want.num_batches_tracked
        assert_close((mean, var, count), buffers, "the buffers as held before the update")


@property_of(
    "BatchNorm.track", "the statistics keep their dtype and no memory of the batch's graph"
)
def statistics_carry_no_graph(learner, rng):
    told = rows_and_moments(rng, 5, 4)
    ((mean, var, n, _),) = told
    for momentum in (0.7, None):
        with_a_graph = learner.define(WITH_A_GRAPH, "with_a_graph")
        got, remembers = with_a_graph(momentum, mean, var, n)
        want = torch_layer(momentum, told).running_var.float()
        assert_close(got, want, "running_var", rtol=LOW_PRECISION["float32"])
        assert_close(remembers, False, "requires_grad of the running statistics")


@property_of("BatchNorm.track", "the batch's mean and variance are left as they were")
def batch_statistics_are_left_alone(learner, rng):
    told = rows_and_moments(rng, 5, 4, 3)
    calls = []
    for dtype in (torch.float64, torch.float32):
        for momentum in (0.7, None):
            rows = [(mean.to(dtype), var.to(dtype), n) for mean, var, n, _ in told]
            calls.append((momentum, True, rows))
    each_history = learner.call_each(learner.define(HISTORY, "history"), calls)
    for call, (momentum, _, before) in zip(each_history, calls, strict=True):
        (*_, (_, var, *_)), (_, _, after) = call
        want = torch_layer(momentum, told).running_var.to(var.dtype)
        assert_close(var, want, "running_var", rtol=LOW_PRECISION["float32"])
        for one, other in zip(after, before, strict=True):
            assert_close(tuple(one[:2]), other[:2], "mean, var after the call")


@property_of("BatchNorm.track", "the statistics are buffers: saved and converted, but not trained")
def statistics_are_buffers(learner, rng):
    layer = learner.BatchNorm(5, momentum=0.7)
    layer.double()
    told = rows_and_moments(rng, 5, 4)
    ((mean, var, n, _),) = told
    layer.track(mean, var, n)
    want = torch_layer(0.7, told).state_dict()
    assert_close(layer.read("running_mean"), want["running_mean"], "running_mean")
    saved = layer.state_dict()
    assert_true(
        list(saved) == list(want), "state_dict", "has other names than torch's.", list(saved)
    )
    for name in STATE:
        assert_close(saved[name], want[name], f"{name} in state_dict")
    names = sorted(layer.structure()[0]["trained"])
    assert_true(names == ["bias", "weight"], "parameters", "are not weight and bias alone.", names)


@property_of(
    "BatchNorm.track", "on another device: the statistics move with the layer, nothing stays"
)
def track_runs_on_another_device(learner, rng):
    update = learner.define(TRACKED, "tracked")
    told = rows_and_moments(rng, 5, 4)
    for momentum in (0.7, None):
        layer = learner.BatchNorm(5, momentum=momentum)
        layer.double()
        want = torch_layer(momentum, told).running_mean
        assert_close(update(layer, *told[0][:3]), want, "running_mean")
        assert_portable(learner.portable(update, layer, *told[0][:3]))
