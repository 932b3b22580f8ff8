"""Collects the zips of `bnlab submit` into the folder of submissions.

Learners control the content of an archive, so names are compared with the few that belong in it,
and sizes are counted while it is read. The name of the learner comes from the name of the zip or of
its folder, which the teacher controls. An archive with a fault is refused, the others are taken.

The time of submission is written to `timestamp.txt`, which nbgrader reads for late penalties. It is
the time of the zip; with `--timestamp-from receipt` the time in the learner's receipt.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from bnlab.kit.course import units
from bnlab.kit.formats import MAX_NOTEBOOK_BYTES, RECEIPT, submission_files

from ..core.errors import GraderError
from ..core.text import printable

MAX_ARCHIVE_BYTES = 2 * MAX_NOTEBOOK_BYTES
MAX_RECEIPT_BYTES = 16 * 2**10
MAX_ENTRIES = 100
BLOCK_BYTES = 64 * 2**10
TIMESTAMP_SOURCES = ("file", "receipt")
"""What determines the time of submission."""
TIMESTAMP = "timestamp.txt"
"""The file in which nbgrader looks for the time of submission; an archive must not contain it."""
OLDER = ".older"
"""The folder of a learner for replaced submissions; the grader skips it."""


class ArchiveRejectedError(GraderError):
    """An archive has a fault; the message is one sentence."""


@dataclass(frozen=True)
class Taken:
    """The submission of one unit, taken from an archive.

    Attributes:
        file: name of the archive, printable.
        older: where the submission that it replaced is now, such as ".older/moments-1".
        new: False if the same submission had been taken before.
    """

    file: str
    learner: str
    unit: str
    older: str = ""
    new: bool = True

    def __str__(self) -> str:
        what = "taken" if self.new else "already taken"
        moved = f"; the earlier one is now in {self.older}" if self.older else ""
        return f"{self.file}: {self.learner}/{self.unit} {what}{moved}"


@dataclass(frozen=True)
class Refusal:
    """An archive that was not taken, and the reason, which is a sentence.

    Attributes:
        file: name of the archive, printable.
    """

    file: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: refused, {self.reason}"


@dataclass(frozen=True)
class Archive:
    """A zip and the name of its learner."""

    path: Path
    learner: str


def archives(places: list[Path]) -> tuple[list[Archive], list[Refusal]]:
    """Return the zips at these places, and a refusal for each whose learner is unknown.

    The name of the learner is the name of the zip up to the first `_`: `ada.zip`,
    `ada_17_moments.zip`. A folder contains such zips, or one folder with zips for each learner,
    named in the same way.

    Raises:
        GraderError: a place does not exist, or there is no zip at all.
    """
    found: list[Archive] = []
    refused: list[Refusal] = []
    for place in places:
        if not place.exists():
            raise GraderError(f"collect: {place} not found, expected a zip or a folder of zips.")
        for path, named_by in _zips(place):
            learner = named_by.partition("_")[0].strip()
            if learner in ("", ".", "..") or printable(learner) != learner or learner[0] in ".-":
                reason = "the name does not begin with the name of a learner."
                refused.append(Refusal(printable(path.name), reason))
            else:
                found.append(Archive(path, learner))
    if not found and not refused:
        shown = ", ".join(map(str, places))
        raise GraderError(
            f"collect: no zip found in {shown}, expected <learner>.zip or <learner>_<more>.zip."
        )
    return found, refused


def _zips(place: Path) -> Iterator[tuple[Path, str]]:
    """Yield each zip, and the name that contains the learner's: of the zip or of its folder."""
    if place.is_file():
        yield place, place.stem
        return
    for path in sorted(place.iterdir()):
        if path.is_symlink() or path.name.startswith("."):
            continue
        if path.is_dir():
            yield from ((each, path.name) for each in sorted(path.glob("*.zip")))
        elif path.suffix.lower() == ".zip":
            yield path, path.stem


def collect(places: list[Path], into: Path, timestamp_from: str = "file") -> list[Taken | Refusal]:
    """Write the submissions in some zips to `into/<learner>/<unit>/`.

    Of several archives of one learner, the one with the latest receipt comes last.

    Args:
        places: zips and folders of zips.
        into: the folder of submissions.
        timestamp_from: what determines the time of submission, one of `TIMESTAMP_SOURCES`.

    Raises:
        GraderError: there is no zip at all, or a submission cannot be written.
    """
    found, refused = archives(places)
    results: list[Taken | Refusal] = [*refused]
    found.sort(key=lambda each: each.learner)
    for learner, own in groupby(found, key=lambda each: each.learner):
        read_archives = []
        for archive in own:
            name = printable(archive.path.name)
            try:
                content = read(archive.path)
            except ArchiveRejectedError as error:
                results.append(Refusal(name, str(error)))
                continue
            when = submission_time(archive.path, content, timestamp_from)
            read_archives.append((_receipt_time(content), archive.path.name, content, when))
        # A receipt's time orders only the submissions of one learner.
        for _, file, content, when in sorted(read_archives, key=lambda each: each[:2]):
            for unit, files in content.items():
                try:
                    new, older = _write(files, into / learner / unit, when)
                except OSError as error:
                    raise GraderError(
                        f"collect: {learner}/{unit} cannot be written to {into} "
                        f"({error.strerror}); an earlier submission is unchanged. Make sure that "
                        "the folder is writable and the disk has space, then run again."
                    ) from None
                results.append(Taken(printable(file), learner, unit, older, new))
    return results


def submission_time(
    path: Path, content: dict[str, dict[str, bytes]], timestamp_from: str = "file"
) -> datetime:
    """Return when an archive was handed in: the time of its file, or of its receipt.

    The time of the file is used if the receipt cannot be read or is later than the file.
    """
    latest = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if timestamp_from == "receipt":
        try:
            claimed = datetime.fromisoformat(_receipt_time(content)).astimezone(UTC)
            return min(claimed, latest)
        except (ValueError, OverflowError):
            pass
    return latest


def read(path: Path) -> dict[str, dict[str, bytes]]:
    """Return the files in an archive, by unit and by their path in the submission.

    Files that operating systems and notebook servers add to a folder are skipped.

    Raises:
        ArchiveRejectedError: the archive contains a file that `bnlab submit` does not write.
    """
    if path.is_symlink() or not path.is_file():
        raise ArchiveRejectedError("it is not a regular file.")
    if path.stat().st_size > MAX_ARCHIVE_BYTES:
        raise ArchiveRejectedError(f"it is larger than {MAX_ARCHIVE_BYTES // 2**20} MiB.")
    try:
        with zipfile.ZipFile(path) as zipped:
            return _entries(zipped)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError,
        NotImplementedError,
    ) as error:  # fmt: skip
        if isinstance(error, ArchiveRejectedError):
            raise
        raise ArchiveRejectedError("it is not a zip that can be read; ask for it again.") from None


def _entries(zipped: zipfile.ZipFile) -> dict[str, dict[str, bytes]]:
    rows = zipped.infolist()
    if len(rows) > MAX_ENTRIES:
        raise ArchiveRejectedError(
            f"it contains {len(rows)} entries, expected at most {MAX_ENTRIES}."
        )
    content: dict[str, dict[str, bytes]] = {}
    seen: set[str] = set()
    total = 0
    allowed = _allowed_names()
    for row in rows:
        _check_entry(row)
        if row.is_dir() or _is_system_file(row.filename):
            continue
        if row.filename not in allowed:
            raise ArchiveRejectedError(
                f"{printable(row.filename)!r} does not belong in a submission."
            )
        # Some file systems ignore case or normalise accents: there, two such names are one file.
        folded = unicodedata.normalize("NFC", row.filename).casefold()
        if folded in seen:
            raise ArchiveRejectedError(f"it contains {row.filename} twice.")
        seen.add(folded)
        unit, inside, limit = allowed[row.filename]
        content.setdefault(unit, {})[inside] = _content(zipped, row, limit)
        total += len(content[unit][inside])
        if total > MAX_ARCHIVE_BYTES:
            raise ArchiveRejectedError(f"it contains more than {MAX_ARCHIVE_BYTES // 2**20} MiB.")
    if not any(set(files) - {RECEIPT} for files in content.values()):
        raise ArchiveRejectedError("it contains no module and no notebook.")
    return content


def _allowed_names() -> dict[str, tuple[str, str, int]]:
    """Return for each allowed name its unit, its path in the submission, its limit in bytes."""
    table = {}
    for unit in units().values():
        for inside, limit in (submission_files(unit) | {RECEIPT: MAX_RECEIPT_BYTES}).items():
            table[f"{unit.name}/{inside}"] = (unit.name, inside, limit)
    return table


def _check_entry(row: zipfile.ZipInfo) -> None:
    """Raise ArchiveRejectedError if an entry is not a plain file or folder inside the archive."""
    # zipfile replaces backslashes and cuts at NUL; orig_filename is the name in the archive.
    name = row.orig_filename
    if not row.filename:
        raise ArchiveRejectedError("it contains an entry without a name.")
    if name.startswith("/") or "\\" in name or "\0" in name or ".." in name.split("/"):
        raise ArchiveRejectedError(f"{printable(name)!r} leads out of its folder.")
    kind = stat.S_IFMT(row.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ArchiveRejectedError(f"{printable(name)!r} is not a regular file.")
    if row.flag_bits & 0x1:
        raise ArchiveRejectedError("it is encrypted.")
    if row.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ArchiveRejectedError(
            "its compression method is not deflate; pack it again as a usual zip."
        )


def _is_system_file(name: str) -> bool:
    """Return whether macOS, Python or a notebook server creates such files."""
    parts = name.split("/")
    return (
        parts[0] == "__MACOSX"
        or parts[-1] == ".DS_Store"
        or "__pycache__" in parts
        or ".ipynb_checkpoints" in parts
    )


def _content(zipped: zipfile.ZipFile, row: zipfile.ZipInfo, limit: int) -> bytes:
    """Return the bytes of an entry. They are counted: the size in the archive may be wrong."""
    parts, size = [], 0
    with zipped.open(row) as file:
        while block := file.read(BLOCK_BYTES):
            size += len(block)
            if size > limit:
                raise ArchiveRejectedError(f"{row.filename} is larger than {limit // 1024} KiB.")
            parts.append(block)
    return b"".join(parts)


def _receipt_time(content: dict[str, dict[str, bytes]]) -> str:
    """Return the time in the first receipt of an archive, as it is written; "" if there is none."""
    for files in content.values():
        try:
            when = json.loads(files.get(RECEIPT, b"{}")).get("time")
        except (ValueError, AttributeError, RecursionError):
            continue
        if isinstance(when, str):
            return when[:40]
    return ""


def _write(files: dict[str, bytes], folder: Path, when: datetime) -> tuple[bool, str]:
    """Write a submission and move an earlier one to `.older/`.

    Returns:
        Whether the submission is new, and where the earlier one is now, "" if there was none.
    """
    if _present(folder) == files:  # the time of submission stays that of the first
        return False, ""
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    stamp = f"{when:%Y-%m-%d %H:%M:%S.%f} UTC\n".encode()
    try:
        for name, content in {**files, TIMESTAMP: stamp}.items():
            path = partial / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    moved = ""
    if folder.exists():
        older = folder.parent / OLDER
        older.mkdir(exist_ok=True)
        count = sum(path.name.startswith(f"{folder.name}-") for path in older.iterdir()) + 1
        os.replace(folder, older / f"{folder.name}-{count}")
        moved = f"{OLDER}/{folder.name}-{count}"
    os.replace(partial, folder)
    return True, moved


def _present(folder: Path) -> dict[str, bytes] | None:
    """Return the files of a submission on disk without its timestamp; None if there is none."""
    if not folder.is_dir() or folder.is_symlink():
        return None
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and path != folder / TIMESTAMP
    }
