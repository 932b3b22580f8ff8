"""Public checks of `audit`, on the practice layers."""

import sys

from ..testing.agree import agree, refuses
from ..testing.properties import shows

# Before it compares, torch.testing imports half of torch to ask whether a tensor lies on many
# machines. None does here, and the answer would be half of the time that a check takes.
_comparison = sys.modules.get("torch.testing._comparison")
if _comparison is not None:
    vars(_comparison)["_HAS_DTENSOR"] = False


def rejects(student, name):
    """The right layers pass and the wrong one does not."""
    from ..testing import layers

    agree(student.audit(layers.AnyRank), None, "the audit of torch's own layer")
    agree(student.audit(layers.RowsReversed), None, "the audit of a layer that rounds differently")
    what = f"the audit of {name}"
    refuses(lambda: student.audit(getattr(layers, name)), "AssertionError", what)


@shows("audit", "right layers pass; one that normalizes with the unbiased variance fails")
def the_output_in_training(student, rng):
    rejects(student, "SampleVariance")


@shows("audit", "a layer that ignores eps and momentum fails")
def the_options(student, rng):
    rejects(student, "FixedOptions")


@shows("audit", "a layer that uses the batch in evaluation fails")
def the_output_in_evaluation(student, rng):
    rejects(student, "BatchInEvaluation")


@shows("audit", "a layer that takes momentum for the weight of the old value fails")
def the_running_statistics(student, rng):
    rejects(student, "ReversedMomentum")


@shows("audit", "a layer that is wrong on images only fails")
def the_images(student, rng):
    rejects(student, "PixelByPixel")


@shows("audit", "a layer that is wrong in its gradient only fails")
def the_gradient(student, rng):
    rejects(student, "ConstantStatistics")
