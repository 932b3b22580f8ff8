"""The untrusted side: a warm process that forks one child per submission and does what it is asked.

Run, never imported, as `python -m bngrader.worker.forkserver FD TIER [DEVICE]`. It holds no tests
and no answers: a submission arrives as source text, and an input as the argument of a call.
"""

from __future__ import annotations

import builtins
import gc
import json
import linecache
import os
import random
import signal
import socket
import sys
import types
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from bnlab.kit.testing import remote_ops

from ..remote import wire
from ..sandbox.linux import libc
from ..sandbox.linux.confinement import Confinement
from . import forbidden_ops


def main() -> None:
    """Serves forks for ever: each message brings a socket and is answered with a child."""
    control = socket.socket(fileno=int(sys.argv[1]))
    package = Path(remote_ops.__file__).resolve().parents[2]
    device = sys.argv[3] if len(sys.argv) > 3 else "cpu"
    try:
        confinement = Confinement(sys.argv[2], package, Path.cwd(), device)
        confinement.setup_worker()
        warm_up(device)
        confinement.drop_privileges()
    except (OSError, RuntimeError) as error:
        wire.send(control, json.dumps({"problem": str(error)}).encode())
        return
    wire.send(control, json.dumps({"mechanisms": confinement.mechanisms}).encode())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children leave no zombies
    while True:
        message, fds, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            os._exit(0)  # nothing is to be tidied, and the next worker may be waiting
        pid = confinement.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sock = socket.socket(fileno=fds[0])
            control.detach()
            confinement.confine_child(sock.fileno())
            serve(sock, device)
            os._exit(0)
        os.close(fds[0])
        pidfd = os.pidfd_open(pid)
        socket.send_fds(control, [b"k"], [pidfd])
        os.close(pidfd)


def warm_up(device: str) -> None:
    """Pays torch's first-use costs once, before the fork: half of a small submission's time."""
    import scipy.stats  # noqa: F401  (half a second, once)
    import torch

    torch.set_num_threads(1)
    first_use("cpu")  # not of the device: nobody inherits a GPU
    x = torch.ones(2)
    torch.testing.assert_close(x, x)  # imports what it knows of distribution
    remote_ops.portable(torch.relu, [x], "")  # imports the other device
    forbidden_ops.prepare(device)
    gc.collect()
    gc.freeze()  # or the first collection in each child would copy every page it looks at
    libc.gather_pages()


def first_use(device: str) -> None:
    """A little of what every submission does."""
    import torch

    for dtype in (torch.float64, torch.float32):  # of float32, oneDNN asks what a processor can
        x = torch.ones(4, 3, 2, 2, dtype=dtype, device=device, requires_grad=True)
        conv = torch.nn.Conv2d(3, 3, 1, dtype=dtype, device=device)
        for tensor in (torch.relu(conv(x)), x.mean((0, 2, 3)).rsqrt()):
            tensor.backward(torch.ones_like(tensor))  # a given gradient imports sympy, once


def reseed() -> None:
    """Every request begins with the same dice: what is asked gives the same, whatever was asked
    before, and in a child that takes the place of one that died."""
    import numpy as np
    import torch

    random.seed(0)
    np.random.seed(0)
    torch.default_generator.manual_seed(0)
    if torch.cuda.is_initialized():
        torch.cuda.manual_seed_all(0)


def serve(sock: socket.socket, device: str) -> None:
    """Answers frames on one socket until it closes."""
    session = Session(device)
    with remote_ops.exact() if device != "cpu" else nullcontext():
        while True:
            try:
                request = wire.decode(wire.receive(sock))
            except wire.ConnectionClosedError:
                return
            wire.send(sock, session.answer(request))


class Session:
    """One learner's module, and the values it was asked to keep.

    Args:
        device: where its tensors and modules are; what comes back comes from the CPU.
    """

    def __init__(self, device: str = "cpu") -> None:
        self.device = device
        self.module: types.ModuleType | None = None
        self.filename = ""
        self.kept: list[Any] = []

    def answer(self, request: dict[str, Any]) -> bytes:
        """The reply to one request, whatever the learner's code does."""
        try:
            (forbidden_ops.refuse if request.get("watch") else forbidden_ops.allow)()
            reseed()
            value = getattr(self, f"do_{request['verb']}")(**request["with"])
            failure = None
        except BaseException as error:  # SystemExit and KeyboardInterrupt too: it is their code
            failure = error
        if names := forbidden_ops.noted():  # even where their code went on without it
            return wire.encode({"value": None, "native": names})
        if failure is not None:
            return self.refusal(failure)
        try:
            return wire.encode({"value": value, "native": []}, self.stand_in)
        except Exception as error:
            return self.refusal(TypeError(f"the result cannot be read: {error}"))

    def refusal(self, error: BaseException) -> bytes:
        """The reply that says what the learner's code raised."""
        known = remote_ops.learner_error(error, self.filename)
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
        value = self.placed(value)
        self.kept.append(value)
        return wire.Handle(len(self.kept) - 1, type(value).__name__)

    def lend(self, value: Any) -> Any:
        """Arguments as the learner's code gets them: handles become what they stand for."""
        if isinstance(value, wire.Handle):
            return self.kept[value.id]
        if isinstance(value, tuple | list):
            return type(value)(self.lend(each) for each in value)
        if isinstance(value, dict) and "module" in value:
            return self.placed(build(value))
        if isinstance(value, dict):
            return {key: self.lend(each) for key, each in value.items()}
        return self.placed(value)

    def placed(self, value: Any) -> Any:
        """A tensor or a module on the device; every one that learners' code is given is here."""
        return value if self.device == "cpu" else remote_ops.place(value, self.device)

    def do_begin(self) -> None:
        """What a GPU costs before its first result; no call of the learner's is to pay for it."""
        first_use(self.device)

    def do_load(self, unit: str, source: str) -> None:
        self.filename = f"bnlab/{unit}.py"
        # A traceback or inspect.getsource finds the text here: there is no such file.
        lines = source.splitlines(keepends=True)
        linecache.cache[self.filename] = (len(source), None, lines, self.filename)
        module = types.ModuleType(f"bnlab.{unit}")
        module.__file__ = self.filename
        sys.modules[module.__name__] = module
        exec(compile(source, self.filename, "exec"), module.__dict__)
        self.module = module

    def do_call(self, target: Any, args: Any, kwargs: Any) -> Any:
        return self.find(target)(*self.lend(args), **self.lend(kwargs))

    def do_gradients(self, target: Any, args: Any, upstream: Any) -> Any:
        return remote_ops.gradients(self.find(target), self.lend(args), self.lend(upstream))

    def do_portable(self, target: Any, args: Any) -> Any:
        everything = [self.find(target), *self.lend(args)]
        if self.device != "cpu":  # the other device is one that a processor plays
            everything = remote_ops.home(everything)
        return remote_ops.portable(everything[0], everything[1:], self.filename)

    def do_hold(self, value: Any) -> wire.Handle:
        return self.keep(self.lend(value))

    def do_define(self, source: str, name: str) -> wire.Handle:
        namespace: dict[str, Any] = {"__name__": "supplied"}
        exec(compile(source, "<supplied>", "exec"), namespace)
        return self.keep(namespace[name])

    def do_read(self, handle: wire.Handle, path: str) -> Any:
        return remote_ops.read(self.kept[handle.id], path)

    def do_fetch(self, handle: wire.Handle) -> Any:
        return self.kept[handle.id]

    def do_structure(self, handle: wire.Handle) -> Any:
        return remote_ops.structure(self.kept[handle.id])

    def find(self, target: Any) -> Any:
        """What a call aims at: a name in the module, a kept value, or a method of one."""
        if isinstance(target, str):
            return getattr(self.module, target)
        if isinstance(target, wire.Handle):
            return self.kept[target.id]
        handle, method = target
        return remote_ops.read(self.kept[handle.id], method)


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


if __name__ == "__main__":
    main()
