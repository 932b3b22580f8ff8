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
from ..testing.inputs import BIG_EPS, affine, features, images, statistics, tensor
from ..testing.properties import property_of

NOTING = """
import torch

def noting(layer, weight, bias, mean, var):
    "The layer with this state, and a track that takes notes in `layer.told`."
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
        layer.running_mean.copy_(mean)
        layer.running_var.copy_(var)
    layer.told = []
    layer.track = lambda mean, var, n: layer.told.append((mean, var, float(n)))
    return layer
"""

FROM_OUTSIDE = """
def from_outside(layer, mean, var, n):
    held = layer.running_mean, layer.running_var
    layer.track(mean.requires_grad_() * 1, var.requires_grad_() * 1, n)
    graph = layer.running_mean.requires_grad or layer.running_var.requires_grad
    return (*held, graph)
"""

TRACKED = """
def tracked(layer, mean, var, n):
    layer.track(mean.detach(), var.detach(), n)
    return layer.running_mean.clone()
"""


def prepared(learner, rng):
    """Return a layer of three channels with a random state, and the state."""
    state = [tensor(each) for each in (*affine(rng, d=3), *statistics(rng, d=3))]
    layer = learner.BatchNorm(3, eps=BIG_EPS).double()
    return learner.define(NOTING, "noting")(layer, *state), state


def trained(x, weight, bias):
    """Return the output of torch in training mode, in the dtype of x."""
    import torch

    wide, weight, bias = (each.double() for each in (x, weight, bias))
    y = torch.nn.functional.batch_norm(wide, None, None, weight, bias, training=True, eps=BIG_EPS)
    return y.to(x.dtype)


def evaluated(x, weight, bias, mean, var):
    """Return the output of torch in evaluation mode."""
    import torch

    return torch.nn.functional.batch_norm(x, mean, var, weight, bias, eps=BIG_EPS)


def batch(rng, n):
    """Return mean, biased variance and number of rows of a batch, and the batch."""
    x = tensor(features(rng, n=n, d=3))
    return x.mean(0), x.var(0, correction=0), n, x


def torch_layer(momentum, *batches):
    """Torch's own layer after these batches."""
    import torch

    layer = torch.nn.BatchNorm1d(3, momentum=momentum).double()
    for x in batches:
        layer(x)
    return layer


@property_of(
    "BatchNorm.forward", "training: rows, signals and images are normalized channel by channel"
)
def training_normalizes_each_channel(learner, rng):
    layer, (weight, bias, *_) = prepared(learner, rng)
    signals = images(rng, 2, 3, 3, 1)[..., 0]
    for x in (tensor(features(rng, n=5, d=3)), signals, images(rng, 1, 3, 2, 4)):
        assert_close(layer(x), trained(x, weight, bias), f"y for shape {tuple(x.shape)}")
    noise = tensor(rng.normal(size=(4, 3, 5, 5)))
    for x in ((noise + 4e3).float(), (noise * 150 + 200).half()):
        assert_close(layer(x), trained(x, weight, bias), f"y in {x.dtype}", rtol=1e-2, atol=1e-2)


@property_of(
    "BatchNorm.forward", "training: track is told the mean, the biased variance and the count"
)
def track_is_told(learner, rng):
    layer, (weight, bias, mean, _) = prepared(learner, rng)
    x = images(rng, 2, 3, 2, 5)
    assert_close(layer(x), trained(x, weight, bias), "y")
    assert_close(layer.read("running_mean"), mean, "running_mean while track only takes notes")
    want = (x.mean((0, 2, 3)), x.var((0, 2, 3), correction=0), 20.0)
    assert_close(layer.read("told"), (want,), "what track is told")


@property_of("BatchNorm.forward", "evaluation: the running statistics are used, and left alone")
def evaluation_uses_the_running_statistics(learner, rng):
    layer, state = prepared(learner, rng)
    layer.eval()
    x = tensor(features(rng, n=5, d=3))
    held = learner.hold(x)
    assert_close(layer(held), evaluated(x, *state), "y")
    assert_close(held.fetch(), x, "x after the call")
    assert_close(layer.read("told"), (), "what track is told")


@property_of(
    "BatchNorm.forward", "evaluation: a row alone is no error, and gives what it gives in a batch"
)
def a_row_alone(learner, rng):
    layer, state = prepared(learner, rng)
    layer.eval()
    x = tensor(features(rng, n=5, d=3))
    want = evaluated(x, *state)
    assert_close(layer(x[2:3]), want[2:3], "y of the third row alone")
    assert_close(layer(x), want, "y of the batch")


@property_of("BatchNorm.forward", "training: the gradient flows through the statistics")
def gradient_flows_through_the_statistics(learner, rng):
    import torch

    layer, (weight, bias, *_) = prepared(learner, rng)
    x = images(rng, 2, 3, 2, 5)
    upstream = tensor(rng.normal(size=x.shape))
    _, got, parameters = learner.gradients(layer, x, upstream=upstream)
    leaves = [each.clone().requires_grad_() for each in (x, weight, bias)]
    want = torch.autograd.grad((trained(*leaves) * upstream).sum(), leaves)
    found = (got[0], parameters.get("weight"), parameters.get("bias"))
    for one, other, name in zip(found, want, ("x", "weight", "bias"), strict=True):
        assert_close(one, other, f"gradient of {name}")


@property_of("BatchNorm.forward", "training: one value per channel is a ValueError")
def one_value_per_channel_is_refused(learner, rng):
    layer, (weight, bias, *_) = prepared(learner, rng)
    x = images(rng, 1, 3, 2, 2)
    assert_close(layer(x), trained(x, weight, bias), "y of one image")
    assert_raises(lambda: layer(x[..., 0, 0]), "ValueError", "one row")


@property_of("BatchNorm.forward", "on a GPU it would run too: no tensor stays behind on the CPU")
def forward_travels(learner, rng):
    layer, (weight, bias, *_) = prepared(learner, rng)
    x = images(rng, 2, 3, 2, 4)
    with precondition():
        assert_close(layer(x), trained(x, weight, bias), "y")
    assert_portable(learner.portable(layer, x))


@property_of(
    "BatchNorm.track", "the running mean moves towards the batch mean by momentum, here 0.3"
)
def running_mean_moves(learner, rng):
    layer = learner.BatchNorm(3, momentum=0.3).double()
    mean, var, n, x = batch(rng, 5)
    layer.track(mean, var, n)
    assert_close(layer.read("running_mean"), torch_layer(0.3, x).running_mean, "running_mean")


@property_of("BatchNorm.track", "the running variance takes in the unbiased variance")
def running_var_is_unbiased(learner, rng):
    layer = learner.BatchNorm(3, momentum=0.3).double()
    mean, var, n, x = batch(rng, 3)
    held = learner.hold(var)
    layer.track(mean, held, n)
    assert_close(layer.read("running_var"), torch_layer(0.3, x).running_var, "running_var")
    assert_close(held.fetch(), var, "var after the call")


@property_of("BatchNorm.track", "with momentum None it is the plain average over all batches")
def plain_average(learner, rng):
    layer = learner.BatchNorm(3, momentum=None).double()
    one, two = batch(rng, 5), batch(rng, 3)
    layer.track(*one[:3])
    layer.track(*two[:3])
    want = torch_layer(None, one[3], two[3])
    for name in ("num_batches_tracked", "running_mean", "running_var"):
        assert_close(layer.read(name), getattr(want, name), name)


@property_of("BatchNorm.track", "the buffers are written in place, without a gradient")
def buffers_are_written_in_place(learner, rng):
    layer = learner.BatchNorm(3, momentum=0.3).double()
    mean, var, n, x = batch(rng, 5)
    *held, graph = learner.define(FROM_OUTSIDE, "from_outside")(layer, mean, var, n)
    want = torch_layer(0.3, x)
    assert_close(held[0], want.running_mean, "running_mean as held before the update")
    assert_close(held[1], want.running_var, "running_var as held before the update")
    names = sorted(layer.structure()[0]["trained"])
    assert_true(names == ["bias", "weight"], "parameters", "are not weight and bias alone.")
    assert_close(graph, False, "requires_grad of the running statistics")
    saved = list(layer.state_dict())
    assert_true(saved == list(want.state_dict()), "state_dict", "has other names than torch's.")


@property_of("BatchNorm.track", "on a GPU it would run too: no tensor stays behind on the CPU")
def track_travels(learner, rng):
    layer = learner.BatchNorm(3, momentum=0.3).double()
    mean, var, n, x = batch(rng, 5)
    tracked = learner.define(TRACKED, "tracked")
    with precondition():
        assert_close(tracked(layer, mean, var, n), torch_layer(0.3, x).running_mean, "running_mean")
    assert_portable(learner.portable(tracked, layer, mean, var, n))
