"""Properties: true sentences about a task, each with the function that tests it.

Hidden tests and public checks are properties; only their inputs differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from types import ModuleType
from typing import Any

import numpy as np

from .assertions import LearnerError, MismatchError, collecting_notes, going_on
from .recorder import Call, Recorder
from .settings import kept_torch_generator

Test = Callable[[Any, np.random.Generator], None]


@dataclass(frozen=True)
class Property:
    """A sentence about `task`, and `test(learner, rng)`, which raises if the sentence is false."""

    task: str
    sentence: str
    name: str
    test: Test = field(repr=False)


class NoResultError(Exception):
    """The base of errors for a test without a result; whoever runs the test knows the reason."""


class End(Enum):
    """How the test of a property ended; `Outcome.detail` says more."""

    PASSED = "passed"
    MISMATCH = "mismatch"
    """A result differs from the expected value; the detail is the name of the result."""
    RAISED = "raised"
    """The learner's code raised; the detail is the nearest exception class of Python."""
    UNUSABLE = "unusable"
    """The test cannot handle the result; the detail is the class of the test's own exception."""
    NOT_LOADED = "not loaded"
    """The module cannot be imported."""
    FORBIDDEN = "forbidden"
    """The learner's code called a forbidden operation."""
    DIED = "died"
    """The child ended; the detail is the reason."""


@dataclass(frozen=True)
class Outcome:
    """The outcome of one property for one learner's module.

    Attributes:
        failure: what was seen, in words that may be shown to anybody; "" if it holds.
        end, detail: how the test ended; equal for equal mistakes.
        error: the exception behind the failure, for the learner's own machine.
        remarks: notes on correct code.
        calls: what the learner's code did, if the test was recorded.
    """

    property: Property
    failure: str = ""
    end: End = End.PASSED
    detail: str = ""
    error: Exception | None = None
    remarks: tuple[str, ...] = ()
    calls: tuple[Call, ...] = field(default=(), repr=False)

    @property
    def passed(self) -> bool:
        """Whether the property holds."""
        return self.end is End.PASSED

    @property
    def unwritten(self) -> bool:
        """Whether the task is not written yet: the skeleton raises NotImplementedError."""
        return self.end is End.RAISED and self.detail == NotImplementedError.__name__


def property_of(task: str, sentence: str) -> Callable[[Test], Property]:
    """Make a property of a function.

    Example: `@property_of("batch_moments", "the variance divides by N")`
    """

    def make(test: Test) -> Property:
        return Property(task, sentence, test.__name__, test)

    return make


def properties(module: ModuleType) -> list[Property]:
    """Return the properties in a module, in the order in which they are written."""
    return [each for each in vars(module).values() if isinstance(each, Property)]


def run_property(each: Property, learner: Any, rng: np.random.Generator) -> Outcome:
    """Return the outcome of one property for one learner's module.

    If the test cannot handle a result, that counts as a failure of the learner. A test with a bug
    of its own fails the reference too and is found there.

    Args:
        each: the property.
        learner: a `LearnerModule`.
        rng: the source of the inputs.

    Raises:
        NoResultError: if the learner's side gave no result to judge.
    """
    with collecting_notes() as notes:
        try:
            each.test(learner, rng)
        except MismatchError as error:
            return Outcome(each, str(error), End.MISMATCH, error.what, error=error)
        except LearnerError as error:
            text = in_words(error)
            return Outcome(each, text, End.RAISED, error.bases[0], error=error)
        except NoResultError:
            raise
        except Exception as error:
            text = "gives back something of another kind than asked for."
            return Outcome(each, text, End.UNUSABLE, type(error).__name__, error=error)
    return Outcome(each, remarks=tuple(notes))


def record_property(each: Property, learner: Recorder, rng: np.random.Generator) -> Outcome:
    """Return the outcome of one property, with the calls of the test, which goes on to its end.

    The outcome is that of `run_property`: the first mismatch decides.

    Args:
        each: the property.
        learner: a recorder that has no calls yet.
        rng: the source of the inputs.

    Raises:
        NoResultError: if the learner's side gave no result to judge.
    """
    with going_on() as mismatches, kept_torch_generator():
        found = run_property(each, learner, rng)
    if mismatches:
        first = mismatches[0]
        found = Outcome(each, str(first), End.MISMATCH, first.what, error=first)
    return replace(found, calls=tuple(learner.calls))


def in_words(error: LearnerError) -> str:
    """Describe an exception without its text, which may quote hidden inputs."""
    if error.type_name == NotImplementedError.__name__:
        return "is not written yet."
    where = f" at line {error.line} of your file" if error.line else ""
    article = "an" if error.type_name[:1] in "AEIOU" else "a"
    return f"raises {article} {error.type_name}{where}."
