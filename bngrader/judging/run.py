"""One submission under judgement: its child, what is asked of it, and what it comes to."""

from __future__ import annotations

import hashlib
import hmac
import threading
from contextlib import ExitStack

import numpy as np

from bnlab.kit.course import unit as find_unit
from bnlab.kit.testing.assertions import LearnerError
from bnlab.kit.testing.properties import Outcome, Property, run_property

from ..remote.proxy import ForbiddenOperationError, RemoteModule
from ..sandbox.sandbox import ChildDiedError, Sandbox


class Run:
    """One submission's child, replaced when it dies; a task on which it died is not tried again.

    Attributes:
        crashed: whether a child ended by itself.
    """

    def __init__(self, sandbox: Sandbox, test_lock: threading.Lock, unit: str, source: str):
        self._sandbox, self._test_lock, self._stem, self._source = sandbox, test_lock, unit, source
        self._watch = not find_unit(unit).allows_torch_norms
        self._held, self._child = ExitStack(), ExitStack()
        self._stopped: dict[str, Outcome] = {}
        self._broken: str = ""
        self.crashed = False

    def __enter__(self) -> Run:
        with ExitStack() as stack:
            # A device first: who has one may wait for the turn, but not the other way round.
            stack.enter_context(self._sandbox.exclusive_device())
            stack.callback(self._child.close)
            with self._test_lock:
                self._begin()
            self._held = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def _begin(self) -> None:
        """The submission in a child that knows nothing of any other."""
        self._fresh_child()
        self._load(self._source)

    def _fresh_child(self) -> None:
        self._child.close()
        child = self._child.enter_context(self._sandbox.child())
        self._module = RemoteModule(child, self._watch, self._test_lock)

    def load(self, source: str) -> None:
        """Puts another module in the place of the one that is there."""
        with self._test_lock:
            self._load(source)

    def _load(self, source: str) -> None:
        self._source, self._broken = source, ""
        try:
            try:
                self._module._load(self._stem, source, self._watch)
            except ForbiddenOperationError:
                # What runs at import may compare with torch's own. Refusing is the rule and giving
                # back the exception, for the way from one to the other is long.
                self._fresh_child()
                self._module._load(self._stem, source)
        except LearnerError as error:
            line = f" (line {error.line})" if error.line else ""
            self._broken = f"your file cannot be imported: {error.type_name}{line}."
        except ChildDiedError as gone:
            self._lost(gone)
            self._broken = f"your file cannot be imported: {gone.reason}."
        except ForbiddenOperationError as error:
            self._broken = (
                f"your file cannot be imported: it asks for torch's own {error.names[0]}."
            )

    def run_tests(self, tests: list[Property], key: bytes) -> list[Outcome]:
        """What the tests see on the inputs that are drawn from a key."""
        with self._test_lock:
            return [self._run_test(each, _inputs(key, each)) for each in tests]

    def _run_test(self, each: Property, rng: np.random.Generator) -> Outcome:
        if self._broken:
            return Outcome(each, self._broken, "broken")
        if each.task in self._stopped:
            before = self._stopped[each.task]
            return Outcome(each, before.failure, before.end)
        try:
            return run_property(each, self._module, rng)
        except ForbiddenOperationError as error:
            text = f"calls torch's own {error.names[0]} instead of computing it."
            return Outcome(each, text, "native")
        except ChildDiedError as gone:
            self._lost(gone)
            self._stopped[each.task] = Outcome(each, f"{gone.reason}.", f"stopped {gone.reason}")
            self._begin()
            return self._stopped[each.task]

    def _lost(self, gone: ChildDiedError) -> None:
        self.crashed = self.crashed or gone.reason.startswith("the process ended")


def _inputs(key: bytes, each: Property) -> np.random.Generator:
    seed = hmac.digest(key, f"{each.task}/{each.name}".encode(), hashlib.sha256)
    return np.random.default_rng(int.from_bytes(seed, "big"))
