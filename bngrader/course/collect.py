"""Takes in the zips that `bnlab submit` makes, from wherever an LMS put them.

Each archive is a stranger's: its names are matched against the few that belong in it, its sizes are
counted while it is read, and whose it is follows from the name of the file or folder that the
teacher has, never from anything inside. One that is amiss is refused in one sentence; the others
go on.

When it was handed in is written to `timestamp.txt`, where nbgrader looks for its late penalties. It
is the time of the file, which the teacher has; or, where asked for, the receipt's, which is the
learner's word.
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

from bnlab.kit.cli.submit import MAX_NOTEBOOK, MAX_SOURCE, RECEIPT
from bnlab.kit.course import units

from ..core.submission import printable

MAX_ARCHIVE = 2 * MAX_NOTEBOOK
MAX_RECEIPT = 16 * 2**10
MAX_ENTRIES = 100
BLOCK = 64 * 2**10
TIMES = ("file", "receipt")
"""What says when a submission was handed in."""
STAMP = "timestamp.txt"
"""Where nbgrader reads when a submission was handed in; learners' archives may not have it."""
OLDER = ".older"
"""What a newer submission replaced, beside the learner's units; the grader does not look there."""


class ArchiveRejectedError(ValueError):
    """An archive is not taken; the message says why, in one sentence."""


@dataclass(frozen=True)
class Archive:
    """A zip and whose it is."""

    path: Path
    learner: str


def archives(places: list[Path]) -> tuple[list[Archive], list[str]]:
    """The zips at these places and whose they are, and a line for whatever is not one.

    A zip is its learner's by its name up to the first `_`: `ada.zip`, `ada_17_moments.zip`.
    A folder holds such zips, or a folder for each learner, named in the same way.

    Raises:
        ValueError: where a place does not exist, or there is no zip at all.
    """
    found: list[Archive] = []
    notes: list[str] = []
    for place in places:
        if not place.exists():
            raise ValueError(f"collect: {place} is missing, expected a zip or a folder of zips.")
        for path, named_by in _zips(place):
            learner = named_by.partition("_")[0].strip()
            if learner in ("", ".", "..") or printable(learner) != learner or learner[0] in ".-":
                notes.append(f"{printable(path.name)}: its name does not say whose it is.")
            else:
                found.append(Archive(path, learner))
    if not found:
        raise ValueError("collect: zips are none, expected <learner>.zip or <learner>_<more>.zip.")
    return found, notes


def _zips(place: Path) -> Iterator[tuple[Path, str]]:
    """Each zip and the name that says whose it is: its own, or that of its folder."""
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


def collect(places: list[Path], into: Path, time: str = "file") -> list[str]:
    """Lays submissions out as `into/<learner>/<unit>/`; gives a line for each archive.

    Args:
        places: zips and folders of them.
        into: the folder for learners.
        time: what says when a submission was handed in, one of `TIMES`.

    Raises:
        ValueError: where there is no zip at all, or a submission cannot be written.
    """
    found, lines = archives(places)
    found.sort(key=lambda each: each.learner)
    for learner, own in groupby(found, key=lambda each: each.learner):
        taken = []
        for archive in own:
            try:
                content = read(archive.path)
            except ArchiveRejectedError as refused:
                lines.append(f"{printable(archive.path.name)}: refused, {refused}")
                continue
            when = handed_in(archive.path, content, time)
            taken.append((_claimed_time(content), archive.path.name, content, when))
        # A learner's own clock decides among that learner's own submissions only.
        for _, name, content, when in sorted(taken, key=lambda each: each[:2]):
            for unit, files in content.items():
                try:
                    what = _lay(files, into / learner / unit, when)
                except OSError as error:
                    raise ValueError(
                        f"collect: {learner}/{unit} cannot be written ({error.strerror}), expected "
                        f"room in {into}; what was there is as it was. Make room and run again."
                    ) from None
                lines.append(f"{printable(name)}: {learner}/{unit} {what}")
    return lines


def handed_in(path: Path, content: dict[str, dict[str, bytes]], time: str = "file") -> datetime:
    """When an archive was handed in: the time of its file, or what its receipt claims.

    A receipt that cannot be read, or claims to be younger than its file, is not believed.
    """
    latest = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if time == "receipt":
        try:
            claimed = datetime.fromisoformat(_claimed_time(content)).astimezone(UTC)
            return min(claimed, latest)
        except (ValueError, OverflowError):
            pass
    return latest


def read(path: Path) -> dict[str, dict[str, bytes]]:
    """The files in an archive, by unit and by their path in the submission.

    Raises:
        Refused: where there is anything in it that `bnlab submit` would not have put there, but for
            the traces that unpacking and packing again by hand leaves.
    """
    if path.is_symlink() or not path.is_file():
        raise ArchiveRejectedError("it is not a regular file.")
    if path.stat().st_size > MAX_ARCHIVE:
        raise ArchiveRejectedError(f"it is larger than {MAX_ARCHIVE // 2**20} MiB.")
    try:
        with zipfile.ZipFile(path) as zipped:
            return _entries(zipped)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError,
        NotImplementedError,
    ) as error:  # fmt: skip
        if isinstance(error, ArchiveRejectedError):
            raise
        raise ArchiveRejectedError("it is not a zip that can be read.") from None


def _entries(zipped: zipfile.ZipFile) -> dict[str, dict[str, bytes]]:
    rows = zipped.infolist()
    if len(rows) > MAX_ENTRIES:
        raise ArchiveRejectedError(f"it has {len(rows)} entries, expected at most {MAX_ENTRIES}.")
    content: dict[str, dict[str, bytes]] = {}
    seen: set[str] = set()
    total = 0
    places = _places()
    for row in rows:
        _refuse_odd(row)
        if row.is_dir() or _is_trace(row.filename):
            continue
        if row.filename not in places:
            raise ArchiveRejectedError(
                f"{printable(row.filename)!r} does not belong in a submission."
            )
        # On a disk that does not tell case or accents apart, two such names are one file.
        folded = unicodedata.normalize("NFC", row.filename).casefold()
        if folded in seen:
            raise ArchiveRejectedError(f"{row.filename} is in it twice.")
        seen.add(folded)
        unit, inside, limit = places[row.filename]
        content.setdefault(unit, {})[inside] = _content(zipped, row, limit)
        total += len(content[unit][inside])
        if total > MAX_ARCHIVE:
            raise ArchiveRejectedError(f"it holds more than {MAX_ARCHIVE // 2**20} MiB.")
    if not any(set(files) - {RECEIPT} for files in content.values()):
        raise ArchiveRejectedError("there is no module and no notebook in it.")
    return content


def _places() -> dict[str, tuple[str, str, int]]:
    """Every name that may be in an archive: its unit, its path in the submission, its limit."""
    table = {}
    for unit in units().values():
        places = {f"{unit.slug}.ipynb": MAX_NOTEBOOK, RECEIPT: MAX_RECEIPT}
        if unit.coded:
            places[f"bnlab/{unit.name}.py"] = MAX_SOURCE
        for inside, limit in places.items():
            table[f"{unit.name}/{inside}"] = (unit.name, inside, limit)
    return table


def _refuse_odd(row: zipfile.ZipInfo) -> None:
    # zipfile turns backslashes and cuts at NUL: what the archive says is in orig_filename.
    name = row.orig_filename
    if not row.filename:
        raise ArchiveRejectedError("an entry in it has no name.")
    if name.startswith("/") or "\\" in name or "\0" in name or ".." in name.split("/"):
        raise ArchiveRejectedError(f"{printable(name)!r} leads out of its folder.")
    kind = stat.S_IFMT(row.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ArchiveRejectedError(f"{printable(name)!r} is not a regular file.")
    if row.flag_bits & 0x1:
        raise ArchiveRejectedError("it is encrypted.")
    if row.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ArchiveRejectedError("it is packed in an uncommon way.")


def _is_trace(name: str) -> bool:
    """What a Mac or a notebook server leaves in a folder."""
    parts = name.split("/")
    return (
        parts[0] == "__MACOSX"
        or parts[-1] == ".DS_Store"
        or "__pycache__" in parts
        or ".ipynb_checkpoints" in parts
    )


def _content(zipped: zipfile.ZipFile, row: zipfile.ZipInfo, limit: int) -> bytes:
    """The bytes of an entry, counted as they come: the size in the archive is only a claim."""
    parts, size = [], 0
    with zipped.open(row) as file:
        while block := file.read(BLOCK):
            size += len(block)
            if size > limit:
                raise ArchiveRejectedError(f"{row.filename} is larger than {limit // 1024} KiB.")
            parts.append(block)
    return b"".join(parts)


def _claimed_time(content: dict[str, dict[str, bytes]]) -> str:
    for files in content.values():
        try:
            when = json.loads(files.get(RECEIPT, b"{}")).get("time")
        except (ValueError, AttributeError, RecursionError):
            continue
        if isinstance(when, str):
            return when[:40]
    return ""


def _lay(files: dict[str, bytes], folder: Path, when: datetime) -> str:
    """Writes a submission; what was there before is kept aside. Says what became of it."""
    before = _present(folder)
    if before == files:  # handed in again unchanged, it is as early as it was
        return "is there already"
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    stamp = f"{when:%Y-%m-%d %H:%M:%S.%f} UTC\n".encode()
    try:
        for name, content in {**files, STAMP: stamp}.items():
            path = partial / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    if not folder.exists():
        os.replace(partial, folder)
        return "taken"
    older = folder.parent / OLDER
    older.mkdir(exist_ok=True)
    count = sum(path.name.startswith(f"{folder.name}-") for path in older.iterdir()) + 1
    os.replace(folder, older / f"{folder.name}-{count}")
    os.replace(partial, folder)
    return f"taken; it replaces an earlier one, which is kept in {OLDER}/{folder.name}-{count}"


def _present(folder: Path) -> dict[str, bytes] | None:
    if not folder.is_dir() or folder.is_symlink():
        return None
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and path != folder / STAMP
    }
