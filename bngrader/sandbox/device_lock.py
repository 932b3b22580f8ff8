"""The lock that gives one process at a time a device."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def device_lock(device: str, folder: Path | None = None) -> Iterator[None]:
    """Hold a device for the block, among all judges of the machine and of all users.

    The lock is a flock(2), so the kernel releases it when its process ends in any way. A CPU is
    not locked.

    Args:
        folder: the folder of the lock file, which all judges must be able to read.
    """
    if device == "cpu":
        yield
        return
    lock = _open((folder or Path(tempfile.gettempdir())) / f"bngrader-{device}.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _open(path: Path) -> int:
    """Return a descriptor of the lock file, which any user may have created."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    with suppress(FileExistsError):
        created = os.open(path, flags | os.O_CREAT | os.O_EXCL)
        os.fchmod(created, 0o444)  # whatever the umask: a reader can lock the file
        os.close(created)
    return os.open(path, flags)
