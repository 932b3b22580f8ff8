"""Downloads of learning platforms for the tests, and what was collected from them."""

from __future__ import annotations

import io
import os
import warnings
import zipfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bngrader.course.collecting.collect import Options, collect
from bngrader.course.collecting.content import in_archive
from bngrader.course.collecting.nodes import on_disk

MODULE = b"def batch_moments(x):\n    return x.mean(0), x.var(0)\n"
NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def work(of: str = "", unit: str = "moments", slug: str = "02_moments", time: str = "") -> dict:
    """Returns the files of a submission as `bnlab submit` packs them; `of` makes them differ."""
    files = {
        f"{unit}/{slug}.ipynb": NOTEBOOK,
        f"{unit}/bnlab/{unit}.py": MODULE + f"# {of}\n".encode(),
    }
    if time:
        files[f"{unit}/receipt.json"] = f'{{"time": "{time}"}}'.encode()
    return files


GOOD = work(time="2026-11-21T10:00:00Z")
"""A submission, and below the files that it leaves in its folder."""
FILES = {"02_moments.ipynb", "bnlab/moments.py", "receipt.json", "timestamp.txt"}


def packed(entries, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Returns a zip; an entry is a name or a ZipInfo, and may come twice."""
    file = io.BytesIO()
    rows = entries.items() if isinstance(entries, dict) else entries
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", method) as zipped:
        warnings.simplefilter("ignore")  # a name that is in it twice
        for name, content in rows:
            zipped.writestr(name, content)
    return file.getvalue()


def unflagged(files: dict[str, bytes], encoding: str) -> bytes:
    """A zip that does not say how its names are encoded, as Macs and old Windows make it."""
    named = {}
    for number, (name, content) in enumerate(files.items()):
        raw = name.encode(encoding)
        named[raw] = (f"{number}".zfill(len(raw)), content)
    data = packed({mask: content for mask, content in named.values()})
    for raw, (mask, _) in named.items():
        data = data.replace(mask.encode(), raw)
    return data


def zipped(of: str = "", **more: str) -> bytes:
    """Returns the zip of a submission."""
    return packed(work(of, **more))


def laid_out(folder: Path, files: dict[str, bytes], when: datetime | None = None) -> Path:
    """Writes files below a folder, with one time of change if it is given; returns the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if when:
            stamp = when.astimezone(UTC).timestamp()
            os.utime(path, (stamp, stamp))
    return folder


def taken_from(place: Path, into: Path, **options) -> tuple[list, dict[str, str]]:
    """Collects a download; returns the lines, and for each `learner/unit` whose work lies there."""
    lines = collect([place], into, Options(unmatched=into / "unmatched.csv", **options))
    return lines, owners(into)


def take(inbox: Path, into: Path, **archives: bytes) -> tuple[list, dict[str, str]]:
    """Lays out archives by the name of the learner, and collects them."""
    laid_out(inbox, {f"{name}.zip": content for name, content in archives.items()})
    return taken_from(inbox, into)


def owners(into: Path) -> dict[str, str]:
    """Returns for each `learner/unit` the mark that `work` has put into the module."""
    return {
        path.relative_to(into).parents[1].as_posix(): path.read_text().rpartition("# ")[2].strip()
        for path in into.glob("[!.]*/*/bnlab/*.py")
    }


def tree(folder: Path) -> dict[str, bytes]:
    """Returns the content of all files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def handed_in(archive: Path) -> dict[str, dict[str, bytes]]:
    """Returns what `collect` reads from a zip, by unit."""
    with ExitStack() as stack:
        return {each.unit: each.files for each in in_archive(on_disk(archive), stack).found}


def loose(of: str, prefix: str = "") -> dict[str, bytes]:
    return {
        f"{prefix}moments.py": MODULE + f"# {of}\n".encode(),
        f"{prefix}02_moments.ipynb": NOTEBOOK,
    }


def assert_the_law(root: Path, files: dict[str, bytes], marks: list[str], left: int) -> None:
    """Collects a download; everything in it has one line, and nobody's work is another's.

    Args:
        files: the files of the download.
        marks: the marks of `work` that count at the end, one for each learner and unit.
        left: the number of files from which nothing was taken, though a learner may have sent them.
    """
    inbox = laid_out(root / "inbox", files, datetime(2026, 11, 25).astimezone())
    into = root / "into"
    lines = collect([inbox], into, Options(unmatched=root / "unmatched.csv"))
    said = "\n".join(str(line) for line in lines)
    assert sorted(owners(into).values()) == sorted(marks), said
    named = [tuple(path.split("/")[1:]) for line in lines for path in line.paths]
    for path in inbox.rglob("*"):  # each file, or the folder or the archive that it is in
        parts = path.relative_to(inbox).parts
        about = [each for each in named if each[: len(parts)] == parts[: len(each)]]
        assert about if path.is_file() else True, f"nothing is said of {path}:\n{said}"
    assert len(named) == len(set(named)), said
    missed = [path for e in lines if e.kind in ("refused", "asked") for path in e.paths]
    assert len(missed) == left, said
    assert any(line.fault for line in lines) == bool(left), (
        "the exit code is 1 if a line is a fault"
    )
    assert len({line.file for line in lines}) == len(lines), said
