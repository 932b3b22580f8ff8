"""Hidden tests of `channels`: statistics over images and pixels, one pair for each channel."""

import torch

from bnlab.kit.testing.assertions import assert_close, assert_portable, unpack
from bnlab.kit.testing.inputs import BIG_EPS, affine, images, tensor
from bnlab.kit.testing.properties import property_of
from bnlab.kit.testing.tolerances import LOW_PRECISION

NO_EPS = 1e-12
"""Torch refuses zero in training; this is too small to be seen."""


def moments(x):
    """Mean and biased variance by torch, computed in float64, in the dtype of x."""
    var, mean = torch.var_mean(x.double(), dim=(0, 2, 3), correction=0)
    return mean.to(x.dtype), var.to(x.dtype)


def normalized(x, weight, bias, eps):
    """Output of torch in training, computed in float64."""
    arguments = (x.double(), None, None, weight.double(), bias.double())
    return torch.nn.functional.batch_norm(*arguments, training=True, eps=eps)


def learned(rng, c=4):
    """A weight and a bias (c,), as torch tensors."""
    weight, bias = affine(rng, d=c)
    return tensor(weight), tensor(bias)


def far_from_zero(rng, dtype, mean, spread, shape=(6, 3, 5, 7)):
    """Images with one large mean and channels that differ in spread."""
    noise = tensor(rng.normal(size=shape)) * spread * torch.tensor([0.5, 1.0, 2.0])[:, None, None]
    return (noise + mean).to(dtype)


def turned(learner, x):
    """The same images on the learner's side, as a transposed view: not contiguous in memory."""
    held = learner.hold(x.mT.contiguous())
    held.transpose_(2, 3)
    return held


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


@property_of("channel_moments", "one image is enough, and so is one pixel per image")
def one_image_or_one_pixel_is_enough(learner, rng):
    for shape in ((1, 4, 5, 2), (7, 4, 1, 1), (5, 1, 2, 3)):
        x = images(rng, *shape)
        assert_close(learner.channel_moments(x), moments(x), f"mean, var for shape {shape}")


@property_of(
    "channel_moments",
    "images may be a view of others, with their rows and columns swapped in memory",
)
def moments_do_not_depend_on_the_memory_layout(learner, rng):
    x = images(rng)
    assert_close(learner.channel_moments(turned(learner, x)), moments(x), "mean, var")


@property_of("channel_moments", "float32 images far from zero keep their variance")
def variance_survives_a_large_mean(learner, rng):
    x = far_from_zero(rng, torch.float32, mean=3e3, spread=1.0)
    mean, var = unpack(learner.channel_moments(x), "mean, var")
    assert_close(mean, moments(x)[0], "mean", rtol=LOW_PRECISION["float32"])
    assert_close(var, moments(x)[1], "var", rtol=1e-2)


@property_of("channel_moments", "half precision is summed in float32 and returned in its own dtype")
def half_precision_is_summed_wide(learner, rng):
    x = far_from_zero(rng, torch.float16, mean=300.0, spread=100.0)
    assert_close(learner.channel_moments(x), moments(x), "mean, var", rtol=LOW_PRECISION["float16"])


@property_of("channel_moments", "the images are left as they were")
def images_are_left_alone_by_the_moments(learner, rng):
    x = images(rng)
    held = learner.hold(x)
    assert_close(learner.channel_moments(held), moments(x), "mean, var")
    assert_close(held.fetch(), x, "x after the call")


@property_of("batch_norm_2d", "each channel is normalized with its own mean and variance")
def each_channel_is_normalized(learner, rng):
    x, plain = images(rng), (torch.ones(4).double(), torch.zeros(4).double())
    assert_close(learner.batch_norm_2d(x, *plain, NO_EPS), normalized(x, *plain, NO_EPS), "y")


@property_of(
    "batch_norm_2d", "weight and bias belong to channels, not to rows or columns of pixels"
)
def weight_and_bias_belong_to_channels(learner, rng):
    for shape in ((3, 5, 2, 5), (2, 5, 5, 3)):
        x, affine_ = images(rng, *shape), learned(rng, c=5)
        y = learner.batch_norm_2d(x, *affine_, NO_EPS)
        assert_close(y, normalized(x, *affine_, NO_EPS), f"y for shape {shape}")


@property_of("batch_norm_2d", "eps is added to the variance, inside the root")
def eps_is_inside_the_root(learner, rng):
    x, affine_ = images(rng), learned(rng)
    y = learner.batch_norm_2d(x, *affine_, eps=BIG_EPS)
    assert_close(y, normalized(x, *affine_, BIG_EPS), "y")


@property_of(
    "batch_norm_2d", "eps is 1e-5 where it is not given, and keeps an empty channel finite"
)
def default_eps(learner, rng):
    x, affine_ = images(rng) * 1e-2, learned(rng)
    x[:, 1] = 3.0
    assert_close(learner.batch_norm_2d(x, *affine_), normalized(x, *affine_, 1e-5), "y")


@property_of("batch_norm_2d", "the gradient flows through the statistics too")
def gradient_flows_through_the_statistics(learner, rng):
    x, (weight, bias) = images(rng), learned(rng)
    upstream = tensor(rng.normal(size=x.shape))
    y, got, _ = learner.gradients("batch_norm_2d", x, weight, bias, 0.1, upstream=upstream)
    leaves = [each.clone().requires_grad_() for each in (x, weight, bias)]
    want = normalized(*leaves, 0.1)
    assert_close(y, want.detach(), "y")
    slopes = torch.autograd.grad(want, leaves, upstream)
    for one, other, name in zip(got[:3], slopes, ("x", "weight", "bias"), strict=True):
        assert_close(one, other, f"gradient of {name}")


@property_of(
    "batch_norm_2d", "images may be a view of others, with their rows and columns swapped in memory"
)
def output_does_not_depend_on_the_memory_layout(learner, rng):
    x, affine_ = images(rng), learned(rng)
    y = learner.batch_norm_2d(turned(learner, x), *affine_, 0.1)
    assert_close(y, normalized(x, *affine_, 0.1), "y")


@property_of(
    "batch_norm_2d", "low precision and a large mean are survived, and the dtype of x is kept"
)
def low_precision_is_survived(learner, rng):
    weight, bias = (each.float() for each in learned(rng, c=3))
    for dtype, mean, spread in ((torch.float32, 3e3, 1.0), (torch.float16, 300.0, 100.0)):
        x = far_from_zero(rng, dtype, mean, spread)
        y = learner.batch_norm_2d(x, weight, bias, 0.1)
        want = normalized(x, weight, bias, 0.1).to(dtype)
        assert_close(y, want, f"y in {str(dtype)[6:]}", rtol=1e-2, atol=1e-2)


@property_of("batch_norm_2d", "the images, the weight and the bias are left as they were")
def arguments_are_left_alone(learner, rng):
    before = (images(rng), *learned(rng))
    held = [learner.hold(each) for each in before]
    assert_close(learner.batch_norm_2d(*held, 0.1), normalized(*before, 0.1), "y")
    for after, value, name in zip(held, before, ("x", "weight", "bias"), strict=True):
        assert_close(after.fetch(), value, f"{name} after the call")


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
