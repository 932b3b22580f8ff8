"""Public checks of `audit`, on the practice layers."""

import sys

from ..testing.assertions import assert_close, assert_raises
from ..testing.properties import property_of

# Before it compares, torch.testing imports half of torch to ask whether a tensor lies on many
# machines. None does here, and the answer would be half of the time that a check takes.
_comparison = sys.modules.get("torch.testing._comparison")
if _comparison is not None:
    vars(_comparison)["_HAS_DTENSOR"] = False


def rejects(learner, name):
    """Assert that an audit passes the right layers and fails the wrong one."""
    from ..nets import practice_layers

    assert_close(learner.audit(practice_layers.AnyRank), None, "the audit of torch's own layer")
    assert_close(
        learner.audit(practice_layers.RowsReversed),
        None,
        "the audit of a layer that rounds differently",
    )
    what = f"the audit of {name}"
    assert_raises(lambda: learner.audit(getattr(practice_layers, name)), "AssertionError", what)


@property_of("audit", "right layers pass; one that normalizes with the unbiased variance fails")
def the_output_in_training(learner, rng):
    rejects(learner, "SampleVariance")


@property_of("audit", "a layer that ignores eps and momentum fails")
def the_options(learner, rng):
    rejects(learner, "FixedOptions")


@property_of("audit", "a layer that uses the batch in evaluation fails")
def the_output_in_evaluation(learner, rng):
    rejects(learner, "BatchInEvaluation")


@property_of("audit", "a layer that takes momentum for the weight of the old value fails")
def the_running_statistics(learner, rng):
    rejects(learner, "ReversedMomentum")


@property_of("audit", "a layer that is wrong on images only fails")
def the_images(learner, rng):
    rejects(learner, "PixelByPixel")


@property_of("audit", "a layer that is wrong in its gradient only fails")
def the_gradient(learner, rng):
    rejects(learner, "ConstantStatistics")
