"""Archives as trees of nodes. Learners make them, so sizes, counts and kinds are bounded."""

from __future__ import annotations

import gzip
import io
import re
import stat
import tarfile
import zipfile
import zlib
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from typing import Any, BinaryIO, cast

from ...core.text import printable
from .nodes import FILE, MAX_ARCHIVE_BYTES, MAX_DEPTH, SYSTEM, ZIP, Node, UnreadableError, is_system

MAX_ENTRIES = 20_000
MAX_DIRECTORY_BYTES = 4 * 2**20
"""Size of the table of contents of a learner's zip: zipfile holds all of it in memory."""
MAX_DOWNLOAD_ENTRIES = 200_000
MAX_DOWNLOAD_DIRECTORY_BYTES = 24 * 2**20
"""The same for the download of a class."""
MAX_TAR_BYTES = 128 * 2**20
MAX_TAR_HEADER_COST = 2**30
"""Of the further headers of a tar, such as those for long names: the sum of the squares of their
sizes, because Python 3.11 searches one in a time that is quadratic in its size (CVE-2024-6232)."""
_KINDS = (
    (re.compile(r"\.zip$", re.I), "zip"),
    (re.compile(r"\.tar$|\.tar\.gz$|\.tgz$", re.I), "tar"),
    (re.compile(r"\.(7z|rar|tar\.(bz2|xz|zst)|tbz2?|txz|gz|bz2|xz|zst|zipx|sit|lzh)$", re.I), ""),
)


def kind_of(name: str) -> str | None:
    """Return "zip" or "tar" for an archive, "" for one that is not opened, None for other files."""
    return next((kind for pattern, kind in _KINDS if pattern.search(name)), None)


def opened(node: Node, stack: ExitStack, trusted: bool = False) -> Node:
    """Return the content of an archive as a folder.

    Args:
        node: the archive; its kind follows from its name.
        stack: closes the archive.
        trusted: the download of a class, which may be large.

    Raises:
        UnreadableError: it cannot be used; the message says why, and what to do.
    """
    kind = kind_of(node.name)
    if not kind:
        suffix = node.name.rpartition(".")[2].lower()
        raise UnreadableError(
            f"a .{suffix} archive cannot be opened here; unpack it into a folder of the same name "
            "without the suffix, or ask for a zip."
        )
    if node.size > MAX_ARCHIVE_BYTES and not trusted:
        raise UnreadableError(f"it is larger than {MAX_ARCHIVE_BYTES // 2**20} MiB.")
    try:
        return _zip(node, stack, trusted) if kind == "zip" else _tar(node, stack)
    except (
        zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, ValueError,
        RuntimeError, NotImplementedError, OverflowError,
    ) as error:  # fmt: skip
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(f"it is not a {kind} that can be read; ask for it again.") from None


class _Bounded(io.RawIOBase):
    """A file that refuses one read of more than some bytes, such as a table of contents."""

    def __init__(self, file: BinaryIO, limit: int, total: int | None = None) -> None:
        self._file, self._limit, self._left = file, limit, total

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._left is None

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        if size > self._limit:
            raise UnreadableError("its table of contents is too large.")
        block = self._file.read(size)
        if self._left is not None:
            self._left -= len(block)
            if self._left < 0:
                raise UnreadableError(f"it unpacks to more than {MAX_TAR_BYTES // 2**20} MiB.")
        return block


def _zip(node: Node, stack: ExitStack, trusted: bool) -> Node:
    whole = trusted and node.on_disk and node.opened is not None
    raw = stack.enter_context(node.opened() if whole and node.opened else node.packed())
    limits = (MAX_ENTRIES, MAX_DIRECTORY_BYTES)
    if trusted:
        limits = (MAX_DOWNLOAD_ENTRIES, MAX_DOWNLOAD_DIRECTORY_BYTES)
    file: Any = _Bounded(raw, limits[1])
    zipped = stack.enter_context(zipfile.ZipFile(file))
    rows = zipped.infolist()
    if len(rows) > limits[0]:
        raise UnreadableError(f"it contains {len(rows)} entries, expected at most {limits[0]}.")
    tree = _Tree(node)
    for row in rows:
        # zipfile cuts at NUL; orig_filename is the name in the archive.
        name = _name(row)
        is_folder = name.endswith(("/", "\\"))
        parts = _parts(name, is_folder)
        mode = stat.S_IFMT(row.external_attr >> 16)
        if mode not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise UnreadableError(f"{printable(row.orig_filename)!r} is not a regular file.")
        if row.flag_bits & 0x1:
            raise UnreadableError("it is encrypted.")
        if row.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableError(
                "its compression method is not deflate; pack it again as a usual zip."
            )
        leaf = tree.add(parts, is_folder)
        if leaf is not None:
            leaf.opened = cast("Any", partial(zipped.open, row))
            leaf.size, leaf.clock = row.file_size, ZIP
            leaf.time = _zip_time(row, node.time)
    return tree.top


def _name(row: zipfile.ZipInfo) -> str:
    """Return the name of an entry. Macs write UTF-8 without the flag that says so."""
    if row.flag_bits & 0x800 or row.orig_filename.isascii():
        return row.orig_filename
    try:
        return row.orig_filename.encode("cp437").decode()
    except UnicodeError:
        return row.orig_filename


def _zip_time(row: zipfile.ZipInfo, otherwise: datetime) -> datetime:
    """Return the time of an entry. It has no zone: it is read as local time."""
    try:
        return datetime(*row.date_time).astimezone(UTC)
    except (ValueError, OverflowError):
        return otherwise


class _TarInfo(tarfile.TarInfo):
    """A header in a tar whose further headers are bounded."""

    def _proc_member(self, tar: Any) -> Any:
        # The method that tarfile means for subclasses; it is called before the content is read.
        if not self.isfile():
            tar.header_cost = getattr(tar, "header_cost", 0) + self.size**2
            if tar.header_cost > MAX_TAR_HEADER_COST:
                raise UnreadableError("its headers are too large.")
        return cast("Any", super())._proc_member(tar)


def _tar(node: Node, stack: ExitStack) -> Node:
    raw: Any = stack.enter_context(node.packed())
    if raw.read(2) == b"\x1f\x8b":
        raw.seek(0)
        raw = stack.enter_context(gzip.GzipFile(fileobj=raw))
    else:
        raw.seek(0)
    tree = _Tree(node)
    bounded = _Bounded(raw, MAX_TAR_BYTES, MAX_TAR_BYTES)
    with tarfile.open(fileobj=cast("Any", bounded), mode="r|", tarinfo=_TarInfo) as tar:
        for number, row in enumerate(tar):
            if number >= MAX_ENTRIES:
                raise UnreadableError(f"it contains more than {MAX_ENTRIES} entries.")
            # A sparse file has gaps: a few bytes in the tar, of any size when it is read.
            if row.issparse() or not (row.isreg() or row.isdir()):
                raise UnreadableError(f"{printable(row.name)!r} is not a regular file.")
            leaf = tree.add(_parts(row.name.removeprefix("./"), row.isdir()), row.isdir())
            if leaf is None:
                continue
            content = tar.extractfile(row)
            data = content.read() if content is not None else b""
            leaf.opened = partial(io.BytesIO, data)
            leaf.size, leaf.clock = len(data), FILE
            leaf.time = datetime.fromtimestamp(row.mtime, UTC)
    return tree.top


def _parts(name: str, folder: bool) -> list[str]:
    """Return the parts of a name; PowerShell 5 and some other programs write backslashes."""
    if not name.strip("./\\") and not folder:
        raise UnreadableError("it contains an entry without a name.")
    parts = re.split(r"[/\\]", name)
    if parts[0] == "" or "\0" in name or ".." in parts or re.match(r"[A-Za-z]:", parts[0]):
        raise UnreadableError(f"{printable(name)!r} leads out of its folder.")
    return [part for part in parts if part not in ("", ".")]


class _Tree:
    """A folder that grows by the names of entries."""

    def __init__(self, archive: Node) -> None:
        self.top = Node(archive.name, archive.path)
        self._folders: dict[tuple[str, ...], Node] = {(): self.top}

    def add(self, parts: list[str], folder: bool) -> Node | None:
        """Add an entry; return the new node of a file, None for folders and system files."""
        if len(parts) > 2 * MAX_DEPTH:
            raise UnreadableError(f"it contains more than {2 * MAX_DEPTH} folders in each other.")
        names = parts if folder else parts[:-1]
        if any(is_system(name, folder=True) for name in names) or (
            not folder and parts and is_system(parts[-1])
        ):
            if len(parts) == 1 and not folder:
                self._child(self.top, parts[0]).problem = SYSTEM
            return None
        above = parts if folder else parts[:-1]
        for length in range(1, len(above) + 1):
            key = tuple(above[:length])
            if key not in self._folders:
                self._folders[key] = self._child(self._folders[key[:-1]], key[-1])
        # Two files of one name are both there; whoever reads them says which one counts.
        return None if folder or not parts else self._child(self._folders[tuple(above)], parts[-1])

    @staticmethod
    def _child(above: Node, name: str) -> Node:
        node = Node(name, f"{above.path}/{name}")
        above.children.append(node)
        return node
