"""Fakes of the processes of the grader, for tests of its logic in one process."""

import linecache
import sys
from contextlib import contextmanager, nullcontext

from bngrader.remote import wire
from bngrader.sandbox.sandbox import ChildDiedError
from bngrader.worker.session import Session


class FakeSandbox:
    """A sandbox without processes and confinement: a session in this process answers requests.

    Args:
        death: called with the number of a child, from 0, and each request to it; returns a
            DeathReason if the child dies of the request, else None.

    Attributes:
        children: how many children were taken.
    """

    tier = "none"

    def __init__(self, death=lambda number, request: None):
        self.death = death
        self.children = 0

    def exclusive_device(self):
        return nullcontext()

    def close(self):
        pass

    @contextmanager
    def child(self, budget=None):
        modules, lines = set(sys.modules), set(linecache.cache)
        replaced = {name: sys.modules[name] for name in modules if name.startswith("bnlab.")}
        self.children += 1
        child = FakeChild(self.children - 1, self.death)
        try:
            yield child
        finally:
            child.session.executor.close()
            for name in set(sys.modules) - modules:
                if name.startswith("bnlab."):
                    del sys.modules[name]
            sys.modules.update(replaced)
            for name in set(linecache.cache) - lines:
                del linecache.cache[name]


class FakeChild:
    """A child in this process. Requests and replies are encoded as for a real one."""

    def __init__(self, number=0, death=lambda number, request: None):
        self.number, self.death, self.reason = number, death, None
        self.session = Session()

    def ask(self, request):
        self.reason = self.reason or self.death(self.number, request)
        if self.reason:
            raise ChildDiedError(self.reason, self.reason.value)
        frame = wire.encode(request)
        return wire.decode(self.session.answer(wire.decode(frame)))


def dies_once(reason, operation="call", target=None):
    """A `death` of a FakeSandbox: the first child dies of its first request of this kind."""
    dead = []

    def death(number, request):
        asked = request["operation"], request["arguments"].get("target")
        if dead or asked[0] != operation or target not in (None, asked[1]):
            return None
        dead.append(number)
        return reason

    return death
