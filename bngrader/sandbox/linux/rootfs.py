"""The root file system of a child: Python, its libraries and the kit, read-only."""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Sequence
from pathlib import Path

from . import libc

LIBRARIES = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",
)  # fmt: skip
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
# torch reads the features of the CPU from them once; they are hidden before the first fork.
WHILE_STARTING = ("/proc", "/sys/devices/system/cpu")
TEMPORARY = ("/tmp", "/var/tmp", "/usr/tmp")  # where `tempfile` looks, in this order


def readable(package: Path) -> list[str]:
    """Return the paths that a child can read; none lies in another or holds the repository.

    Args:
        package: the folder of the package `bnlab`, whose kit children import.
    """
    prefixes = {os.path.abspath(each) for each in (sys.prefix, sys.base_prefix)}
    # Another entry of sys.path is a project under development, which may hold solutions.
    modules = [path for path in sys.path if _below(path, prefixes)]
    stdlib = os.path.join(sys.base_prefix, "lib")
    wanted = {os.path.abspath(path) for path in (*LIBRARIES, stdlib, *modules, str(package))}
    present = sorted(path for path in wanted if os.path.exists(path))
    return [path for path in present if not _below(path, set(present) - {path})]


def package_folders(paths: Sequence[str]) -> list[str]:
    """Return the folders of installed packages that lie in readable paths."""
    folders = (os.path.abspath(path) for path in (*sys.path, *site.getsitepackages()))
    names = ("site-packages", "dist-packages")
    found = {each for each in folders if os.path.basename(each) in names and os.path.isdir(each)}
    base = os.path.join(os.path.dirname(os.__file__), "site-packages")
    found |= {base} if os.path.isdir(base) else set()
    return sorted(each for each in found if _below(each, set(paths)))


def packages(folders: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the paths of some packages in folders of installed packages."""
    paths = (os.path.join(folder, name) for folder in folders for name in names)
    return [path for path in paths if os.path.exists(path)]


def without(paths: Sequence[str], hidden: Sequence[str]) -> list[str]:
    """Return paths that together hold what `paths` hold, without some folders in them."""
    result = []
    for path in paths:
        if path in hidden:
            continue
        if any(_below(each, {path}) for each in hidden):
            result += without([os.path.join(path, each) for each in os.listdir(path)], hidden)
        else:
            result.append(path)
    return sorted(result)


def everything_but(hidden: Sequence[str]) -> list[str]:
    """Return paths that together hold all files of the machine but some files and folders."""
    paths = without(["/"], [os.path.realpath(each) for each in hidden])
    return [path for path in paths if not os.path.islink(path)]  # which may lead to what is hidden


def _below(path: str, folders: set[str]) -> bool:
    return any(os.path.commonpath([path, each]) == each for each in folders if os.path.isabs(path))


def temporary(paths: list[str]) -> str:
    """Return a place for the private folder that hides none of the paths, some of which may be in
    /tmp."""
    free = [place for place in TEMPORARY if not any(_below(path, {place}) for path in paths)]
    return next(iter(free), "/private")


def build(
    folder: str,
    paths: list[str],
    more: Sequence[str] = (),
    hidden: Sequence[str] = (),
    shown: Sequence[str] = (),
) -> None:
    """Build a read-only root of these paths, and move into it.

    The process needs a mount namespace of its own and the right to mount in it.

    Args:
        folder: an empty folder to mount the root on; other processes see nothing of it.
        paths: the paths in the root, none of which lies in another.
        more: further paths, for a GPU; a path in `paths` may contain them.
        hidden: folders in `paths` that are empty in the root, but for the paths `shown`.
    """
    libc.mount("", "/", flags=libc.MS_REC | libc.MS_PRIVATE)  # mounts do not propagate back
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
    for path in hidden:
        libc.mount("tmpfs", folder + path, "tmpfs", flags, "size=64k,nr_inodes=64,mode=755")
    for path in shown:
        os.mkdir(folder + path)
        libc.mount(path, folder + path, flags=libc.MS_BIND | libc.MS_REC)
        libc.read_only(folder + path)
    for path in hidden:
        libc.read_only(folder + path)
    os.makedirs(folder + temporary(paths), exist_ok=True)
    libc.pivot_root(folder)
    flags |= libc.MS_REMOUNT | libc.MS_BIND | libc.MS_RDONLY
    libc.mount("", "/", flags=flags)


def cover(more: Sequence[str] = ()) -> None:
    """Hide the paths that only the start needed, under empty folders and an empty file."""
    flags = libc.MS_NOSUID | libc.MS_NODEV | libc.MS_NOEXEC | libc.MS_RDONLY
    for path in (*WHILE_STARTING, *more):
        if os.path.isdir(path):
            libc.mount("tmpfs", path, "tmpfs", flags, "size=4k,nr_inodes=1,mode=555")
        elif os.path.exists(path):  # a path in a folder that is hidden itself is not there
            libc.mount("/dev/null", path, flags=libc.MS_BIND)


def private_folder(place: str) -> None:
    """Mount a folder for temporary files, 64 MiB at most, and enter it.

    It disappears with the mount namespace.
    """
    flags = libc.MS_NOSUID | libc.MS_NODEV | libc.MS_NOEXEC
    libc.mount("tmpfs", place, "tmpfs", flags, "size=64m,nr_inodes=4096,mode=700")
    os.chdir(place)


def own_processes() -> None:
    """Mount a /proc of the PID namespace of this process, which shows this process alone.

    Raises:
        OSError: if parts of the machine's /proc are hidden, as in a container, because a new one
            would show them (mount_namespaces(7)).
    """
    flags = libc.MS_NOSUID | libc.MS_NODEV | libc.MS_NOEXEC
    libc.mount("proc", "/proc", "proc", flags)
