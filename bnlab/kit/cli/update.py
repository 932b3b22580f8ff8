"""`bnlab update batch-norm-lab.zip`: installs a newer handout without losing the learner's work."""

from __future__ import annotations

import hashlib
import json
import zipfile
from fnmatch import fnmatch
from pathlib import Path

from ..course import UserError
from ..formats import MANIFEST
from ..local_state import home

LEARNER_FILES = ("bnlab/*.py", "exercises/*.ipynb")
"""Files that learners edit, by their path in the handout."""

UPDATES = "updates"
"""Folder for the new versions of files that the learner has changed."""


def update(archive: Path) -> str:
    """Install a newer handout; return a line for each file that changed.

    A supplied file is replaced, or removed if the newer handout does not have it; if somebody has
    changed the file, the changed version is moved to `updates/yours/`. A file that learners edit is
    replaced only if it is unchanged; otherwise it stays, and its new version goes to `updates/`.

    Args:
        archive: the zip from the teacher.

    Raises:
        UserError: if the file is not a handout.
    """
    root = home()
    fresh = _read(archive)
    before = _manifest(root)
    manifest = fresh.pop(MANIFEST)
    lines = []
    for name, content in fresh.items():
        path = root / name
        present = path.read_bytes() if path.is_file() else None
        if present == content:
            continue
        untouched = present is None or before.get(name) == _digest(present)
        if _is_learner_file(name) and not untouched:
            if before.get(name) != _digest(content):
                _write(root / UPDATES / name, content)
                lines.append(f"kept {name}; the new one is {UPDATES}/{name}")
            continue
        if present is not None and not untouched:
            _write(root / UPDATES / "yours" / name, present)
            lines.append(f"new {name}; yours is {UPDATES}/yours/{name}")
        else:
            lines.append(f"new {name}")
        _write(path, content)
    for name in sorted(before.keys() - fresh.keys() - {MANIFEST}):
        if (root / name).is_file() and not _is_learner_file(name):
            lines.append(_removed(root, name, before[name]))
    # The manifest last, so that an update that was interrupted can be run again.
    _write(root / MANIFEST, manifest)
    return "\n".join(_shortened(lines)) or "All files are up to date."


def _removed(root: Path, name: str, digest: str) -> str:
    """Remove a supplied file that is no longer in the handout; return a line that says so."""
    path = root / name
    content = path.read_bytes()
    changed = digest != _digest(content)
    if changed:
        _write(root / UPDATES / "yours" / name, content)
    path.unlink()
    return f"removed {name}; yours is {UPDATES}/yours/{name}" if changed else f"removed {name}"


def _shortened(lines: list[str]) -> list[str]:
    """Return the lines with those on the files of the book summed up."""
    short = []
    for word in ("new", "removed"):
        pages = [line for line in lines if line.startswith(f"{word} book/") and ";" not in line]
        lines = [line for line in lines if line not in pages]
        short += [f"{word} book/: {len(pages)} files"] if pages else []
    if any(line.startswith("new pyproject.toml") for line in lines):
        short.append("The package has changed: run `pip install -e .` in this folder again.")
    return lines + short


def _read(archive: Path) -> dict[str, bytes]:
    """Return the files of a handout by their path in it."""
    files = {}
    try:
        with zipfile.ZipFile(archive) as zipped:
            for row in zipped.infolist():
                inside = row.filename.partition("/")[2]
                odd = ".." in inside.split("/") or "\\" in inside or inside.startswith("/")
                if inside and not row.is_dir() and not odd:
                    files[inside] = zipped.read(row)
    except zipfile.BadZipFile:
        files = {}
    if MANIFEST not in files:
        raise UserError(
            f"{archive} is not a handout, expected a zip like batch-norm-lab.zip. "
            "Download it again from your teacher."
        )
    return files


def _manifest(root: Path) -> dict[str, str]:
    path = root / MANIFEST
    return json.loads(path.read_text("utf-8"))["files"] if path.is_file() else {}


def _is_learner_file(name: str) -> bool:
    # fnmatch lets * match a slash: the kit lies deeper than the modules.
    return any(fnmatch(name, each) and name.count("/") == each.count("/") for each in LEARNER_FILES)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
