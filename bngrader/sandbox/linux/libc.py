"""Kernel calls that Python 3.11 does not offer, each with the manual page it comes from.

Every function here raises OSError, with the name of the call, where the kernel says no.
"""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)

# unshare(2), clone(2): one bit for each kind of namespace.
NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = (
    0x00020000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip

# mount(2)
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
MS_RDONLY, MS_REMOUNT = 1, 32
MNT_DETACH = 2  # umount2(2)

# prctl(2)
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_CAPBSET_DROP = 1, 4, 8, 24
PR_SET_NO_NEW_PRIVS = 38

CAP_DAC_READ_SEARCH, CAP_SYS_ADMIN = 2, 21  # capabilities(7)

_CAPABILITY_VERSION_3 = 0x20080522  # capget(2)
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR = 442  # the same number everywhere, as for all calls since Linux 5.1
_AT_RECURSIVE = 0x8000
_MOUNT_ATTR_RDONLY, _MOUNT_ATTR_NOSUID = 1, 2
_MADV_COLLAPSE = 25  # Linux 6.1
_HUGE = 2 * 2**20


def checked(name: str, result: int) -> int:
    """The result of a call, where it is not -1."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def syscall(name: str, number: int, *arguments: int | bytes | None) -> int:
    """syscall(2), for what libc has no function for."""
    typed = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return checked(name, libc.syscall(ctypes.c_long(number), *typed))


def prctl(option: int, value: int = 0) -> int:
    """prctl(2)"""
    zeros = [ctypes.c_ulong(0)] * 3
    return checked("prctl", libc.prctl(option, ctypes.c_ulong(value), *zeros))


def unshare(flags: int) -> None:
    """unshare(2): namespaces of one's own; a process with two threads gets no user namespace."""
    checked("unshare", libc.unshare(flags))


def setns(fd: int, kind: int) -> None:
    """setns(2), with the descriptor of a namespace or (Linux 5.8) of a process."""
    checked("setns", libc.setns(fd, kind))


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """mount(2)"""
    flagged = ctypes.c_ulong(flags)
    words = [each.encode() for each in (source, target, kind, data)]
    checked(f"mount {target}", libc.mount(*words[:3], flagged, words[3]))


def read_only(target: str) -> None:
    """mount_setattr(2): read-only and no set-user-id, for a mount and all below it."""
    attributes = struct.pack("<QQQQ", _MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID, 0, 0, 0)
    path, at = target.encode(), -100  # AT_FDCWD
    syscall("mount_setattr", _MOUNT_SETATTR, at, path, _AT_RECURSIVE, attributes, 32)


def pivot_root(folder: str) -> None:
    """pivot_root(2): `folder`, a mount, becomes the root; the old root is gone for good.

    The two dots are the way the manual page shows that needs no folder for the old root.
    """
    os.chdir(folder)
    syscall("pivot_root", _PIVOT_ROOT[os.uname().machine], b".", b".")
    checked("umount2", libc.umount2(b".", MNT_DETACH))
    os.chdir("/")


def gather_pages() -> int:
    """madvise(2), MADV_COLLAPSE: this process's own memory in pages of 2 MiB; how many bytes.

    A fork copies an entry for each page, and the end of the child gives each one back: with small
    pages that is half of what a child costs. Where the kernel has none to give, nothing changes.
    """
    done = 0
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, rights, *_, inode = line.split()[:5]
        if not rights.startswith("rw") or inode != "0":
            continue
        start, end = (int(each, 16) for each in span.split("-"))
        for at in range(-(-start // _HUGE) * _HUGE, end - _HUGE + 1, _HUGE):
            call = libc.madvise(ctypes.c_void_p(at), ctypes.c_size_t(_HUGE), _MADV_COLLAPSE)
            done += _HUGE if call == 0 else 0
    return done


def capabilities(*kept: int) -> None:
    """capset(2): these capabilities are permitted and effective, all others are gone for good."""
    low = sum(1 << each for each in kept)
    header = struct.pack("<Ii", _CAPABILITY_VERSION_3, 0)
    checked("capset", libc.capset(header, struct.pack("<6I", low, low, 0, 0, 0, 0)))
