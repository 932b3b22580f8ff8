"""A property: one true sentence about a task, and the function that finds out whether it holds.

Hidden tests and public checks are both properties; only their inputs differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

from .assertions import LearnerError, MismatchError, Observation, collecting_notes, observing

Test = Callable[[Any, np.random.Generator], None]


@dataclass(frozen=True)
class Property:
    """A sentence about `task`, and `test(student, rng)` which raises where it is not so."""

    task: str
    sentence: str
    name: str
    test: Test = field(repr=False)


class NoResultError(Exception):
    """The student's side gave no answer that a test could judge; who runs the test knows why."""


@dataclass(frozen=True)
class Outcome:
    """What one property found.

    Attributes:
        failure: "" where it holds, else what was seen, safe to show to anybody.
        end: how it ended, in one word or two; equal for equal mistakes.
        observations: the results that were compared, up to the first that differs.
        error: the exception behind the failure, for the learner's own machine.
        remarks: what is worth saying although the property holds.
    """

    property: Property
    failure: str = ""
    end: str = "holds"
    observations: tuple[Observation, ...] = ()
    error: Exception | None = None
    remarks: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.end == "holds"


def property_of(task: str, sentence: str) -> Callable[[Test], Property]:
    """Makes a property of a function: `@shows("batch_moments", "the variance divides by N")`."""

    def make(test: Test) -> Property:
        return Property(task, sentence, test.__name__, test)

    return make


def properties(module: ModuleType) -> list[Property]:
    """The properties in a module, in the order they are written."""
    return [each for each in vars(module).values() if isinstance(each, Property)]


def run_property(each: Property, learner: Any, rng: np.random.Generator) -> Outcome:
    """The outcome of one property for one student's code, whatever that code gives back.

    A result that the test cannot even take apart is a failure like any other: a test that is
    itself at fault fails the solved module too, and is found there.
    """
    with observing() as seen, collecting_notes() as remarks:
        try:
            each.test(learner, rng)
        except MismatchError as error:
            return Outcome(each, str(error), f"differs {error.what}", tuple(seen), error)
        except LearnerError as error:
            end = f"raises {error.type_name}"
            return Outcome(each, in_words(error), end, tuple(seen), error)
        except NoResultError:
            raise
        except Exception as error:
            text = "gives back something of another kind than asked for."
            return Outcome(each, text, f"odd {type(error).__name__}", tuple(seen), error)
    return Outcome(each, observations=tuple(seen), remarks=tuple(remarks))


def in_words(error: LearnerError) -> str:
    """An exception without its text, which may quote hidden inputs."""
    if error.type_name == "NotImplementedError":
        return "is not written yet."
    where = f" at line {error.line} of your file" if error.line else ""
    article = "an" if error.type_name[:1] in "AEIOU" else "a"
    return f"raises {article} {error.type_name}{where}."
