"""Public checks of `layer`.

`forward` is checked with a `track` that only takes notes, so it can be written first.
"""

from ..testing.assertions import (
    assert_close,
    assert_portable,
    assert_raises,
    assert_true,
    precondition,
)
from ..testing.inputs import features, images, tensor
from ..testing.layer_cases import (
    HISTORY,
    NO_EPS,
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
from ..testing.properties import property_of


def random_layer(learner, rng, c=3):
    """Return a layer of c channels with a random state, and the state."""
    state = random_state(rng, c)
    return prepared(learner, state), state


@property_of(
    "BatchNorm.forward",
    "training: rows, signals and images are normalized channel by channel, also under no_grad",
)
def training_normalizes_each_channel(learner, rng):
    layer, state = random_layer(learner, rng)
    found = {**ranks(rng, 3), "one image": images(rng, 1, 3, 2, 4)}
    calls = learner.call_each(layer, [(x,) for x in found.values()])
    for call, (name, x) in zip(calls, found.items(), strict=True):
        assert_close(call.result, trained(x, *state[:2]), f"y of {name}")
    quietly = learner.define(WITHOUT_GRADIENTS, "without_gradients")
    y = quietly(layer, x)
    assert_close(y, trained(x, *state[:2]), f"y of {name}, without gradients")


@property_of(
    "BatchNorm.forward", "training: track is told the mean, the biased variance and the count"
)
def track_is_told(learner, rng):
    layer, state = random_layer(learner, rng)
    found = ranks(rng, 3)
    calls = learner.call_each(layer, [(x,) for x in found.values()])
    for call, (name, x) in zip(calls, found.items(), strict=True):
        assert_close(call.result, trained(x, *state[:2]), f"y of {name}")
    agree_unchanged(layer, state)
    agree_told(layer, found.values())


@property_of("BatchNorm.forward", "evaluation: the running statistics are used, and left alone")
def evaluation_uses_the_running_statistics(learner, rng):
    layer, state = random_layer(learner, rng)
    layer.eval()
    found = ranks(rng, 3)
    calls = learner.call_each(layer, [(x,) for x in found.values()])
    for call, (name, x) in zip(calls, found.items(), strict=True):
        assert_close(call.result, evaluated(x, *state), f"y of {name}")
    agree_unchanged(layer, state)
    assert_close(layer.read("told"), (), "what track is told")


@property_of(
    "BatchNorm.forward", "evaluation: a row alone is no error, and gives what it gives in a batch"
)
def a_row_alone(learner, rng):
    layer, state = random_layer(learner, rng)
    layer.eval()
    x = tensor(features(rng, n=5, d=3))
    want = evaluated(x, *state)
    alone, together = learner.call_each(layer, [(x[2:3],), (x,)])
    assert_close(alone.result, want[2:3], "y of the third row alone")
    assert_close(together.result, want, "y of the batch")


@property_of("BatchNorm.forward", "-1 and 1 in turn, with one change at a time, in both modes")
def one_change_of_plain_images(learner, rng):
    agree_with_one_change(learner, rng)


@property_of("BatchNorm.forward", "both modes: one channel, an eps of 0 and other memory formats")
def other_batches(learner, rng):
    layer, state = random_layer(learner, rng, c=1)
    found = ranks(rng, 1)
    agree_in_both_modes(learner, layer, state, found)
    agree_told(layer, found.values())
    layer, state = random_layer(learner, rng)
    agree_in_both_modes(learner, layer, state, other_formats(ranks(rng, 3)))
    state[3] *= 1e-4
    layer, rows = prepared(learner, state, eps=0.0), tensor(features(rng, d=3)) / 50
    agree_in_both_modes(learner, layer, state, {"rows with eps 0": rows}, eps=NO_EPS)


@property_of("BatchNorm.forward", "both modes: each precision is survived, and the dtype of x kept")
def each_precision_is_survived(learner, rng):
    import torch

    noise, half = tensor(rng.normal(size=(4, 3, 5, 5))), (torch.float16, torch.bfloat16)
    found = [((noise + 4e3).float(), 1e-2), (noise + 2e8, 1e-2)]
    found += [(half_precision(rng, each, 3), 10.0 * torch.finfo(each).eps) for each in half]
    for x, tolerance in found:
        state = [each.float() for each in (*random_state(rng, 3)[:2], *moments(x)[:2])]
        layer, name = prepared(learner, state), dtype_of(x)
        y, close = layer(x), {"rtol": tolerance, "atol": tolerance}
        assert_close(y, trained(x, *state[:2]), f"y of large values in {name}", **close)
        agree_told(layer, [x], rtol=1e-4, atol=1e-3)
        if name != "float64":  # a running mean of float32 is too coarse for 2e8
            agree_in_both_modes(learner, layer, state, {f"large values in {name}": x}, **close)
    layer, state = random_layer(learner, rng)
    for dtype, tolerance in ((torch.float32, 1e-4), (torch.float16, 5e-3)):
        batch = {f"{str(dtype)[6:]} in a layer of float64": tensor(features(rng, d=3)).to(dtype)}
        agree_in_both_modes(learner, layer, state, batch, rtol=tolerance, atol=tolerance)


@property_of("BatchNorm.forward", "both modes: the batch is left as it was")
def batch_is_left_alone(learner, rng):
    import torch

    layer, state = random_layer(learner, rng)
    cases = [(tensor(features(rng, d=3)), True)]
    for dtype in (torch.float64, torch.float32, torch.float16, torch.bfloat16):
        cases += [(x.to(dtype), False) for x in ranks(rng, 3).values()]
    with precondition():
        agree_in_both_modes(learner, layer, state, ranks(rng, 3))
    agree_left_alone(learner, layer, state, cases)


@property_of(
    "BatchNorm.forward", "training: the gradient flows through the statistics; evaluation: not"
)
def gradient_flows_through_the_statistics(learner, rng):
    import torch

    layer, state = random_layer(learner, rng)
    found = ranks(rng, 3)
    pairs = [((x,), tensor(rng.normal(size=x.shape))) for x in found.values()]
    for mode in ("training", "evaluation"):
        layer.train(mode == "training")
        calls = learner.gradients_each(layer, pairs)
        for call, (name, x), (_, upstream) in zip(calls, found.items(), pairs, strict=True):
            _, got, parameters = call.result
            leaves = [each.clone().requires_grad_() for each in (x, *state[:2])]
            y = trained(*leaves) if mode == "training" else evaluated(*leaves, *state[2:])
            want = torch.autograd.grad(y, leaves, upstream)
            ours = (got[0], parameters.get("weight"), parameters.get("bias"))
            for one, other, what in zip(ours, want, ("x", "weight", "bias"), strict=True):
                assert_close(one, other, f"gradient of {what} for {name} in {mode}")


@property_of(
    "BatchNorm.forward", "training: one value per channel is a ValueError, and not tracked"
)
def one_value_per_channel_is_refused(learner, rng):
    layer, state = random_layer(learner, rng)
    x = images(rng, 1, 3, 2, 1)
    row = x[..., 0, 0]
    kinds = {"one row": row, "one sample of a signal": row[..., None], "one pixel": x[..., :1, :1]}
    first, *others = learner.call_each(layer, [(x,), *((each,) for each in kinds.values())])
    assert_close(first.result, trained(x, *state[:2]), "y of one image")
    for call, name in zip(others, kinds, strict=True):
        assert_raises(lambda call=call: call.result, "ValueError", name)
    agree_unchanged(layer, state)
    agree_told(layer, [x])
    layer.eval()
    calls = learner.call_each(layer, [(each,) for each in kinds.values()])
    for call, (name, each) in zip(calls, kinds.items(), strict=True):
        assert_close(call.result, evaluated(each, *state), f"y of {name} in evaluation")


@property_of("BatchNorm.forward", "on a GPU it would run too: no tensor stays behind on the CPU")
def forward_travels(learner, rng):
    layer, state = random_layer(learner, rng)
    x = images(rng, 2, 3, 2, 4)
    with precondition():
        assert_close(layer(x), trained(x, *state[:2]), "y")
    assert_portable(learner.portable(layer, x))


@property_of(
    "BatchNorm.track", "the running mean moves towards the batch mean by momentum, here 0.3"
)
def running_mean_moves(learner, rng):
    told = rows_and_moments(rng, 3, 5)
    ((mean, *_),) = history(learner, 0.3, told)
    assert_close(mean, torch_layer(0.3, told).running_mean, "running_mean")


@property_of("BatchNorm.track", "the running variance takes in the unbiased variance")
def running_var_is_unbiased(learner, rng):
    told = rows_and_moments(rng, 3, 3)
    ((_, var, *_),) = history(learner, 0.3, told)
    assert_close(var, torch_layer(0.3, told).running_var, "running_var")


@property_of("BatchNorm.track", "the mean and the variance of the batch are left as they were")
def batch_statistics_are_left_alone(learner, rng):

    told = rows_and_moments(rng, 3, 5, 4)
    rows = [(mean, var, n) for mean, var, n, _ in told]
    single = [(mean.float(), var.float(), n) for mean, var, n in rows]
    calls = [(momentum, True, each) for momentum in (0.3, None) for each in (rows, single)]
    each_history = learner.call_each(learner.define(HISTORY, "history"), calls)
    for call, (momentum, _, before) in zip(each_history, calls, strict=True):
        states, (_, _, after) = call
        with precondition():
            want = torch_layer(momentum, told).running_var.to(states[-1][1].dtype)
            assert_close(states[-1][1], want, "running_var", rtol=1e-4)
        for one, other in zip(after, before, strict=True):
            assert_close(tuple(one[:2]), other[:2], "mean, var after the call")


@property_of("BatchNorm.track", "with momentum None it is the plain average over all batches")
def plain_average(learner, rng):
    told = rows_and_moments(rng, 3, 5, 3, *[2] * 20)
    agree_history(history(learner, None, told), None, told, rtol=1e-6, atol=1e-6)


@property_of("BatchNorm.track", "every batch is tracked and counted, whatever momentum and mode")
def every_batch_is_tracked(learner, rng):
    told = rows_and_moments(rng, 3, 4, 2, 120)
    for momentum in (0.3, 0.0, 1.0):
        agree_history(history(learner, momentum, told), momentum, told)
    agree_history(history(learner, 0.3, told, training=False), 0.3, told)
    one = [(mean[:1], var[:1], n, x[:, :1]) for mean, var, n, x in told]
    agree_history(history(learner, 0.3, one), 0.3, one)


@property_of("BatchNorm.track", "small variances and a nan are tracked like all others")
def values_do_not_matter(learner, rng):
    import math

    ((mean, var, n, x),) = rows_and_moments(rng, 3, 4)
    small = [(mean * 1e-3, var * 1e-6, n, x * 1e-3)]
    agree_history(history(learner, 1.0, small), 1.0, small, rtol=1e-6, atol=1e-12)
    mean[1] = var[2] = math.nan
    ((got, got_var, *_),) = history(learner, 0.3, [(mean, var, n)])
    assert_close(got, 0.3 * mean, "running_mean after a nan")
    assert_close(got_var, 0.7 + 0.3 * var * n / (n - 1), "running_var after a nan")


@property_of("BatchNorm.track", "the buffers are written in place, without a gradient")
def buffers_are_written_in_place(learner, rng):
    told = rows_and_moments(rng, 3, 5, 4)
    for momentum in (0.3, None):
        *_, (*_, mean, var, count) = history(learner, momentum, told)
        want = torch_layer(momentum, told)
        held = want.running_mean, want.running_var, want.num_batches_tracked
        assert_close((mean, var, count), held, "the buffers as held before the update")
        _, graph = learner.define(WITH_A_GRAPH, "with_a_graph")(momentum, *told[0][:3])
        assert_close(graph, False, "requires_grad of the running statistics")
    layer = learner.BatchNorm(3, momentum=0.3)
    names = sorted(layer.structure()[0]["trained"])
    assert_true(names == ["bias", "weight"], "parameters", "are not weight and bias alone.")
    saved = list(layer.state_dict())
    assert_true(saved == list(want.state_dict()), "state_dict", "has other names than torch's.")


@property_of("BatchNorm.track", "on a GPU it would run too: no tensor stays behind on the CPU")
def track_travels(learner, rng):
    told = rows_and_moments(rng, 3, 5)
    tracked = learner.define(TRACKED, "tracked")
    for momentum in (0.3, None):
        layer = learner.BatchNorm(3, momentum=momentum)
        layer.double()
        with precondition():
            want = torch_layer(momentum, told).running_mean
            assert_close(tracked(layer, *told[0][:3]), want, "running_mean", rtol=1e-6)
        assert_portable(learner.portable(tracked, layer, *told[0][:3]))
