"""Places where there is little room to write, or none."""

import os
import resource
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress


def _can_mount():
    with tempfile.TemporaryDirectory() as place, suppress(OSError), small_disk(place):
        return True
    return False


@contextmanager
def small_disk(place):
    """A disk of four megabytes at a folder, while this lasts. Needs the right to mount."""
    options = ["-t", "tmpfs", "-o", "size=4m,mode=755"]
    mounted = subprocess.run(["mount", *options, "none", place], capture_output=True)
    if mounted.returncode:
        raise OSError(mounted.stderr.decode())
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


@contextmanager
def limited_space(folder, size):
    """All files of a small disk together can grow by so many bytes, or a little less."""
    filler = folder / ".filler"
    with open(filler, "wb") as file:
        file.truncate()
        if free := shutil.disk_usage(folder).free - size:
            os.posix_fallocate(file.fileno(), 0, free)
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def small_files(size):
    """No file of this process, and those that it starts, can grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


WAYS = ["limit", *(["disk"] if _can_mount() else [])]
"""A disk that is full; and where none can be mounted, files that cannot grow."""
