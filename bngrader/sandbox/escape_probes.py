"""What a learner's code might try, to see whether it can; loaded in a child as any submission is.

Each function gives something true where it got out, and raises or gives something false where it
did not. None of them harms, even where nothing holds it back.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket


def compute(device: str = "cpu") -> bool:
    """Not an attempt: the work that a child is there for, with something imported late."""
    import wave  # noqa: F401  (nothing else imports it: Python's own folder can be read)

    import torch

    x = torch.arange(6.0, dtype=torch.float64).reshape(3, 2).to(device).requires_grad_()
    ((x - x.mean(0)) / x.std(0)).square().sum().backward()
    return x.grad is not None and x.grad.shape == x.shape and bool(x.grad.cpu().isfinite().all())


def trouble(device: str) -> str:
    """Not an attempt either: what torch says where nothing can be computed on a device, else ""."""
    try:
        return "" if compute(device) else "its numbers are wrong"
    except Exception as error:
        return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def read(path: str) -> str:
    with open(path, "rb") as file:
        return file.read(4096).decode("latin-1")


def listing(path: str) -> bool:
    return os.listdir(path) is not None


def append(path: str) -> bool:
    with open(path, "ab") as file:
        file.write(b"")
    return True


def create(path: str) -> bool:
    with open(path, "w") as file:
        file.write("left here")
    return True


def exists(path: str) -> bool:
    return os.path.exists(path)


def connect_tcp(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


def connect_unix(address: str) -> bool:
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(address)
    return True


def fork() -> bool:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return os.waitpid(pid, 0)[0] == pid


def run(program: str) -> bool:
    pid = os.posix_spawn(program, [program], {})
    return os.waitpid(pid, 0) == (pid, 0)


def signal_to(pid: int) -> bool:
    os.kill(pid, 0)  # asks only whether it could
    return True


def signal_by_file(pid: int) -> bool:
    """fcntl(2): the kernel signals a process of our choice when bytes arrive."""
    import fcntl

    reader, writer = os.pipe()
    f_setown, f_setsig = 8, 10
    fcntl.fcntl(reader, f_setown, pid)
    fcntl.fcntl(reader, f_setsig, int(signal.SIGURG))  # which is ignored by default
    os.close(reader)
    os.close(writer)
    return True


def trace(pid: int) -> bool:
    """ptrace(2), PTRACE_SEIZE: it does not stop the process, and ends with the tracer."""
    return ctypes.CDLL(None).ptrace(0x4206, pid, None, None) == 0


def memory_of(pid: int, address: int, length: int) -> str:
    """process_vm_readv(2)"""

    class Piece(ctypes.Structure):
        _fields_ = (("start", ctypes.c_void_p), ("length", ctypes.c_size_t))

    buffer = ctypes.create_string_buffer(length)
    here, there = Piece(ctypes.addressof(buffer), length), Piece(address, length)
    libc = ctypes.CDLL(None)
    count = libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    return buffer.raw.decode("latin-1") if count == length else ""


def own_users() -> bool:
    """unshare(2), CLONE_NEWUSER: the way to rights that the kernel has more faults behind."""
    return ctypes.CDLL(None).unshare(0x10000000) == 0


def is_root() -> bool:
    return os.geteuid() == 0


def raise_limits() -> bool:
    import resource

    infinity = resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_AS, (infinity, infinity))
    return True
