"""The untrusted side: a warm process that forks one child per submission and does what it is asked.

Run, never imported, as `python worker.py FD`. It holds no tests and no answers: it learns of a
submission when its source text arrives, and of an input when it is called with it.
"""

from __future__ import annotations

import builtins
import linecache
import os
import resource
import signal
import socket
import sys
import types
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import wire

from bnlab.kit import verbs

MEMORY_BUDGET = 2 * 2**30
CPU_SECONDS = 120
NATIVE = (
    "batch_norm", "layer_norm", "group_norm", "instance_norm", "native_norm", "cudnn_norm",
)  # fmt: skip


def main() -> None:
    """Serves forks for ever: each message brings a socket and is answered with a child."""
    control = socket.socket(fileno=int(sys.argv[1]))
    warm_up()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children leave no zombies
    while True:
        message, fds, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            confine()
            serve(socket.socket(fileno=fds[0]))
            os._exit(0)
        os.close(fds[0])
        pidfd = os.pidfd_open(pid)
        socket.send_fds(control, [b"k"], [pidfd])
        os.close(pidfd)


def warm_up() -> None:
    """Pays torch's first-use costs once, before the fork: half of a small submission's time."""
    import scipy.stats  # noqa: F401  (half a second, once)
    import torch

    torch.set_num_threads(1)
    x = torch.ones(4, 3, 2, 2, dtype=torch.float64, requires_grad=True)
    conv = torch.nn.Conv2d(3, 3, 1, dtype=torch.float64)
    for tensor in (torch.relu(conv(x)), x.float().mean((0, 2, 3)).rsqrt()):
        tensor.sum().backward()
    with NativeWatch():
        torch.square(x.detach()).sum()


def confine() -> None:
    """Limits on memory, processor time, file size and core dumps of one child."""
    os.setsid()
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for limit, value in (
        (resource.RLIMIT_AS, used + MEMORY_BUDGET),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 2**20),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def serve(sock: socket.socket) -> None:
    """Answers frames on one socket until it closes."""
    session = Session()
    while True:
        try:
            request = wire.decode(wire.receive(sock))
        except wire.Closed:
            return
        wire.send(sock, session.answer(request))


class Session:
    """One learner's module, and the values it was asked to keep."""

    def __init__(self) -> None:
        self.module: types.ModuleType | None = None
        self.filename = ""
        self.kept: list[Any] = []

    def answer(self, request: dict[str, Any]) -> bytes:
        """The reply to one request, whatever the learner's code does."""
        try:
            with NativeWatch() if request.get("watch") else Unwatched() as watch:
                value = getattr(self, f"do_{request['verb']}")(**request["with"])
        except BaseException as error:  # SystemExit and KeyboardInterrupt too: it is their code
            return self.refusal(error)
        try:
            reply = {"value": value, "native": sorted(watch.seen)[:8]}
            return wire.encode(reply, self.stand_in)
        except Exception as error:
            return self.refusal(TypeError(f"the result cannot be read: {error}"))

    def refusal(self, error: BaseException) -> bytes:
        """The reply that says what the learner's code raised."""
        known = verbs.learner_error(error, self.filename)
        # A learner's own exception class could carry data in its name.
        named = known.type_name if hasattr(builtins, known.type_name) else "Exception"
        return wire.encode({"error": [named, known.message, known.line]})

    def stand_in(self, value: Any) -> Any:
        """What crosses in place of a value that cannot: a handle for a module, else its class."""
        if callable(value):
            return self.keep(value)
        if isinstance(value, tuple | list):
            return list(value)
        return wire.Opaque(type(value).__name__)

    def keep(self, value: Any) -> wire.Handle:
        """The handle of `value`; the same object has the same handle."""
        for index, each in enumerate(self.kept):
            if each is value:
                return wire.Handle(index, type(value).__name__)
        self.kept.append(value)
        return wire.Handle(len(self.kept) - 1, type(value).__name__)

    def lend(self, value: Any) -> Any:
        """Arguments as the learner's code gets them: handles become what they stand for."""
        if isinstance(value, wire.Handle):
            return self.kept[value.id]
        if isinstance(value, tuple | list):
            return type(value)(self.lend(each) for each in value)
        if isinstance(value, dict) and "module" in value:
            return build(value)
        if isinstance(value, dict):
            return {key: self.lend(each) for key, each in value.items()}
        return value

    def do_load(self, stem: str, source: str) -> None:
        self.filename = f"bnlab/{stem}.py"
        # A traceback or inspect.getsource finds the text here: there is no such file.
        lines = source.splitlines(keepends=True)
        linecache.cache[self.filename] = (len(source), None, lines, self.filename)
        module = types.ModuleType(f"bnlab.{stem}")
        module.__file__ = self.filename
        sys.modules[module.__name__] = module
        exec(compile(source, self.filename, "exec"), module.__dict__)
        self.module = module

    def do_call(self, target: Any, args: Any, kwargs: Any) -> Any:
        return self.find(target)(*self.lend(args), **self.lend(kwargs))

    def do_gradients(self, target: Any, args: Any, upstream: Any) -> Any:
        return verbs.gradients(self.find(target), self.lend(args), upstream)

    def do_hold(self, value: Any) -> wire.Handle:
        return self.keep(self.lend(value))

    def do_define(self, source: str, name: str) -> wire.Handle:
        namespace: dict[str, Any] = {"__name__": "supplied"}
        exec(compile(source, "<supplied>", "exec"), namespace)
        return self.keep(namespace[name])

    def do_read(self, handle: wire.Handle, path: str) -> Any:
        return verbs.read(self.kept[handle.id], path)

    def do_fetch(self, handle: wire.Handle) -> Any:
        return self.kept[handle.id]

    def do_structure(self, handle: wire.Handle) -> Any:
        return verbs.structure(self.kept[handle.id])

    def find(self, target: Any) -> Any:
        """What a call aims at: a name in the module, a kept value, or a method of one."""
        if isinstance(target, str):
            return getattr(self.module, target)
        if isinstance(target, wire.Handle):
            return self.kept[target.id]
        handle, method = target
        return verbs.read(self.kept[handle.id], method)


def build(spec: dict[str, Any]) -> Any:
    """A torch module from its description: class, arguments, children, state, mode."""
    import torch

    if spec["module"] == "Sequential":
        module = torch.nn.Sequential(*(build(child) for child in spec["children"]))
    else:
        module = getattr(torch.nn, spec["module"])(**spec["arguments"])
        dtypes = {v.dtype for v in spec["state"].values() if v.is_floating_point()}
        module = module.to(*dtypes)
        module.load_state_dict(spec["state"])
        for name, trained in spec["trained"].items():
            module.get_parameter(name).requires_grad_(trained)
    module.training = spec["training"]  # of this module alone: its children have their own
    return module


class Unwatched:
    """Stands where `NativeWatch` would, for stems whose subject is whole models."""

    seen: frozenset[str] = frozenset()

    def __enter__(self) -> Unwatched:
        return self

    def __exit__(self, *_: object) -> None: ...


def NativeWatch() -> Any:  # noqa: N802
    """Notes every call of torch's own normalizations, however it was reached."""
    from torch.utils._python_dispatch import TorchDispatchMode

    class Watch(TorchDispatchMode):
        def __init__(self) -> None:
            super().__init__()
            self.seen: set[str] = set()

        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            name = func.__name__.partition(".")[0]
            if any(native in name for native in NATIVE):
                self.seen.add(name)
            return func(*args, **(kwargs or {}))

    return Watch()


if __name__ == "__main__":
    main()
