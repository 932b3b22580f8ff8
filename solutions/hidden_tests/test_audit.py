"""Hidden tests of `audit`: right layers must pass it, and layers wrong in one way must not.

Every test shows the learner's audit right layers and wrong ones, so neither an audit that always
raises nor one that never does earns anything.
"""

import ast
from functools import cache
from pathlib import Path

from bnlab.kit.testing.assertions import (
    LearnerError,
    MismatchError,
    assert_close,
    assert_raises,
    observe,
)
from bnlab.kit.testing.properties import property_of

SOURCE = Path(__file__).with_name("audit_layers.py").read_text("utf-8")
SENTENCES = {
    each.name: (ast.get_docstring(each) or "").removesuffix(".")
    for each in ast.parse(SOURCE).body
    if isinstance(each, ast.ClassDef)
}
RIGHT = ("Backwards", "TwoSteps")


@cache
def source(name):
    """The source of one layer, called `Layer` and without docstrings: nothing gives it away."""
    tree = ast.parse(SOURCE)
    others = SENTENCES.keys() - {"Torch", name}
    tree.body = [each for each in tree.body if getattr(each, "name", "") not in others]
    for each in ast.walk(tree):
        if isinstance(each, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            each
        ):
            each.body = each.body[1:]
    tree.body[-1].name = "Layer"
    return ast.unparse(tree)


def accepts(learner, name):
    """Returns quietly where the audit lets a right layer pass."""
    what = f"the audit of a right layer ({SENTENCES[name]})"
    try:
        result = learner.audit(learner.define(source(name), "Layer"))
    except LearnerError as error:
        if not error.is_a("AssertionError"):
            raise
        observe(what, error.type_name)
        raise MismatchError(what, "raises AssertionError: this is a false alarm.") from None
    assert_close(result, None, what)


def rejects(learner, rng, *names):
    """Returns quietly where the audit lets a right layer pass and none of the wrong ones."""
    accepts(learner, RIGHT[rng.integers(len(RIGHT))])
    for name in names:
        layer = learner.define(source(name), "Layer")
        what = f"the audit of a layer that {SENTENCES[name]}"
        assert_raises(lambda layer=layer: learner.audit(layer), "AssertionError", what)


@property_of("audit", "right layers pass, however they round; a layer that does nothing fails")
def right_layers_pass(learner, rng):
    for name in ("Torch", *RIGHT):
        accepts(learner, name)
    rejects(learner, rng, "Identity")


@property_of("audit", "a layer whose output in training is wrong fails")
def training_output_is_compared(learner, rng):
    rejects(learner, rng, "OneMean", "ByVariance", "Unbiased")


@property_of("audit", "a layer that ignores its weight or its bias, ever, fails")
def weight_and_bias_are_compared(learner, rng):
    rejects(learner, rng, "NoWeight", "NoBias", "PlainEvaluation")


@property_of(
    "audit", "a layer that ignores, misplaces or forgets eps, or has another default, fails"
)
def eps_is_compared(learner, rng):
    rejects(learner, rng, "FixedEps", "EpsOutside", "NoEpsInEvaluation", "OtherEps")


@property_of("audit", "a layer that uses the batch in evaluation, or learns from it, fails")
def evaluation_is_compared(learner, rng):
    rejects(learner, rng, "AlwaysBatch", "BatchMean", "ModeByGradient", "LearnsInEvaluation")


@property_of("audit", "a layer whose running statistics go wrong, at once or later, fails")
def running_statistics_are_compared(learner, rng):
    rejects(
        learner, rng, "NeverLearns", "MeanOnly", "Reversed", "FixedMomentum", "LastBatch",
        "FirstBatch", "BiasedMemory", "EpsInMemory", "OtherMomentum",
    )  # fmt: skip


@property_of("audit", "a layer that is right on rows and wrong on images fails")
def images_are_compared(learner, rng):
    rejects(learner, rng, "PerPixel", "PerSample", "CountsImages")


@property_of("audit", "a layer with the right output and the wrong gradient fails")
def gradients_are_compared(learner, rng):
    rejects(learner, rng, "MeanGradient", "Detached", "DetachedVariance", "TrainingGradient")


@property_of("audit", "a layer that changes its input fails")
def the_input_is_compared(learner, rng):
    rejects(learner, rng, "InPlace")


@property_of("audit", "a layer whose variance cancels on data far from zero fails")
def far_from_zero_is_compared(learner, rng):
    rejects(learner, rng, "Cancellation")
