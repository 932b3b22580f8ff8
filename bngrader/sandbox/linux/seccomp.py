"""The filter on system calls: a call that is not on the list fails with EPERM (seccomp(2)).

https://docs.kernel.org/userspace-api/seccomp_filter.html, Linux 3.17

The filter, a program in classic BPF, is hand-written because the Python binding of libseccomp had
its last release in 2021 and needs a system library that slim images lack.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable

from . import gpu_devices as graphics
from . import libc, syscalls

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # linux/audit.h
_X32 = 0x40000000  # a bit of the calls of the x32 ABI, whose numbers mean other calls

_ALLOW, _KILL_PROCESS = 0x7FFF0000, 0x80000000
_ERRNO = 0x00050000

# linux/bpf_common.h: load a word; jump if equal, if at least, if any bit is set; and; return.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _KEEP, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06

# Offsets in struct seccomp_data: number, architecture, six arguments of 64 bits.
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16

_CLONE_THREAD = 0x00010000
_OPEN_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
# asm-generic/ioctls.h: TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX.
_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# Duplicating, flags, locks. Not F_SETOWN and F_SETSIG, which can signal any other process.
_FCNTLS = (0, 1, 2, 3, 4, 5, 6, 7, 1030)
_PRCTLS = (15, 16)  # PR_SET_NAME, PR_GET_NAME


def program(writing: bool, architecture: str | None = None, gpu: bool = False) -> bytes:
    """Return the filter for a child.

    Args:
        writing: whether it may open files for writing; mounts or Landlock decide which ones.
        architecture: the machine, this one by default.
        gpu: whether it computes on a GPU, which needs a few more calls and the driver's ioctls.

    Raises:
        OSError: for an architecture whose system calls are not listed in `syscalls.py`.
    """
    machine = architecture or platform.machine()
    if machine not in syscalls.ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"seccomp: machine is {machine}, expected x86_64 or aarch64")
    free = syscalls.MEMORY | syscalls.FILES | syscalls.TIME | syscalls.ITSELF | syscalls.THREADS
    if writing:
        free |= syscalls.OPENING | syscalls.WRITING
    free |= graphics.SYSCALLS if gpu else {}
    code = _prologue(machine)
    for name in free:
        code += _call(name, machine, _return(_ALLOW))
    if not writing:
        code += _call("openat", machine, _unless_bits(2, _OPEN_TO_WRITE))
        code += _call("open", machine, _unless_bits(1, _OPEN_TO_WRITE))
    code += _call("clone", machine, _if_bits(0, _CLONE_THREAD))
    code += _call("clone3", machine, _return(_ERRNO | errno.ENOSYS))  # libc then calls clone
    driver = _if_of_the_driver(1) if gpu else []
    code += _call("ioctl", machine, driver + _if_one_of(1, _IOCTLS))
    code += _call("socket", machine, _if_socket(*graphics.SOCKET_KIND)) if gpu else []
    code += _call("fcntl", machine, _if_one_of(1, _FCNTLS))
    code += _call("prctl", machine, _if_one_of(0, _PRCTLS))
    for name in syscalls.OF_ITSELF:
        code += _call(name, machine, _if_one_of(0, [0]))
    code += _call("getpriority", machine, _if_one_of(1, [0]))
    code += _call("prlimit64", machine, _unless_other(0) + _if_null(2))
    return b"".join([*code, *_return(_ERRNO | errno.EPERM)])


def install(filter_program: bytes) -> None:
    """Apply the filter to this process and all its children. Needs `no_new_privs`."""
    buffer = ctypes.create_string_buffer(filter_program, len(filter_program))
    # struct sock_fprog: a count and a pointer, with the padding of C.
    fprog = struct.pack("@HP", len(filter_program) // 8, ctypes.addressof(buffer))
    libc.syscall("seccomp", _SECCOMP[platform.machine()], 1, 0, fprog)


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    """Return one instruction, a struct sock_filter; `yes` and `no` are jump offsets."""
    return struct.pack("<HBBI", code, yes, no, value)


def _return(action: int) -> list[bytes]:
    return [_step(_RETURN, action)]


def _prologue(machine: str) -> list[bytes]:
    """Kill the process on a call of another architecture; then load the number of the call."""
    steps = [_step(_LOAD, _ARCHITECTURE), _step(_EQUAL, _AUDIT_ARCH[machine], 1, 0)]
    steps += [*_return(_KILL_PROCESS), _step(_LOAD, _NUMBER)]
    if machine == "x86_64":
        steps += [_step(_AT_LEAST, _X32, 0, 1), *_return(_ERRNO | errno.EPERM)]
    return steps


def _call(name: str, machine: str, body: list[bytes]) -> list[bytes]:
    """Return steps that run `body`, which ends the filter, if the call has this name."""
    number = syscalls.number(name, machine)
    return [] if number is None else [_step(_EQUAL, number, 0, len(body)), *body]


def _load_argument(index: int, high: bool = False) -> bytes:
    return _step(_LOAD, _ARGUMENTS + 8 * index + 4 * high)  # both machines are little-endian


def _if_bits(index: int, bits: int) -> list[bytes]:
    deny, allow = _return(_ERRNO | errno.EPERM), _return(_ALLOW)
    return [_load_argument(index), _step(_ANY_BIT, bits, 0, 1), *allow, *deny]


def _unless_bits(index: int, bits: int) -> list[bytes]:
    deny, allow = _return(_ERRNO | errno.EPERM), _return(_ALLOW)
    return [_load_argument(index), _step(_ANY_BIT, bits, 0, 1), *deny, *allow]


def _if_one_of(index: int, values: Iterable[int]) -> list[bytes]:
    steps = [_load_argument(index)]
    for value in values:
        steps += [_step(_EQUAL, value, 0, 1), *_return(_ALLOW)]
    return steps + _return(_ERRNO | errno.EPERM)


def _if_of_the_driver(index: int) -> list[bytes]:
    """Allow an ioctl of a GPU driver; the steps that follow decide on any other."""
    steps = [_load_argument(index)]
    for value in graphics.UVM_START:
        steps += [_step(_EQUAL, value, 0, 1), *_return(_ALLOW)]
    steps += [_step(_AT_LEAST, graphics.UVM_LAST + 1, 1, 0), *_return(_ALLOW)]
    # _IOC_TYPE, the second byte of the number: asm-generic/ioctl.h
    steps += [_step(_KEEP, 0xFF00), _step(_EQUAL, graphics.IOCTL_MAGIC << 8, 0, 1)]
    return steps + _return(_ALLOW)


def _if_socket(family: int, kind: int) -> list[bytes]:
    """Allow socket(2) of one family and kind, with any flags."""
    deny, allow = _return(_ERRNO | errno.EPERM), _return(_ALLOW)
    steps = [_load_argument(0), _step(_EQUAL, family, 1, 0), *deny]
    return [*steps, _load_argument(1), _step(_KEEP, 0xFF), _step(_EQUAL, kind, 0, 1), *allow, *deny]


def _unless_other(index: int) -> list[bytes]:
    """Deny a call about another process; the steps that follow decide on any other."""
    return [_load_argument(index), _step(_EQUAL, 0, 1, 0), *_return(_ERRNO | errno.EPERM)]


def _if_null(index: int) -> list[bytes]:
    deny, allow = _return(_ERRNO | errno.EPERM), _return(_ALLOW)
    low = [_load_argument(index), _step(_EQUAL, 0, 0, 3)]
    high = [_load_argument(index, high=True), _step(_EQUAL, 0, 0, 1)]
    return [*low, *high, *allow, *deny]
