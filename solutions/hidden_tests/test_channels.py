"""Hidden tests of `channels`: statistics over images and pixels, one pair for each channel."""

import numpy as np
import torch

from bnlab.kit.checks.channels import FROZEN, WATCHING
from bnlab.kit.testing.assertions import assert_close, assert_portable, unpack
from bnlab.kit.testing.inputs import BIG_EPS, affine, images, one_change_at_a_time, tensor
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import LOW_PRECISION

NO_EPS = 1e-300
"""Torch refuses zero in training; this is the same in float64."""

DTYPES = torch.float64, torch.float32, torch.float16, torch.bfloat16


def moments(x):
    """Mean and biased variance by torch, computed in float64, in the dtype of x."""
    var, mean = torch.var_mean(x.double(), dim=(0, 2, 3), correction=0)
    return mean.to(x.dtype), var.to(x.dtype)


def normalized(x, weight, bias, eps):
    """Output of torch in training, computed in float64, in the dtype of x."""
    arguments = (x.double(), None, None, weight.double(), bias.double())
    return torch.nn.functional.batch_norm(*arguments, training=True, eps=eps).to(x.dtype)


def dtype_of(x):
    """The dtype in words: "float32"."""
    return str(x.dtype).removeprefix("torch.")


def learned(rng, c=4):
    """A weight and a bias (c,), as torch tensors."""
    weight, bias = affine(rng, d=c)
    return tensor(weight), tensor(bias)


def far_from_zero(rng, dtype, mean, spread, shape=(6, 3, 5, 7)):
    """Images with one large mean and channels that differ in spread."""
    noise = tensor(rng.normal(size=shape)) * spread * torch.tensor([0.5, 1.0, 2.0])[:, None, None]
    return (noise + mean).to(dtype)


def half_precision(rng, dtype, spread):
    """Images whose squares overflow in float16, and whose first mean is rounded in `dtype`."""
    low = {torch.float16: 2048.0, torch.bfloat16: 300.0}[dtype]
    steps = rng.permutation(np.repeat([low, low + 2], 48)).reshape(6, 1, 4, 4)
    noise = rng.normal(size=(6, 2, 4, 4)) * np.reshape([spread, 0.5], (2, 1, 1))
    return tensor(np.concatenate([steps, noise], axis=1)).to(dtype)


def other_orders(x):
    """The same images in other memory formats, none of them contiguous."""
    return x.mT.contiguous().mT, x.contiguous(memory_format=torch.channels_last)


def agree_moments(learner, batches, names, **tolerance):
    """Compares the moments of several batches."""
    calls = learner.call_each("channel_moments", [(x,) for x in batches])
    for call, x, name in zip(calls, batches, names, strict=True):
        assert_close(call.result, moments(x), f"mean, var {name}", **tolerance)


def agree_outputs(learner, calls, names, **tolerance):
    """Compares several calls with batch norm by torch."""
    for call, args, name in zip(
        learner.call_each("batch_norm_2d", calls), calls, names, strict=True
    ):
        assert_close(call.result, normalized(*args), f"y {name}", **tolerance)


@property_of("channel_moments", "each channel has one mean, over all images and all pixels")
def one_mean_per_channel(learner, rng):
    x = images(rng)
    assert_close(unpack(learner.channel_moments(x), "mean, var")[0], moments(x)[0], "mean")


@property_of(
    "channel_moments", "the variance divides by N * H * W and sees what differs between images"
)
def variance_divides_by_all_values_of_a_channel(learner, rng):
    x = images(rng) + tensor(rng.normal(size=(3, 1, 1, 1)))
    assert_close(unpack(learner.channel_moments(x), "mean, var")[1], moments(x)[1], "var")


@property_of("channel_moments", "one image is enough, one pixel per image, and one channel")
def one_image_or_one_pixel_is_enough(learner, rng):
    shapes = (1, 4, 5, 2), (7, 4, 1, 1), (5, 1, 2, 3)
    batches = [images(rng, *shape) for shape in shapes]
    agree_moments(learner, batches, [f"for shape {shape}" for shape in shapes])


@property_of(
    "channel_moments",
    "images may be a view of others, with their axes swapped in memory",
)
def moments_do_not_depend_on_the_memory_layout(learner, rng):
    names = ("of images with rows and columns swapped", "of channels_last images")
    agree_moments(learner, other_orders(images(rng)), names)


@property_of("channel_moments", "images far from zero keep their variance, in float32 and float64")
def variance_survives_a_large_mean(learner, rng):
    cases = (torch.float32, 3e3), (torch.float64, 1e8)
    batches = [far_from_zero(rng, dtype, mean, spread=1.0) for dtype, mean in cases]
    calls = learner.call_each("channel_moments", [(x,) for x in batches])
    for call, x in zip(calls, batches, strict=True):
        (mean, var), want, name = unpack(call.result, "mean, var"), moments(x), f"in {dtype_of(x)}"
        assert_close(mean, want[0], f"mean {name}", rtol=LOW_PRECISION["float32"])
        assert_close(var, want[1], f"var {name}", rtol=1e-2)


@property_of("channel_moments", "half precision is summed in float32 and returned in its own dtype")
def half_precision_is_summed_wide(learner, rng):
    for dtype in (torch.float16, torch.bfloat16):
        # Beside large variances, small ones would not tell one mistake from another.
        xs = [half_precision(rng, dtype, spread=spread) for spread in (150, 1)]
        name = dtype_of(xs[0])
        agree_moments(learner, xs, [f"in {name}"] * 2, rtol=LOW_PRECISION[name], atol=1e-3)


@property_of("channel_moments", "the images are left as they were, and so is their requires_grad")
def images_are_left_alone_by_the_moments(learner, rng):
    calls = [("channel_moments", False, images(rng).to(dtype)) for dtype in DTYPES]
    calls.append(("channel_moments", True, images(rng)))
    watching = learner.define(WATCHING, "watching")
    for call, (*_, watched, x) in zip(learner.call_each(watching, calls), calls, strict=True):
        (got, flags), (*_, after) = call
        name = f"in {dtype_of(x)}"
        assert_close(got, moments(x), f"mean, var {name}", rtol=2e-2, atol=2e-2)
        assert_close(after, x, f"x {name} after the call")
        assert_close(flags, (watched,), "requires_grad of x after the call")


@property_of("batch_norm_2d", "each channel is normalized with its own mean and variance")
def each_channel_is_normalized(learner, rng):
    plain = torch.ones(4).double(), torch.zeros(4).double()
    # One row of one image is a whole channel, and (4, 4, 4, 4) fits a weight on any axis.
    shapes = (3, 4, 5, 2), (1, 4, 1, 6), (4, 4, 4, 4)
    calls = [(images(rng, *shape), *plain, 1e-9) for shape in shapes]
    agree_outputs(learner, calls, [f"for shape {shape}" for shape in shapes])


@property_of(
    "batch_norm_2d",
    "-1 and 1 in turn, with one change at a time: scaled, shifted, weight and bias, an eps",
)
def one_change_of_plain_images(learner, rng):
    cases = one_change_at_a_time(rng, 4, 4, 4, 4)
    calls = [(*map(tensor, args[:3]), args[3]) for args in cases.values()]
    agree_outputs(learner, calls, [f"of {name}" for name in cases])


@property_of(
    "batch_norm_2d", "weight and bias belong to channels, not to rows or columns of pixels"
)
def weight_and_bias_belong_to_channels(learner, rng):
    shapes = (3, 5, 2, 5), (2, 5, 5, 3), (5, 5, 5, 5)
    calls = [(images(rng, *shape), *learned(rng, c=5), 1e-9) for shape in shapes]
    agree_outputs(learner, calls, [f"for shape {shape}" for shape in shapes])


@property_of("batch_norm_2d", "one image, one channel and one row of pixels keep their axes")
def axes_of_length_one_stay(learner, rng):
    shapes = (2, 1, 3, 2), (1, 4, 2, 3), (5, 3, 1, 1)
    calls = [(images(rng, *shape), *learned(rng, c=shape[1]), BIG_EPS) for shape in shapes]
    agree_outputs(learner, calls, [f"for shape {shape}" for shape in shapes])


@property_of("batch_norm_2d", "eps is added to the variance, inside the root")
def eps_is_inside_the_root(learner, rng):
    plain = torch.ones(4).double(), torch.zeros(4).double()
    calls = [(images(rng), *learned(rng)), (images(rng, 1, 4, 1, 6), *plain)]
    outputs = learner.call_each("batch_norm_2d", calls, eps=BIG_EPS)
    for call, args, name in zip(outputs, calls, ("a batch", "one row"), strict=True):
        assert_close(call.result, normalized(*args, BIG_EPS), f"y of {name}")


@property_of(
    "batch_norm_2d",
    "eps is 1e-5 where it is not given, and keeps an empty channel finite; it may be 0",
)
def default_eps(learner, rng):
    x, affine_ = images(rng) * 1e-2, learned(rng)
    empty = x.clone()
    empty[:, 1] = 3.0
    default, zero = learner.call_each("batch_norm_2d", [(empty, *affine_), (x, *affine_, 0.0)])
    assert_close(default.result, normalized(empty, *affine_, 1e-5), "y")
    assert_close(zero.result, normalized(x, *affine_, NO_EPS), "y with eps 0")


@property_of("batch_norm_2d", "the gradient flows through the statistics too, in each precision")
def gradient_flows_through_the_statistics(learner, rng):
    calls = []
    for dtype in (torch.float64, torch.float16):
        x, (weight, bias) = images(rng).to(dtype), learned(rng)
        upstream = tensor(rng.normal(size=x.shape)).to(dtype)
        calls.append(((x, weight, bias, 0.1), upstream))
        if dtype is torch.float64:
            calls.append(((x, torch.ones_like(weight), torch.zeros_like(bias), 0.1), upstream))
    for call, (args, upstream) in zip(
        learner.gradients_each("batch_norm_2d", calls), calls, strict=True
    ):
        y, got, _ = call.result
        name = dtype_of(y)
        tolerance = {} if y.dtype == torch.float64 else {"rtol": 2e-2, "atol": 5e-2}
        leaves = [each.clone().requires_grad_() for each in args[:3]]
        want = normalized(*leaves, 0.1)
        assert_close(y, want.detach(), f"y in {name}", **tolerance)
        slopes = torch.autograd.grad(want, leaves, upstream)
        for one, other, what in zip(got[:3], slopes, ("x", "weight", "bias"), strict=True):
            assert_close(one, other, f"gradient of {what} in {name}", **tolerance)
    (x, weight, bias, eps), upstream = calls[0]
    got = learner.define(FROZEN, "gradient_of_x")(x, weight, bias, eps, upstream)
    leaf = x.clone().requires_grad_()
    (want,) = torch.autograd.grad(normalized(leaf, weight, bias, eps), leaf, upstream)
    assert_close(got, want, "gradient of x with weight and bias frozen")


@property_of("batch_norm_2d", "images may be a view of others, with their axes swapped in memory")
def output_does_not_depend_on_the_memory_layout(learner, rng):
    affine_ = learned(rng)
    calls = [(x, *affine_, 0.1) for x in other_orders(images(rng))]
    names = ("of images with rows and columns swapped", "of channels_last images")
    agree_outputs(learner, calls, names)


@property_of("batch_norm_2d", "images far from zero are normalized well, in float32 and float64")
def large_means_are_survived(learner, rng):
    calls = []
    for dtype, mean in ((torch.float32, 3e3), (torch.float64, 1e8)):
        affine_ = (each.to(dtype) for each in learned(rng, c=3))
        calls.append((far_from_zero(rng, dtype, mean, spread=1.0), *affine_, 0.1))
    agree_outputs(learner, calls, ("in float32", "in float64"), rtol=1e-2, atol=1e-2)


@property_of("batch_norm_2d", "half precision is survived, and the dtype of x is kept")
def low_precision_is_survived(learner, rng):
    weight, bias = (each.float() for each in learned(rng, c=3))
    for dtype, tolerance in ((torch.float16, 1e-2), (torch.bfloat16, 4e-2)):
        calls = [(half_precision(rng, dtype, spread=500), weight, bias, 0.1)]
        names = [f"in {str(dtype)[6:]}"]
        agree_outputs(learner, calls, names, rtol=tolerance, atol=tolerance)


@property_of("batch_norm_2d", "the output has the dtype of x, whatever that of weight and bias")
def output_has_the_dtype_of_the_images(learner, rng):
    x, (weight, bias) = images(rng), learned(rng)
    calls = [
        (x.to(one), weight.to(other), bias.to(other), 0.1)
        for one, other in (
            (torch.float32, torch.float64),
            (torch.float16, torch.float64),
            (torch.float64, torch.float32),
        )
    ]
    names = ("in float32", "in float16", "in float64")
    for call, name, rtol in zip(calls, names, (1e-5, 5e-3, 1e-9), strict=True):
        agree_outputs(learner, [call], [name], rtol=rtol, atol=rtol)


@property_of("batch_norm_2d", "the images, the weight and the bias are left as they were")
def arguments_are_left_alone(learner, rng):
    calls = []
    for dtype, watched in ((DTYPES[0], True), *((each, False) for each in DTYPES)):
        tensors = (each.to(dtype) for each in (images(rng), *learned(rng)))
        calls.append(("batch_norm_2d", watched, *tensors, 0.1))
    watching = learner.define(WATCHING, "watching")
    for call, (_, watched, *args) in zip(learner.call_each(watching, calls), calls, strict=True):
        (y, flags), (_, _, *after, _) = call
        name = f"in {dtype_of(args[0])}"
        assert_close(y, normalized(*args), f"y {name}", rtol=5e-2, atol=5e-2)
        for one, other, what in zip(after, args[:3], ("x", "weight", "bias"), strict=True):
            assert_close(one, other, f"{what} {name} after the call")
        assert_close(flags, (watched,) * 3, "requires_grad of x, weight and bias after the call")


@property_of("channel_moments", "on another device: every new tensor is made where the images are")
def moments_run_on_another_device(learner, rng):
    x = images(rng)
    assert_close(learner.channel_moments(x), moments(x), "mean, var")
    assert_portable(learner.portable("channel_moments", x))


@property_of("batch_norm_2d", "on another device: every new tensor is made where the images are")
def output_is_computed_on_another_device(learner, rng):
    x, affine_ = images(rng), learned(rng)
    assert_close(learner.batch_norm_2d(x, *affine_, 0.1), normalized(x, *affine_, 0.1), "y")
    assert_portable(learner.portable("batch_norm_2d", x, *affine_, 0.1))
