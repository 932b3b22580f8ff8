"""Public checks of `channels`."""

from ..testing.assertions import assert_close, assert_portable, precondition, unpack
from ..testing.inputs import BIG_EPS, affine, images, tensor
from ..testing.properties import property_of
from ..testing.tolerances import LOW_PRECISION


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


@property_of("channel_moments", "float32 and float16 keep their dtype and survive large values")
def low_precision_is_survived(learner, rng):
    noise = tensor(rng.normal(size=(4, 2, 6, 6)))
    far = (noise + 4e3).float()
    assert_close(learner.channel_moments(far), moments(far), "mean, var in float32", rtol=1e-2)
    half = (noise * 120 + 200).half()
    tolerance = LOW_PRECISION["float16"]
    assert_close(
        learner.channel_moments(half), moments(half), "mean, var in float16", rtol=tolerance
    )


@property_of("channel_moments", "the images are left as they were, and may be a transposed view")
def images_are_left_alone(learner, rng):
    x = images(rng, 2, 3, 4, 5)
    held = learner.hold(x)
    with precondition():
        assert_close(learner.channel_moments(held), moments(x), "mean, var")
    assert_close(held.fetch(), x, "x after the call")
    held.transpose_(2, 3)
    assert_close(learner.channel_moments(held), moments(x.mT), "mean, var for a transposed view")


@property_of("channel_moments", "on a GPU it would run too: no tensor stays behind on the CPU")
def channel_moments_travels(learner, rng):
    x = images(rng, 2, 3, 4, 5)
    with precondition():
        assert_close(learner.channel_moments(x), moments(x), "mean, var")
    assert_portable(learner.portable("channel_moments", x))


@property_of("batch_norm_2d", "each channel is normalized, then its weight and its bias act")
def channels_are_normalized(learner, rng):
    for shape in ((2, 3, 4, 3), (2, 3, 4, 5)):
        x, affine_ = images(rng, *shape), learned(rng, 3)
        y = learner.batch_norm_2d(x, *affine_, 1e-12)
        assert_close(y, normalized(x, *affine_, 1e-12), f"y for shape {shape}")


@property_of("batch_norm_2d", "eps is inside the root, and 1e-5 where it is not given")
def eps_is_inside_the_root(learner, rng):
    x, affine_ = images(rng, 2, 3, 4, 5) / 50, learned(rng, 3)
    x[:, 0] = 1.0
    y = learner.batch_norm_2d(x, *affine_, BIG_EPS)
    assert_close(y, normalized(x, *affine_, BIG_EPS), "y with eps = 0.5")
    y = learner.batch_norm_2d(x, *affine_)
    assert_close(y, normalized(x, *affine_, 1e-5), "y with the default eps")


@property_of("batch_norm_2d", "the gradient flows through the mean and the variance")
def gradient_flows_through_the_statistics(learner, rng):
    import torch

    x, (weight, bias) = images(rng, 2, 3, 4, 5), learned(rng, 3)
    upstream = tensor(rng.normal(size=x.shape))
    _, got, _ = learner.gradients("batch_norm_2d", x, weight, bias, 0.2, upstream=upstream)
    leaves = [each.clone().requires_grad_() for each in (x, weight, bias)]
    want = torch.autograd.grad((normalized(*leaves, 0.2) * upstream).sum(), leaves)
    for one, other, name in zip(got[:3], want, ("x", "weight", "bias"), strict=True):
        assert_close(one, other, f"gradient of {name}")


@property_of(
    "batch_norm_2d", "large values are survived in float32 and float16, and the dtype is kept"
)
def large_values_are_survived(learner, rng):
    noise = tensor(rng.normal(size=(4, 3, 6, 6)))
    weight, bias = (each.float() for each in learned(rng, 3))
    for x in ((noise + 4e3).float(), (noise * 120 + 200).half()):
        y = learner.batch_norm_2d(x, weight, bias, 0.2)
        assert_close(y, normalized(x, weight, bias, 0.2), f"y in {x.dtype}", rtol=1e-2, atol=1e-2)


@property_of("batch_norm_2d", "the images are left as they were, and may be a transposed view")
def batch_is_left_alone(learner, rng):
    x, affine_ = images(rng, 2, 3, 4, 5), learned(rng, 3)
    held = learner.hold(x)
    with precondition():
        assert_close(learner.batch_norm_2d(held, *affine_, 0.2), normalized(x, *affine_, 0.2), "y")
    assert_close(held.fetch(), x, "x after the call")
    held.transpose_(2, 3)
    y = learner.batch_norm_2d(held, *affine_, 0.2)
    assert_close(y, normalized(x.mT, *affine_, 0.2), "y for a transposed view")


@property_of("batch_norm_2d", "on a GPU it would run too: no tensor stays behind on the CPU")
def batch_norm_2d_travels(learner, rng):
    x, affine_ = images(rng, 2, 3, 4, 5), learned(rng, 3)
    with precondition():
        assert_close(learner.batch_norm_2d(x, *affine_, 0.2), normalized(x, *affine_, 0.2), "y")
    assert_portable(learner.portable("batch_norm_2d", x, *affine_, 0.2))
