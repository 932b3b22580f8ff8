"""Hidden tests of `audit`: right layers must pass it, and layers wrong in one way must not.

Every test shows the learner's audit right layers and wrong ones, so neither an audit that always
raises nor one that never does earns anything.
"""

import ast
from functools import cache
from pathlib import Path

from bnlab.kit.testing.agree import Disagreement, LearnerError, agree, observe, refuses
from bnlab.kit.testing.properties import shows

SOURCE = Path(__file__).with_name("layers.py").read_text("utf-8")
SENTENCES = {
    each.name: (ast.get_docstring(each) or "").removesuffix(".")
    for each in ast.parse(SOURCE).body
    if isinstance(each, ast.ClassDef)
}
RIGHT = ("Backwards", "Apart")


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


def accepts(student, name):
    """Returns quietly where the audit lets a right layer pass."""
    what = f"the audit of a right layer ({SENTENCES[name]})"
    try:
        result = student.audit(student.define(source(name), "Layer"))
    except LearnerError as error:
        if error.type_name != "AssertionError":
            raise
        observe(what, error.type_name)
        raise Disagreement(what, "raises AssertionError: this is a false alarm.") from None
    agree(result, None, what)


def rejects(student, rng, *names):
    """Returns quietly where the audit lets a right layer pass and none of the wrong ones."""
    accepts(student, RIGHT[rng.integers(len(RIGHT))])
    for name in names:
        layer = student.define(source(name), "Layer")
        what = f"the audit of a layer that {SENTENCES[name]}"
        refuses(lambda layer=layer: student.audit(layer), "AssertionError", what)


@shows("audit", "right layers pass, however they round; a layer that does nothing fails")
def right_layers_pass(student, rng):
    for name in ("Torch", *RIGHT):
        accepts(student, name)
    rejects(student, rng, "Identity")


@shows("audit", "a layer whose output in training is wrong fails")
def training_output_is_compared(student, rng):
    rejects(student, rng, "OneMean", "ByVariance", "Unbiased")


@shows("audit", "a layer that ignores its weight or its bias, ever, fails")
def weight_and_bias_are_compared(student, rng):
    rejects(student, rng, "NoWeight", "NoBias", "PlainEvaluation")


@shows("audit", "a layer that ignores, misplaces or forgets eps, or has another default, fails")
def eps_is_compared(student, rng):
    rejects(student, rng, "FixedEps", "EpsOutside", "NoEpsInEvaluation", "OtherEps")


@shows("audit", "a layer that uses the batch in evaluation, or learns from it, fails")
def evaluation_is_compared(student, rng):
    rejects(student, rng, "AlwaysBatch", "BatchMean", "ModeByGradient", "LearnsInEvaluation")


@shows("audit", "a layer whose running statistics go wrong, at once or later, fails")
def running_statistics_are_compared(student, rng):
    rejects(
        student, rng, "NeverLearns", "MeanOnly", "Reversed", "FixedMomentum", "LastBatch",
        "FirstBatch", "BiasedMemory", "EpsInMemory", "OtherMomentum",
    )  # fmt: skip


@shows("audit", "a layer that is right on rows and wrong on images fails")
def images_are_compared(student, rng):
    rejects(student, rng, "PerPixel", "PerSample", "CountsImages")


@shows("audit", "a layer with the right output and the wrong gradient fails")
def gradients_are_compared(student, rng):
    rejects(student, rng, "MeanGradient", "Detached", "DetachedVariance", "TrainingGradient")


@shows("audit", "a layer that changes its input fails")
def the_input_is_compared(student, rng):
    rejects(student, rng, "InPlace")


@shows("audit", "a layer whose variance cancels on data far from zero fails")
def far_from_zero_is_compared(student, rng):
    rejects(student, rng, "Cancellation")
