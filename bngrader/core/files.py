"""Files that are written completely or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from .errors import GraderError


def write_atomically(
    path: Path, content: str | bytes, *, mode: int = 0o666, overwrite: bool = True
) -> None:
    """Write a file through a temporary file in the same folder, and sync it to the disk.

    Args:
        path: the file; missing folders are created.
        content: text, written as UTF-8, or bytes.
        mode: permissions of the file, reduced by the umask.
        overwrite: False keeps a file that is already there, also if another process creates it
            in the meantime.

    Raises:
        GraderError: the file cannot be written; a previous file is unchanged.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    data = content.encode() if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        with open(partial, "wb", opener=lambda name, _: os.open(name, flags, mode)) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if overwrite:
            os.replace(partial, path)
        else:
            _link(partial, path)
    except OSError as error:
        raise GraderError(
            f"{path} cannot be written ({error.strerror}); a previous file is unchanged. "
            "Make sure that the folder is writable and the disk has space, then run again."
        ) from None
    finally:
        with suppress(OSError):
            partial.unlink()


def _link(partial: Path, path: Path) -> None:
    try:
        os.link(partial, path)
    except FileExistsError:
        pass
    except PermissionError:  # file systems without hard links, such as some network drives
        os.replace(partial, path)
