"""Landlock: restricts the files that a process can read and write (landlock(7), Linux 5.13).

https://docs.kernel.org/userspace-api/landlock.html

The calls are hand-written because the packages on PyPI are young and have one maintainer each;
three system calls are all that is needed.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from . import libc

# The numbers are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1  # a flag of landlock_create_ruleset: return the ABI
_PATH_BENEATH = 1

_WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 14
_IOCTL_DEV = 1 << 15
# Rights on files by ABI: 13 in ABI 1, then moving between folders, truncating, ioctls on devices.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_TCP_BIND_AND_CONNECT = 3  # ABI 4
_ABSTRACT_SOCKETS_AND_SIGNALS = 3  # ABI 6: to processes outside the domain


def abi() -> int:
    """Return the ABI of Landlock in this kernel, 0 if it is missing or disabled."""
    try:
        return libc.syscall("landlock", _CREATE_RULESET, 0, 0, _VERSION)
    except OSError:
        return 0


def restrict(
    readable: Iterable[str], writable: Iterable[str] = (), devices: Iterable[str] = ()
) -> None:
    """Restrict this process and all its children; this cannot be undone. Needs `no_new_privs`.

    Also denied are connecting to and binding TCP ports (ABI 4), and abstract sockets of and
    signals to processes outside (ABI 6).

    Args:
        readable: the files and folders that can be read. A path that does not exist is skipped.
        writable: those that can be written too.
        devices: device nodes that can be read, written and controlled with ioctl.

    Raises:
        OSError: if the kernel has no Landlock.
    """
    version = abi()
    handled = (1 << _RIGHTS.get(version, 16)) - 1
    rules = struct.pack(
        "<QQQ",
        handled,
        _TCP_BIND_AND_CONNECT if version >= 4 else 0,
        _ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0,
    )
    with _ruleset(rules) as ruleset:
        for path in readable:
            _allow(ruleset, path, _READ_FILE | _READ_DIR, handled)
        for path in writable:
            _allow(ruleset, path, handled & ~1, handled)  # all but execute
        for path in devices:
            _allow(ruleset, path, _READ_FILE | _WRITE_FILE, handled, _IOCTL_DEV)


def restrict_reading(readable: Iterable[str]) -> None:
    """Restrict which files this process and its children can read, and nothing else.

    A later `restrict` restricts them further. Needs `no_new_privs`.

    Raises:
        OSError: if the kernel has no Landlock.
    """
    with _ruleset(struct.pack("<Q", _READ_FILE)) as ruleset:
        for path in readable:
            _allow(ruleset, path, _READ_FILE, _READ_FILE)


@contextmanager
def _ruleset(handled: bytes) -> Iterator[int]:
    """Yield a new ruleset, to which the caller adds rules; it is enforced at the end."""
    ruleset = libc.syscall("landlock_create_ruleset", _CREATE_RULESET, handled, len(handled), 0)
    try:
        yield ruleset
        libc.syscall("landlock_restrict_self", _RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int, handled: int, more: int = 0) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):  # rights on folders are invalid here
            rights &= _READ_FILE | _WRITE_FILE | _TRUNCATE
        rule = struct.pack("<Qi", (rights | more) & handled, place)
        libc.syscall("landlock_add_rule", _ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)
