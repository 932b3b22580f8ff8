"""Public checks of `channels`."""

import numpy as np

from ..testing.assertions import assert_close, assert_portable, precondition, unpack
from ..testing.inputs import BIG_EPS, affine, images, one_change_at_a_time, tensor
from ..testing.properties import property_of

WATCHING = """
import torch

def watching(name, watched, *arguments):
    "What a function returns, and the requires_grad of its arguments after the call."
    tensors = [each for each in arguments if isinstance(each, torch.Tensor)]
    for each in tensors:
        each.requires_grad_(watched)
    result = getattr(module, name)(*arguments)
    return result, tuple(each.requires_grad for each in tensors)
"""

FROZEN = """
def gradient_of_x(x, weight, bias, eps, upstream):
    "The gradient of the images, where weight and bias are not trained."
    tracked = x.clone().requires_grad_()
    (module.batch_norm_2d(tracked, weight, bias, eps) * upstream).sum().backward()
    return tracked.grad
"""


def moments(x):
    """Return mean and biased variance (c,) by torch, in the dtype of x."""
    import torch

    var, mean = torch.var_mean(x.double(), dim=(0, 2, 3), correction=0)
    return mean.to(x.dtype), var.to(x.dtype)


def normalized(x, weight, bias, eps):
    """Return the output of torch in training mode, in the shape and dtype of x."""
    import torch

    arguments = (x.double(), None, None, weight.double(), bias.double())
    return torch.nn.functional.batch_norm(*arguments, training=True, eps=eps).to(x.dtype)


def learned(rng, c):
    """Return a weight and a bias (c,), as torch tensors."""
    weight, bias = affine(rng, d=c)
    return tensor(weight), tensor(bias)


def plain(c):
    """Return a weight and a bias (c,) that change nothing."""
    import torch

    return torch.ones(c).double(), torch.zeros(c).double()


def dtype_of(x):
    """Return the dtype in words, such as "float32"."""
    return str(x.dtype).removeprefix("torch.")


def watched_dtypes():
    """Return pairs of whether gradients are wanted, and a dtype."""
    import torch

    dtypes = torch.float64, torch.float32, torch.float16, torch.bfloat16
    return (True, torch.float64), *((False, each) for each in dtypes)


def odd_images(rng):
    """Return small batches and batches in other memory formats, by what they are."""
    import torch

    x = images(rng, 2, 3, 4, 5)
    return {
        "one channel": images(rng, 3, 1, 2, 2),
        "one image": images(rng, 1, 3, 2, 4),
        "single pixels": images(rng, 4, 3, 1, 1),
        "a transposed view": x.mT,
        "channels_last images": x.contiguous(memory_format=torch.channels_last),
    }


def far_from_zero(rng):
    """Return images (4, 3, 6, 6) around a large mean, in float32 and in float64."""
    noise = tensor(rng.normal(size=(4, 3, 6, 6)))
    return (noise + 4e3).float(), noise + 2e8


def half_precision(rng, spread):
    """Return images (4, 3, 4, 4) in float16 and bfloat16: large, and with means between two."""
    import torch

    noise = tensor(rng.normal(size=(4, 2, 4, 4))) * spread
    steps = tensor(rng.permutation(np.repeat([0.0, 2.0], 32)).reshape(4, 1, 4, 4))
    return (
        torch.cat([steps + 2048, noise], 1).half(),
        torch.cat([noise, steps + 300], 1).bfloat16(),
    )


@property_of("channel_moments", "one mean per channel, over all images and all pixels")
def one_mean_per_channel(learner, rng):
    x = images(rng, 2, 3, 4, 5)
    assert_close(unpack(learner.channel_moments(x), "mean, var")[0], moments(x)[0], "mean")


@property_of("channel_moments", "one variance per channel, divided by N * H * W")
def one_variance_per_channel(learner, rng):
    x = images(rng, 2, 3, 4, 5)
    assert_close(unpack(learner.channel_moments(x), "mean, var")[1], moments(x)[1], "var")


@property_of("channel_moments", "brighter and darker images are part of the variance")
def brightness_is_part_of_the_variance(learner, rng):
    x = images(rng, 2, 3, 4, 5)
    x[0] += 10
    assert_close(learner.channel_moments(x), moments(x), "mean, var")


@property_of("channel_moments", "large values are survived in each precision, and it is kept")
def low_precision_is_survived(learner, rng):
    # Beside large variances, small ones would not tell one mistake from another.
    batches = *far_from_zero(rng), *half_precision(rng, 120), *half_precision(rng, 1)
    tolerances = 1e-2, 1e-2, 2e-3, 2e-2, 2e-3, 2e-2
    calls = learner.call_each("channel_moments", [(x,) for x in batches])
    for call, x, rtol in zip(calls, batches, tolerances, strict=True):
        assert_close(call.result, moments(x), f"mean, var in {dtype_of(x)}", rtol=rtol, atol=1e-3)


@property_of("channel_moments", "one image, one channel and images in other memory formats do")
def other_images_do(learner, rng):
    cases = odd_images(rng)
    calls = learner.call_each("channel_moments", [(x,) for x in cases.values()])
    for call, (name, x) in zip(calls, cases.items(), strict=True):
        assert_close(call.result, moments(x), f"mean, var of {name}")


@property_of("channel_moments", "the images are left as they were, and so is their requires_grad")
def images_are_left_alone(learner, rng):
    x = images(rng, 2, 3, 4, 5)
    calls = [("channel_moments", watched, x.to(to)) for watched, to in watched_dtypes()]
    watching = learner.define(WATCHING, "watching")
    for call, (*_, watched, x) in zip(learner.call_each(watching, calls), calls, strict=True):
        (got, flags), (*_, after) = call
        name = f"in {dtype_of(x)}"
        with precondition():
            assert_close(got, moments(x), f"mean, var {name}", rtol=2e-2, atol=2e-2)
        assert_close(after, x, f"x {name} after the call")
        assert_close(flags, (watched,), "requires_grad of x after the call")


@property_of("channel_moments", "on a GPU it would run too: no tensor stays behind on the CPU")
def channel_moments_travels(learner, rng):
    x = images(rng, 2, 3, 4, 5)
    with precondition():
        assert_close(learner.channel_moments(x), moments(x), "mean, var")
    assert_portable(learner.portable("channel_moments", x))


@property_of("batch_norm_2d", "each channel is normalized, then its weight and its bias act")
def channels_are_normalized(learner, rng):
    shapes = (2, 3, 4, 3), (2, 3, 4, 5), (3, 3, 3, 3)
    calls = [(images(rng, *shape), *learned(rng, 3), 1e-12) for shape in shapes]
    # One row of one image is a whole channel, and a plain layer shows the normalization alone.
    plain_shapes = (2, 3, 4, 5), (3, 3, 3, 3), (1, 3, 1, 6)
    calls += [(images(rng, *shape), *plain(3), 1e-12) for shape in plain_shapes]
    for call, args in zip(learner.call_each("batch_norm_2d", calls), calls, strict=True):
        assert_close(call.result, normalized(*args), f"y for shape {tuple(args[0].shape)}")


@property_of(
    "batch_norm_2d",
    "-1 and 1 in turn, with one change at a time: scaled, shifted, weight and bias, an eps",
)
def one_change_of_plain_images(learner, rng):
    cases = one_change_at_a_time(rng, 4, 4, 4, 4)
    calls = [(*map(tensor, args[:3]), args[3]) for args in cases.values()]
    for call, args, name in zip(
        learner.call_each("batch_norm_2d", calls), calls, cases, strict=True
    ):
        assert_close(call.result, normalized(*args), f"y of {name}")


@property_of("batch_norm_2d", "eps is inside the root, 1e-5 where it is not given, and may be 0")
def eps_is_inside_the_root(learner, rng):
    x, affine_ = images(rng, 2, 3, 4, 5) / 50, learned(rng, 3)
    empty = x.clone()
    empty[:, 0] = 1.0
    row = images(rng, 1, 3, 1, 6) / 50, *plain(3)
    calls = [
        (empty, *affine_, BIG_EPS),
        (empty, *affine_),
        (x, *affine_, 0.0),
        (*row, BIG_EPS),
        row,
    ]
    names = ("eps = 0.5", "the default eps", "eps 0", "eps = 0.5", "the default eps")
    for call, args, eps, name in zip(
        learner.call_each("batch_norm_2d", calls),
        calls,
        (BIG_EPS, 1e-5, 1e-300, BIG_EPS, 1e-5),
        names,
        strict=True,
    ):
        assert_close(call.result, normalized(*args[:3], eps), f"y with {name}")


@property_of("batch_norm_2d", "one image, one channel and images in other memory formats do")
def other_images_are_normalized(learner, rng):
    cases = odd_images(rng)
    calls = [(x, *learned(rng, x.shape[1]), 0.2) for x in cases.values()]
    for call, args, name in zip(
        learner.call_each("batch_norm_2d", calls), calls, cases, strict=True
    ):
        assert_close(call.result, normalized(*args), f"y of {name}")


@property_of("batch_norm_2d", "the gradient flows through the mean and the variance")
def gradient_flows_through_the_statistics(learner, rng):
    import torch

    x, (weight, bias) = images(rng, 2, 3, 4, 5), learned(rng, 3)
    upstream = tensor(rng.normal(size=x.shape))
    calls = [((x.to(to), weight, bias, 0.2), upstream.to(to)) for to in (x.dtype, torch.float16)]
    calls.append(((x, *plain(3), 0.2), upstream))
    for call, (args, up) in zip(learner.gradients_each("batch_norm_2d", calls), calls, strict=True):
        leaves = [each.clone().requires_grad_() for each in args[:3]]
        want = torch.autograd.grad((normalized(*leaves, 0.2) * up).sum(), leaves)
        tolerance = {} if up.dtype == x.dtype else {"rtol": 2e-2, "atol": 5e-2}
        for one, other, what in zip(call.result[1][:3], want, ("x", "weight", "bias"), strict=True):
            assert_close(one, other, f"gradient of {what} in {dtype_of(up)}", **tolerance)
    got = learner.define(FROZEN, "gradient_of_x")(x, weight, bias, 0.2, upstream)
    tracked = x.clone().requires_grad_()
    (want,) = torch.autograd.grad(
        (normalized(tracked, weight, bias, 0.2) * upstream).sum(), tracked
    )
    assert_close(got, want, "gradient of x with weight and bias frozen")


@property_of("batch_norm_2d", "large values are survived in each precision")
def large_values_are_survived(learner, rng):
    weight, bias = (each.float() for each in learned(rng, 3))
    batches = (*far_from_zero(rng), *half_precision(rng, 400))
    calls = learner.call_each("batch_norm_2d", [(x, weight, bias, 0.2) for x in batches])
    for call, x, tolerance in zip(calls, batches, (1e-2, 1e-2, 1e-2, 4e-2), strict=True):
        want = normalized(x, weight, bias, 0.2)
        assert_close(call.result, want, f"y in {dtype_of(x)}", rtol=tolerance, atol=tolerance)


@property_of("batch_norm_2d", "the output has the dtype of x, whatever that of weight and bias")
def dtype_is_that_of_the_images(learner, rng):
    import torch

    x, parameters = images(rng, 2, 3, 4, 5), learned(rng, 3)
    single = tuple(each.float() for each in parameters)
    calls = [(x.float(), *parameters, 0.2), (x.half(), *parameters, 0.2), (x, *single, 0.2)]
    tolerances = {torch.float32: 1e-5, torch.float16: 5e-3, torch.float64: 1e-9}
    for call, args in zip(learner.call_each("batch_norm_2d", calls), calls, strict=True):
        tolerance = tolerances[args[0].dtype]
        want, what = normalized(*args), f"y of {dtype_of(args[0])}"
        assert_close(call.result, want, what, rtol=tolerance, atol=tolerance)


@property_of("batch_norm_2d", "images, weight and bias are left as they were")
def batch_is_left_alone(learner, rng):
    tensors = images(rng, 2, 3, 4, 5), *learned(rng, 3)
    calls = [
        ("batch_norm_2d", watched, *(each.to(to) for each in tensors), 0.2)
        for watched, to in watched_dtypes()
    ]
    watching = learner.define(WATCHING, "watching")
    for call, (_, watched, *args) in zip(learner.call_each(watching, calls), calls, strict=True):
        (y, flags), (_, _, *after, _) = call
        name = f"in {dtype_of(args[0])}"
        with precondition():
            assert_close(y, normalized(*args), f"y {name}", rtol=5e-2, atol=5e-2)
        for one, other, what in zip(after, args[:3], ("x", "weight", "bias"), strict=True):
            assert_close(one, other, f"{what} {name} after the call")
        assert_close(flags, (watched,) * 3, "requires_grad of x, weight and bias after the call")


@property_of("batch_norm_2d", "on a GPU it would run too: no tensor stays behind on the CPU")
def batch_norm_2d_travels(learner, rng):
    x, affine_ = images(rng, 2, 3, 4, 5), learned(rng, 3)
    with precondition():
        assert_close(learner.batch_norm_2d(x, *affine_, 0.2), normalized(x, *affine_, 0.2), "y")
    assert_portable(learner.portable("batch_norm_2d", x, *affine_, 0.2))
