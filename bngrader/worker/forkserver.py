"""The fork server: a warm process that forks a confined child for each submission.

Theory of operation
===================

The judge process starts `python -m bngrader.worker FD TIER [DEVICE [LIBRARY]]`, where FD is one end
of a socket pair, the control connection. LIBRARY is "torch", or "numpy" for a worker that never
imports torch and whose children find no library but NumPy: the units written in NumPy run there.
The program holds no tests and no solutions: a submission arrives as source text, and an input as
the argument of a call.

Processes:

    judge process ── control connection ── fork server ── child, child, ...
          └──────────── a socket pair for each child ──────┘

In the tier `namespaces` one more process waits between judge process and fork server: the fork
server has to be the first process of its PID namespace, and the process that created the namespace
cannot enter it. It exits with the status of the fork server.

Start, in this order:

1. `Confinement.setup_worker`: namespaces and a root file system of its own, while the process has
   one thread and has imported neither torch nor any code of others.
2. `warm_up`: import the library and pay its first-use costs, replace the kernels of the forbidden
   operations, and freeze the heap, so that children share its pages.
3. `Confinement.drop_privileges`: give up root and all capabilities. Nothing needs them any more.
4. One frame of JSON to the judge process: {"mechanisms": [...]} or {"problem": text}.

A child, for each message on the control connection, which brings one end of a socket pair:

1. The fork server forks. With namespaces, the child is the first process of a PID namespace, so
   its end ends every process in it.
2. The fork server answers with a pidfd of the child, by which the judge process ends it.
3. In the child, `Confinement.confine_child`: close other descriptors, new namespaces, resource
   limits, no capabilities, Landlock, and last the seccomp filter, which would forbid the steps
   before it.
4. If the message is `d`, the child initialises the device and sends one frame, the problem or "".
   A CUDA context does not survive a fork, so this cannot happen earlier.
5. `session.serve`: requests and replies, until the judge process ends the child.

The fork server ends when the control connection closes; every child ends with the fork server.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
from pathlib import Path

from bnlab.kit.testing import remote_ops, torch_ops

from ..remote import framing, wire
from ..sandbox.linux import libc
from ..sandbox.linux.confinement import Confinement
from . import forbidden_ops, kit_access, libraries, native_access
from .session import reseed, reseed_numpy, serve


def main() -> None:
    """Serve forks until the control connection closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    package = Path(remote_ops.__file__).resolve().parents[2]
    device, library = (*sys.argv[3:], *("cpu", "torch")[len(sys.argv) - 3 :])
    numpy = library == libraries.NUMPY
    only = libraries.FOLDERS if numpy else ()
    unread = (*kit_access.FILES, *(() if numpy else native_access.REFERENCES))
    try:
        confinement = Confinement(sys.argv[2], package, Path.cwd(), device, only, unread)
        confinement.setup_worker()
        warm_up(device, library)
        confinement.drop_privileges()
    except (OSError, RuntimeError) as error:
        framing.send(control, json.dumps({"problem": str(error)}).encode())
        return
    framing.send(control, json.dumps({"mechanisms": confinement.mechanisms}).encode())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children leave no zombies
    while True:
        message, fds, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            os._exit(0)  # without cleaning up, because the next worker may be waiting
        pid = confinement.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sock = socket.socket(fileno=fds[0])
            control.detach()
            confinement.confine_child(sock.fileno())
            if message == b"d":
                framing.send(sock, wire.encode(_initialise(device)))
            serve(sock, device, library)
            os._exit(0)
        os.close(fds[0])
        pidfd = os.pidfd_open(pid)
        socket.send_fds(control, [b"k"], [pidfd])
        os.close(pidfd)


def warm_up(device: str, library: str) -> None:
    """Pay the first-use costs of the library before the fork."""
    if library == libraries.NUMPY:
        use_numpy()
        libraries.refuse_other_libraries()
    else:
        _warm_up_torch(device)
    kit_access.close()
    gc.collect()
    gc.freeze()  # else the first collection in each child would copy every page it visits
    libc.gather_pages()


def use_numpy() -> None:
    """Do a little of what every submission in NumPy does."""
    import numpy as np
    import numpy.fft  # parts of NumPy that it imports when they are first used
    import numpy.linalg
    import numpy.random

    reseed_numpy()

    for dtype in (np.float64, np.float32):
        x = np.ones((4, 3), dtype)
        np.linalg.norm(np.sqrt(x.var(axis=0)) + np.einsum("nd,nd->d", x, x) + np.dot(x.T, x).sum())


def _warm_up_torch(device: str) -> None:
    """Pay torch's first-use costs: half the time of a small submission."""
    import scipy.stats  # noqa: F401  (half a second)
    import torch

    torch.set_num_threads(1)
    # Not on a GPU, whose context a fork cannot inherit. With a GPU in sight, autograd starts a
    # thread for it at the first backward pass on the CPU, too, which a fork would lose.
    use_torch("cpu", backward=device == "cpu")
    x = torch.ones(2)
    torch.testing.assert_close(x, x)  # imports torch.distributed
    with torch.no_grad():
        torch_ops.portable(torch.relu, [x], "")  # imports the fake device
    forbidden_ops.prepare(device)


def use_torch(device: str, backward: bool = True) -> None:
    """Do a little of what every submission does."""
    import torch

    for dtype in (torch.float64, torch.float32):  # for float32, oneDNN examines the CPU
        x = torch.ones(4, 3, 2, 2, dtype=dtype, device=device, requires_grad=True)
        conv = torch.nn.Conv2d(3, 3, 1, dtype=dtype, device=device)
        for tensor in (torch.relu(conv(x)), x.mean((0, 2, 3)).rsqrt()):
            if backward:  # with a given gradient, torch imports sympy
                tensor.backward(torch.ones_like(tensor))


def _initialise(device: str) -> str:
    """Return why nothing can be computed on the device, "" if it works."""
    try:
        use_torch(device)
        reseed()  # torch counts the GPUs with ctypes once, which a child may not use later
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:500]
    return ""
