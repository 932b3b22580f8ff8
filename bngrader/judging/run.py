"""One submission under judgement: its child, and the hidden tests run against it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import Any

import numpy as np

from bnlab.kit.course import unit as find_unit
from bnlab.kit.testing.assertions import MismatchError
from bnlab.kit.testing.learner_error import LearnerError
from bnlab.kit.testing.learner_module import Handle, LearnerModule
from bnlab.kit.testing.properties import (
    End,
    NoResultError,
    Outcome,
    Property,
    record_property,
    run_property,
)
from bnlab.kit.testing.recorder import Recorder
from bnlab.kit.testing.values import dtype_name, is_array, kind

from ..core import solutions
from ..remote import wire
from ..remote.proxy import ForbiddenOperationError, RemoteModule, load_module
from ..sandbox.sandbox import Budget, ChildDiedError, DeathReason, Sandbox
from .lock import JudgeLock

ONLY_NUMPY = (
    " This unit is written in NumPy: a module may import NumPy, Python's own library and the units "
    "before it."
)

WATCH = """
def watch(*names):
    called = set()
    for name in names:
        def watched(*args, _name=name, _function=getattr(module, name), **kwargs):
            called.add(_name)
            return _function(*args, **kwargs)
        setattr(module, name, watched)
    return lambda: list(called)
"""
"""What a child executes to note which functions of the learner's module are called.

The learner's code could forge the note, which decides no mark.
"""

MAX_KEPT_BYTES = 2**18
"""The size of the largest result that is kept for the diagnosis: fourteen times the largest one of
the reference."""


class Run:
    """The child of one submission. Use as a context manager.

    A child that dies is replaced, and the task on which it died is not tried again. When the time
    of the submission is over, nothing is tried again.

    Args:
        sandbox: gives the children.
        lock: the lock of the judge.
        unit, source: the submission.
        budget: the time that is left for it, over all its runs; None for that of one run.

    Attributes:
        crashed: whether a child ended by itself.
        called: those of the watched functions that the last tests called.
        over: why the submission has no time left; "" while it has.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        lock: JudgeLock,
        unit: str,
        source: str,
        budget: Budget | None = None,
    ):
        self._sandbox, self._lock, self._unit, self._source = sandbox, lock, unit, source
        self._budget = budget
        self._refuse_norms = not find_unit(unit).allows_torch_norms
        self._resources, self._child = ExitStack(), ExitStack()
        self._module: RemoteModule | None = None
        self._died_on: dict[str, Outcome] = {}
        self._not_loaded = ""
        self.crashed, self.over = False, ""
        self.called: tuple[str, ...] = ()

    def __enter__(self) -> Run:
        with ExitStack() as stack:
            stack.enter_context(self._sandbox.exclusive_device())  # before the test lock
            stack.callback(self._child.close)
            with self._lock:
                self._start()
            self._resources = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._resources.close()

    def load(self, source: str) -> None:
        """Load another module into the child, or into a fresh one if it has crashed."""
        with self._lock:
            load = self._start if self.crashed else self._load
            self._source, self.crashed, self._died_on = source, False, {}
            load()

    def run_tests(self, tests: list[Property], key: bytes) -> list[Outcome]:
        """Return the outcomes of hidden tests, whose inputs are drawn from a key."""
        with self._lock:
            return [self._run_test(each, _inputs(key, each), run_property) for each in tests]

    def record_tests(
        self,
        tests: list[Property],
        key: bytes,
        change: Callable[[Any], Any] | None = None,
        watched: Sequence[str] = (),
    ) -> list[Outcome]:
        """Return the same with the calls of each test, which goes on to its end.

        Args:
            change: applied to the arguments of each call.
            watched: functions of the learner's module; `called` tells which of them were called.
        """

        def record(each: Property, module: LearnerModule, rng: np.random.Generator) -> Outcome:
            return record_property(each, Recorder(module, change, keep=_small), rng)

        with self._lock:
            note = self._watch(watched)
            outcomes = [self._run_test(each, _inputs(key, each), record) for each in tests]
            self.called = _called(note, watched)
            return outcomes

    def _watch(self, names: Sequence[str]) -> Any:
        if not names or self._module is None or self._not_loaded or self.over:
            return None
        with suppress(LearnerError, NoResultError):
            watch: Any = self._module.define(WATCH, "watch")
            return watch(*names) if isinstance(watch, Handle) else None  # a reply may be forged
        return None

    def _start(self) -> None:
        """Load the submission into a fresh child."""
        self._replace_child()
        self._load()

    def _replace_child(self) -> None:
        self._child.close()
        child = self._child.enter_context(self._sandbox.child(self._budget))
        self._channel = self._lock.releasing(child)

    def _load(self) -> None:
        self._not_loaded = ""
        try:
            try:
                self._module = self._loaded()
            except ForbiddenOperationError:
                # The import may compare with torch's normalizations. Refusing them first is the
                # fast way: kernels that were restored take long to replace.
                self._replace_child()
                self._module = self._loaded(allow_norms_at_import=True)
            except LearnerError as error:
                if not self._about_imports(error):
                    raise
                # A file that imports another library loses only the tasks that use it. Refusing
                # the import first is for files that do without the library.
                self._replace_child()
                try:
                    self._module = self._loaded(placeholders=True)
                except LearnerError:
                    raise error from None
        except ForbiddenOperationError as error:
            name = error.names[0]
            self._not_loaded = f"your file cannot be imported: it asks for torch's own {name}."
        except LearnerError as error:
            line = f" (line {error.line})" if error.line else ""
            self._not_loaded = f"your file cannot be imported: {error.type_name}{line}."
            self._not_loaded += self._about_imports(error)
        except ChildDiedError as error:
            self._note_death(error)
            self._not_loaded = f"your file cannot be imported: {error}."

    def _loaded(
        self, allow_norms_at_import: bool = False, placeholders: bool = False
    ) -> RemoteModule:
        return load_module(
            self._channel,
            self._unit,
            self._source,
            solutions.earlier(self._unit),
            refuse_norms=self._refuse_norms,
            allow_norms_at_import=allow_norms_at_import,
            placeholders=placeholders,
        )

    def _run_test(
        self,
        each: Property,
        rng: np.random.Generator,
        perform: Callable[[Property, Any, np.random.Generator], Outcome],
    ) -> Outcome:
        if self.over:
            return Outcome(each, self.over, End.DIED, DeathReason.SUBMISSION_DEADLINE.name)
        if self._not_loaded:
            return Outcome(each, self._not_loaded, End.NOT_LOADED)
        if each.task in self._died_on:
            before = self._died_on[each.task]
            return Outcome(each, before.failure, before.end, before.detail)
        try:
            found = _slim(perform(each, self._module, rng))
            return replace(found, failure=found.failure + self._about_imports(found.error))
        except ForbiddenOperationError as error:
            text = f"calls torch's own {error.names[0]} instead of computing it."
            return Outcome(each, text, End.FORBIDDEN)
        except ChildDiedError as error:
            self._note_death(error)
            self._died_on[each.task] = Outcome(each, f"{error}.", End.DIED, error.reason.name)
            if not self.over:
                self._start()
            return self._died_on[each.task]

    def _about_imports(self, error: Exception | None) -> str:
        """Return what an ImportError in a unit written in NumPy is due to, in a sentence."""
        of_import = isinstance(error, LearnerError) and error.is_a(ImportError.__name__)
        return ONLY_NUMPY if of_import and find_unit(self._unit).library == "numpy" else ""

    def _note_death(self, error: ChildDiedError) -> None:
        if error.reason is DeathReason.SUBMISSION_DEADLINE:
            self.over = f"{error}."
        self.crashed = self.crashed or error.reason is DeathReason.ENDED


def _called(note: Any, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names that a child has noted, which may be anything."""
    called: Any = None
    if isinstance(note, Handle):
        with suppress(LearnerError, NoResultError):
            called = note()
    return tuple(each for each in names if isinstance(called, list) and each in called)


def _slim(outcome: Outcome) -> Outcome:
    """Drop large results of an outcome, which a judge process would keep by the hundred."""
    if isinstance(outcome.error, MismatchError):
        outcome.error.got = outcome.error.want = None
    if outcome.error is not None:  # its traceback holds the frames of the test
        outcome.error.__traceback__ = outcome.error.__context__ = outcome.error.__cause__ = None
    return outcome


def _small(value: Any) -> Any:
    """Return a result, and only its kind if it is larger than any result of the course."""
    if _size(value) <= MAX_KEPT_BYTES:
        return value
    dtype = dtype_name(value) if is_array(value) else ""
    return wire.Opaque(f"large {kind(value)}", dtype)


def _size(value: Any) -> int:
    """Return about how many bytes a result takes."""
    if isinstance(value, tuple | list):
        return 8 + sum(map(_size, value))
    if isinstance(value, dict):
        return 8 + sum(len(key) + _size(each) for key, each in value.items())
    if isinstance(value, str):
        return len(value)
    return int(value.nbytes) if is_array(value) else 8


def _inputs(key: bytes, each: Property) -> np.random.Generator:
    seed = hmac.digest(key, f"{each.task}/{each.name}".encode(), hashlib.sha256)
    return np.random.default_rng(int.from_bytes(seed, "big"))
