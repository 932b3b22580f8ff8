"""What a child sees of the machine: Python, its libraries, the supplied kit, and nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from . import libc

LIBRARIES = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",
)  # fmt: skip
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
# torch asks them once for the processor's abilities; covered before any child is made.
WHILE_STARTING = ("/proc", "/sys/devices/system/cpu")
TEMPORARY = ("/tmp", "/var/tmp", "/usr/tmp")  # where Python looks for a folder, in this order


def readable(package: Path) -> list[str]:
    """The paths a child reads below: none lies in another, and none holds the repository.

    Args:
        package: the folder of the learner's package, whose kit is supplied.
    """
    prefixes = {os.path.abspath(each) for each in (sys.prefix, sys.base_prefix)}
    # An entry elsewhere is a project that somebody develops: it may hold answers.
    modules = [path for path in sys.path if _below(path, prefixes)]
    stdlib = os.path.join(sys.base_prefix, "lib")
    wanted = {os.path.abspath(path) for path in (*LIBRARIES, stdlib, *modules, str(package))}
    present = sorted(path for path in wanted if os.path.exists(path))
    return [path for path in present if not _below(path, set(present) - {path})]


def _below(path: str, folders: set[str]) -> bool:
    return any(os.path.commonpath([path, each]) == each for each in folders if os.path.isabs(path))


def temporary(paths: list[str]) -> str:
    """Where a private folder covers none of the paths; a repository may itself lie in /tmp."""
    free = [place for place in TEMPORARY if not any(_below(path, {place}) for path in paths)]
    return next(iter(free), "/private")


def build(folder: str, paths: list[str], more: Sequence[str] = ()) -> None:
    """Makes a root of these paths only, read-only, and moves into it.

    Args:
        folder: an empty folder to mount it on; outside, nothing of it is seen.
        paths: none lies in another.
        more: what a GPU needs; some of it may lie in a path.

    Needs a mount namespace of one's own, and the rights to mount in it.
    """
    libc.mount("", "/", flags=libc.MS_REC | libc.MS_PRIVATE)  # nothing goes back outside
    flags = libc.MS_NOSUID | libc.MS_NODEV
    libc.mount("tmpfs", folder, "tmpfs", flags, "size=1m,nr_inodes=512,mode=755")
    more = [path for path in more if not _below(path, set(paths))]
    for path in (*paths, *DEVICES, *more, *WHILE_STARTING):
        target = folder + path
        if os.path.isdir(path):
            os.makedirs(target, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            open(target, "x").close()
        libc.mount(path, target, flags=libc.MS_BIND | libc.MS_REC)
        if path not in WHILE_STARTING:
            libc.read_only(target)
    os.makedirs(folder + temporary(paths), exist_ok=True)
    libc.pivot_root(folder)
    flags |= libc.MS_REMOUNT | libc.MS_BIND | libc.MS_RDONLY
    libc.mount("", "/", flags=flags)


def cover() -> None:
    """Lays an empty folder over what was needed for the start only."""
    flags = libc.MS_NOSUID | libc.MS_NODEV | libc.MS_NOEXEC | libc.MS_RDONLY
    for path in WHILE_STARTING:
        libc.mount("tmpfs", path, "tmpfs", flags, "size=4k,nr_inodes=1,mode=555")


def private_folder(place: str) -> None:
    """An empty folder for temporary files, 64 MiB at most, that goes away with its namespace."""
    flags = libc.MS_NOSUID | libc.MS_NODEV | libc.MS_NOEXEC
    libc.mount("tmpfs", place, "tmpfs", flags, "size=64m,nr_inodes=4096,mode=700")
    os.chdir(place)


def own_processes() -> None:
    """/proc as a process with a namespace of processes of its own has it: with itself alone.

    Raises:
        OSError: where some of the machine's /proc is hidden, as in a container; a new one would
            show it (mount_namespaces(7)).
    """
    flags = libc.MS_NOSUID | libc.MS_NODEV | libc.MS_NOEXEC
    libc.mount("proc", "/proc", "proc", flags)
