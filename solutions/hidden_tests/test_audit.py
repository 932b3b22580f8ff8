"""Hidden tests of `audit`: right layers must pass it, and layers wrong in one way must not.

A test fails if the audit rejects any right layer, so neither an audit that always raises nor one
that never does earns anything. No message quotes a line, a class or a shape that the learner's
code chose: they could carry what it sees of the layers into a report.
"""

import importlib.util
from pathlib import Path

from bnlab.kit.testing.assertions import LearnerError, MismatchError
from bnlab.kit.testing.properties import property_of

_spec = importlib.util.spec_from_file_location(
    "audit_session", Path(__file__).with_name("audit_session.py")
)
audit_session = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(audit_session)
RIGHT, SENTENCES = audit_session.RIGHT, audit_session.SENTENCES

ANY_EXCEPTION = "RaisesOnImages", "RaisesOnRows", "OtherError", "OtherNames"
"""Layers that raise by themselves or lack an attribute: an audit may let the exception through."""


def in_short(verdicts, name):
    """What the audit did with a layer, as far as it decides anything."""
    said = sorted({each for each, _ in verdicts[name]})
    if name in ANY_EXCEPTION and not any(each.startswith("returns") for each in said):
        return "raises"
    return ", ".join(said)


def accepts(learner, rng, *names):
    """Return the verdicts on all layers, if every right layer passes.

    Args:
        names: the layers that the test is about. A diagnosis compares what was said of each.
    """
    try:
        verdicts = audit_session.verdicts(learner, rng)
    except LearnerError:
        raise MismatchError(
            "the audit", "ends the program, or answers with something odd."
        ) from None
    learner.noted({name: in_short(verdicts, name) for name in (*RIGHT, *names)})
    if any(said == NotImplementedError.__name__ for said, _ in verdicts["Torch"]):
        raise LearnerError(NotImplementedError.__name__)
    if all(said == "AssertionError" for name in SENTENCES for said, _ in verdicts[name]):
        raise MismatchError("the audit of every layer", "raises AssertionError, right or wrong.")
    for name in RIGHT:
        what = f"the audit of a right layer, one that {SENTENCES[name]},"
        said = min((each for each, _ in verdicts[name]), key="returns".__eq__)
        if said == "AssertionError":
            raise MismatchError(what, "raises AssertionError: this is a false alarm.")
        if said == "returns a value":
            raise MismatchError(what, "returns a value, expected None.")
        if said != "returns":
            raise MismatchError(what, "raises another exception: this is a false alarm.")
    return verdicts


def rejects(learner, rng, *names):
    """Return quietly if the audit lets every right layer pass and none of the wrong ones."""
    verdicts = accepts(learner, rng, *names)
    problems = []
    for name in names:
        what = f"the audit of a layer that {SENTENCES[name]}"
        said = [each for each, _ in verdicts[name]]
        if any(each.startswith("returns") for each in said):
            problems.append((what, "raises nothing, expected AssertionError."))
        elif name not in ANY_EXCEPTION and set(said) != {"AssertionError"}:
            problems.append((what, "raises another exception, expected AssertionError."))
    if problems:
        what, problem = problems[0]
        if len(problems) > 1:
            problem += f" So it is for {len(problems) - 1} more of these layers."
        raise MismatchError(what, problem)


@property_of("audit", "right layers pass, however they round; a layer that does nothing fails")
def right_layers_pass(learner, rng):
    rejects(learner, rng, "Identity")


@property_of("audit", "a layer whose output in training is wrong fails")
def training_output_is_compared(learner, rng):
    rejects(learner, rng, "OneMean", "ByVariance", "Unbiased")


@property_of("audit", "a layer that ignores its weight or its bias, ever, fails")
def weight_and_bias_are_compared(learner, rng):
    rejects(learner, rng, "NoWeight", "NoBias", "PlainEvaluation")


@property_of("audit", "a layer that ignores, misplaces or forgets eps fails")
def eps_is_compared(learner, rng):
    rejects(learner, rng, "FixedEps", "EpsOutside", "NoEpsInEvaluation")


@property_of("audit", "a layer with other defaults, first values or names of its state fails")
def defaults_are_compared(learner, rng):
    rejects(
        learner, rng, "OtherEps", "OtherMomentum", "StartsSilent", "StartsFlat", "OtherNames"
    )  # fmt: skip


@property_of("audit", "a layer that uses the batch in evaluation, or learns from it, fails")
def evaluation_is_compared(learner, rng):
    rejects(
        learner, rng, "AlwaysBatch", "BatchMean", "ModeByGradient", "LearnsInEvaluation",
        "BatchForRows", "BatchForImages", "BiasTwice",
    )  # fmt: skip


@property_of("audit", "a layer whose running statistics go wrong, at once or later, fails")
def running_statistics_are_compared(learner, rng):
    rejects(
        learner, rng, "NeverLearns", "MeanOnly", "Reversed", "FixedMomentum", "LastBatch",
        "FirstBatch", "BiasedMemory", "EpsInMemory", "SecondRowsForgotten",
        "SecondImagesForgotten", "MeanOutside", "VarianceOutside",
    )  # fmt: skip


@property_of("audit", "a layer that counts its batches wrongly, or needs a momentum, fails")
def count_is_compared(learner, rng):
    rejects(learner, rng, "Uncounted", "CountsInEvaluation", "NoneIsDefault", "NoneIsZero")


@property_of("audit", "a layer that is right on rows and wrong on images fails")
def images_are_compared(learner, rng):
    rejects(learner, rng, "PerPixel", "PerSample", "CountsImages")


@property_of("audit", "a layer with the right output and the wrong gradient fails")
def gradients_are_compared(learner, rng):
    rejects(
        learner, rng, "MeanGradient", "Detached", "DetachedVariance", "TrainingGradient",
        "HalfTheBias", "DetachedRows", "DetachedImages",
    )  # fmt: skip


@property_of("audit", "a layer that changes its input, in training or in evaluation, fails")
def the_input_is_compared(learner, rng):
    rejects(learner, rng, "InPlace", "InPlaceInEvaluation")


@property_of("audit", "a layer whose variance cancels on data far from zero fails")
def far_from_zero_is_compared(learner, rng):
    rejects(learner, rng, "Cancellation")


@property_of("audit", "a layer that gives another dtype, raises, or accepts one value, fails")
def dtype_and_exceptions_are_compared(learner, rng):
    rejects(
        learner, rng, "WideOutput", "OneValue", "OneRow", "OnePixel", "OtherError",
        "RaisesOnImages", "RaisesOnRows",
    )  # fmt: skip


@property_of("audit", "torch's random state, default dtype and gradient mode are as before")
def settings_are_left_alone(learner, rng):
    verdicts = accepts(learner, rng)
    names = "gradient mode", "default dtype", "random state"
    unchanged = [all(row[1][i] for name in RIGHT for row in verdicts[name]) for i in range(3)]
    rejects(learner, rng, "Identity", "NeverLearns")
    ((_, found),) = verdicts[audit_session.OTHER_SETTINGS]
    learner.noted({f"{i}": same for i, same in enumerate((*unchanged, *found[:2]))})
    for name, same in zip(names, unchanged, strict=True):
        if not same:
            raise MismatchError(f"torch's {name}", "is not what it was before the audit.")
    for name, same in zip(names[:2], found[:2], strict=True):
        if not same:
            given = "off" if name == "gradient mode" else "float64"
            raise MismatchError(f"torch's {name}, {given} before the audit,", "is another now.")
