"""The escape probes: harmless tries to get out of a child, loaded there like a submission.

A probe returns a true value if it escaped; it returns a false value or raises if it did not. No
probe does damage, even without confinement.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket


def compute(device: str = "cpu") -> bool:
    """Return whether a child can do its work: no probe, but a check that the tier is usable."""
    import wave  # noqa: F401  (a module that nothing imported before the fork)

    import torch

    x = torch.arange(6.0, dtype=torch.float64).reshape(3, 2).to(device).requires_grad_()
    ((x - x.mean(0)) / x.std(0)).square().sum().backward()
    return x.grad is not None and x.grad.shape == x.shape and bool(x.grad.cpu().isfinite().all())


def device_problem(device: str) -> str:
    """Return torch's error if nothing can be computed on a device, else "": no probe either."""
    try:
        return "" if compute(device) else "its results are wrong"
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
        file.write("left by a probe")
    return True


def exists(path: str) -> bool:
    return os.path.exists(path)


def connect_tcp(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


def connect_unix(address: str) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(address)
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
    os.kill(pid, 0)  # signal 0 only checks the permission
    return True


def signal_by_file(pid: int) -> bool:
    """Make the kernel signal another process when bytes arrive, with F_SETOWN of fcntl(2)."""
    import fcntl

    reader, writer = os.pipe()
    f_setown, f_setsig = 8, 10
    fcntl.fcntl(reader, f_setown, pid)
    fcntl.fcntl(reader, f_setsig, int(signal.SIGURG))  # ignored by default
    os.close(reader)
    os.close(writer)
    return True


def trace(pid: int) -> bool:
    """Attach with PTRACE_SEIZE of ptrace(2), which does not stop the process."""
    return ctypes.CDLL(None).ptrace(0x4206, pid, None, None) == 0


def memory_of(pid: int, address: int, length: int) -> str:
    """Read the memory of another process with process_vm_readv(2)."""

    class IOVec(ctypes.Structure):
        _fields_ = (("start", ctypes.c_void_p), ("length", ctypes.c_size_t))

    buffer = ctypes.create_string_buffer(length)
    local, remote = IOVec(ctypes.addressof(buffer), length), IOVec(address, length)
    libc = ctypes.CDLL(None)
    count = libc.process_vm_readv(pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)
    return buffer.raw.decode("latin-1") if count == length else ""


def own_users() -> bool:
    """Create a user namespace with unshare(2): its capabilities reach more code of the kernel."""
    return ctypes.CDLL(None).unshare(0x10000000) == 0


def is_root() -> bool:
    return os.geteuid() == 0


def raise_limits() -> bool:
    import resource

    infinity = resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_AS, (infinity, infinity))
    return True
