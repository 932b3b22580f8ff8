"""Landlock: restricts the files that a process can read and write (landlock(7), Linux 5.13).

https://docs.kernel.org/userspace-api/landlock.html

The calls are hand-written because the packages on PyPI are young and have one maintainer each;
three system calls are all that is needed.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable

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

    The arguments are those of `ruleset`.

    Raises:
        OSError: if the kernel has no Landlock.
    """
    enforce(ruleset(readable, writable, devices))


def ruleset(
    readable: Iterable[str], writable: Iterable[str] = (), devices: Iterable[str] = ()
) -> int:
    """Return the descriptor of what `enforce` allows; it may serve several processes.

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
    rules = _create(
        struct.pack(
            "<QQQ",
            handled,
            _TCP_BIND_AND_CONNECT if version >= 4 else 0,
            _ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0,
        )
    )
    for path in readable:
        _allow(rules, path, _READ_FILE | _READ_DIR, handled)
    for path in writable:
        _allow(rules, path, handled & ~1, handled)  # all but execute
    for path in devices:
        _allow(rules, path, _READ_FILE | _WRITE_FILE, handled, _IOCTL_DEV)
    return rules


def enforce(rules: int) -> None:
    """Restrict this process to the rules of a descriptor, and close it; see `restrict`."""
    try:
        libc.syscall("landlock_restrict_self", _RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def restrict_reading(readable: Iterable[str]) -> None:
    """Restrict which files this process and its children can read, and nothing else.

    A later `restrict` restricts them further. Needs `no_new_privs`.

    Raises:
        OSError: if the kernel has no Landlock.
    """
    rules = _create(struct.pack("<Q", _READ_FILE))
    for path in readable:
        _allow(rules, path, _READ_FILE, _READ_FILE)
    enforce(rules)


def _create(handled: bytes) -> int:
    """Return the descriptor of a new ruleset, which the end of the process closes at the latest."""
    return libc.syscall("landlock_create_ruleset", _CREATE_RULESET, handled, len(handled), 0)


def _allow(rules: int, path: str, rights: int, handled: int, more: int = 0) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):  # rights on folders are invalid here
            rights &= _READ_FILE | _WRITE_FILE | _TRUNCATE
        rule = struct.pack("<Qi", (rights | more) & handled, place)
        libc.syscall("landlock_add_rule", _ADD_RULE, rules, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)
