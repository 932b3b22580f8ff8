"""The system calls that Python 3.11 does not offer, each with its manual page.

Every function raises OSError, with the name of the call, if the call fails.
"""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)

# unshare(2), clone(2): the CLONE_NEW* flags.
NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = (
    0x00020000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip

# mount(2)
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
MS_RDONLY, MS_REMOUNT = 1, 32
MNT_DETACH = 2  # umount2(2)

# prctl(2)
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_SET_NO_NEW_PRIVS = 1, 4, 8, 38

CAP_DAC_READ_SEARCH = 2  # capabilities(7)

_CAPABILITY_VERSION_3 = 0x20080522  # capget(2)
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR = 442  # on all architectures, as for all calls since Linux 5.1
_AT_RECURSIVE = 0x8000
_MOUNT_ATTR_RDONLY, _MOUNT_ATTR_NOSUID = 1, 2
_MADV_COLLAPSE = 25  # Linux 6.1
_HUGE_PAGE_BYTES = 2 * 2**20


def checked(name: str, result: int) -> int:
    """Return the result of a call; raise its OSError if it is -1."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def syscall(name: str, number: int, *arguments: int | bytes | None) -> int:
    """Make a system call for which libc has no function: syscall(2)."""
    typed = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return checked(name, libc.syscall(ctypes.c_long(number), *typed))


def prctl(option: int, value: int = 0) -> int:
    """Change an attribute of this process: prctl(2)."""
    zeros = [ctypes.c_ulong(0)] * 3
    return checked("prctl", libc.prctl(option, ctypes.c_ulong(value), *zeros))


def unshare(flags: int) -> None:
    """Move to new namespaces: unshare(2). A user namespace needs a process with one thread."""
    checked("unshare", libc.unshare(flags))


def setns(fd: int, kind: int) -> None:
    """Enter the namespace of a descriptor, which may be a pidfd since Linux 5.8: setns(2)."""
    checked("setns", libc.setns(fd, kind))


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Mount a file system: mount(2)."""
    flagged = ctypes.c_ulong(flags)
    words = [each.encode() for each in (source, target, kind, data)]
    checked(f"mount {target}", libc.mount(*words[:3], flagged, words[3]))


def read_only(target: str) -> None:
    """Make a mount and all below it read-only and nosuid: mount_setattr(2)."""
    attributes = struct.pack("<QQQQ", _MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID, 0, 0, 0)
    path, at = target.encode(), -100  # AT_FDCWD
    syscall("mount_setattr", _MOUNT_SETATTR, at, path, _AT_RECURSIVE, attributes, 32)


def pivot_root(folder: str) -> None:
    """Make `folder`, a mount, the root, and unmount the old root: pivot_root(2).

    With "." for both arguments no folder for the old root is needed; see the manual page.
    """
    os.chdir(folder)
    syscall("pivot_root", _PIVOT_ROOT[os.uname().machine], b".", b".")
    checked("umount2", libc.umount2(b".", MNT_DETACH))
    os.chdir("/")


def gather_pages() -> int:
    """Collapse the memory of this process into pages of 2 MiB; return how many bytes.

    madvise(2) with MADV_COLLAPSE, Linux 6.1. A fork copies a table entry for each page, and the
    end of the child frees it: with small pages this is half the cost of a child. On older kernels
    nothing changes.
    """
    collapsed, size = 0, _HUGE_PAGE_BYTES
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, rights, *_, inode = line.split()[:5]
        if not rights.startswith("rw") or inode != "0":
            continue
        start, end = (int(each, 16) for each in span.split("-"))
        for at in range(-(-start // size) * size, end - size + 1, size):
            result = libc.madvise(ctypes.c_void_p(at), ctypes.c_size_t(size), _MADV_COLLAPSE)
            collapsed += size if result == 0 else 0
    return collapsed


def capabilities(*numbers: int) -> None:
    """Keep only these capabilities, permitted and effective: capset(2). This cannot be undone."""
    low = sum(1 << each for each in numbers)
    header = struct.pack("<Ii", _CAPABILITY_VERSION_3, 0)
    checked("capset", libc.capset(header, struct.pack("<6I", low, low, 0, 0, 0, 0)))
