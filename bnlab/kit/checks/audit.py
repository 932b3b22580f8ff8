"""Public checks of `audit`, on the practice layers and some more."""

import sys

from ..testing.assertions import (
    LearnerError,
    MismatchError,
    assert_close,
    assert_raises,
    assert_true,
)
from ..testing.properties import property_of

# Before it compares, torch.testing imports half of torch to ask whether a tensor lies on many
# machines. None does here, and the answer would be half of the time that a check takes.
_comparison = sys.modules.get("torch.testing._comparison")
if _comparison is not None:
    vars(_comparison)["_HAS_DTENSOR"] = False


def accepts_right_layers(learner):
    """Assert that an audit passes the right layers."""
    from ..nets import practice_layers

    assert_close(learner.audit(practice_layers.AnyRank), None, "the audit of torch's own layer")
    assert_close(
        learner.audit(practice_layers.RowsReversed),
        None,
        "the audit of a layer that rounds differently",
    )


def layer_named(name):
    """Return a layer of the modules that hold them."""
    from ..nets import check_layers, practice_layers, refusing_layers

    modules = (practice_layers, check_layers, refusing_layers)
    return next(vars(each)[name] for each in modules if name in vars(each))


def rejects(learner, *names):
    """Assert that an audit passes torch's own layer and fails the wrong ones."""
    from ..nets import practice_layers

    assert_close(learner.audit(practice_layers.AnyRank), None, "the audit of torch's own layer")
    for name in names:
        layer = layer_named(name)
        sentence = layer.__doc__.strip().removesuffix(".")
        what = f"the audit of a layer that {sentence[0].lower()}{sentence[1:]}"
        assert_raises(lambda layer=layer: learner.audit(layer), "AssertionError", what)


def rejects_anyhow(learner, name, what):
    """Assert that an audit does not return, with whatever exception."""
    try:
        learner.audit(layer_named(name))
    except LearnerError:
        return
    raise MismatchError(what, "lets it pass.")


@property_of("audit", "right layers pass; one that normalizes with the unbiased variance fails")
def the_output_in_training(learner, rng):
    accepts_right_layers(learner)
    rejects(learner, "SampleVariance", "nothing", "one_deviation")


@property_of("audit", "a layer that ignores its weight or its bias fails")
def weight_and_bias(learner, rng):
    rejects(learner, "weight_unused", "bias_unused_in_evaluation")


@property_of("audit", "a layer that ignores eps and momentum, or reads None as a number, fails")
def the_options(learner, rng):
    rejects(learner, "FixedOptions", "fixed_eps", "none_means_default")


@property_of("audit", "a layer with another default, or that starts with other values, fails")
def the_defaults(learner, rng):
    rejects(learner, "other_defaults", "bias_of_one", "variance_of_zero")
    rejects_anyhow(learner, "OtherNames", "the audit of a layer with other names in its state")


@property_of("audit", "a layer that uses the batch in evaluation, ever, fails")
def the_output_in_evaluation(learner, rng):
    rejects(
        learner, "BatchInEvaluation", "batch_for_rows", "batch_for_images",
        "tracks_in_evaluation", "mode_by_gradient", "bias_again",
    )  # fmt: skip


@property_of("audit", "a layer whose running statistics or count of batches go wrong fails")
def the_running_statistics(learner, rng):
    rejects(
        learner, "ReversedMomentum", "variance_unmoved", "first_batch_of_rows",
        "first_batch_of_images", "uncounted", "mean_hidden", "variance_hidden",
    )  # fmt: skip


@property_of("audit", "a layer that is wrong on images only fails")
def the_images(learner, rng):
    rejects(learner, "PixelByPixel")


@property_of("audit", "a layer that is wrong in its gradient only fails")
def the_gradient(learner, rng):
    rejects(
        learner, "ConstantStatistics", "constant_for_rows", "constant_for_images",
        "half_of_the_bias_gradient", "half_of_the_weight_gradient",
        "twice_the_gradient_in_evaluation",
    )  # fmt: skip


@property_of("audit", "a layer that overwrites its input fails, in training and in evaluation")
def the_input(learner, rng):
    rejects(learner, "overwrites_in_training", "overwrites_in_evaluation")


@property_of("audit", "a layer whose variance cancels far from zero fails")
def far_from_zero(learner, rng):
    rejects(learner, "cancels")


@property_of("audit", "a layer that gives another dtype, or accepts one value, fails")
def dtype_and_refusal(learner, rng):
    rejects(learner, "doubles", "one_value_allowed", "one_row_allowed", "one_pixel_allowed")
    what = "the audit of a layer that refuses one value, but not with a ValueError"
    rejects_anyhow(learner, "refuses_otherwise", what)


@property_of("audit", "a layer that raises where torch's does not is not let pass")
def exceptions(learner, rng):
    rejects(learner)
    what = "the audit of a layer that raises an exception for images"
    rejects_anyhow(learner, "refuses_images", what)
    rejects_anyhow(learner, "refuses_rows", "the audit of a layer that raises one for rows")


SETTINGS = """
import contextlib

import torch


def settings_after(layer):
    torch.rand(3)
    before = torch.is_grad_enabled(), torch.get_default_dtype(), torch.get_rng_state()
    module.audit(layer)
    after = torch.is_grad_enabled(), torch.get_default_dtype(), torch.get_rng_state()
    unchanged = [before[0] == after[0], before[1] == after[1], torch.equal(before[2], after[2])]
    torch.set_grad_enabled(False)  # an audit may not run so, but must leave it so
    torch.set_default_dtype(torch.float64)
    with contextlib.suppress(Exception):
        module.audit(layer)
    off, dtype = not torch.is_grad_enabled(), torch.get_default_dtype()
    torch.set_grad_enabled(before[0])
    torch.set_default_dtype(before[1])
    return [*unchanged, off, dtype == torch.float64]
"""


@property_of("audit", "torch's random state, default dtype and gradient mode are as before")
def settings(learner, rng):
    from ..nets import practice_layers

    rejects(learner, "SampleVariance")
    unchanged = learner.define(SETTINGS, "settings_after")(practice_layers.AnyRank)
    names = "gradient mode", "default dtype", "random state"
    names += "gradient mode, off before the audit,", "default dtype, float64 before the audit,"
    for name, same in zip(names, unchanged, strict=True):
        assert_true(same, f"torch's {name}", "is not what it was before the audit.")
