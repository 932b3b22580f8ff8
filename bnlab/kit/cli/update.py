"""`bnlab update batch-norm-lab.zip`: takes in a newer handout, and no work is lost."""

from __future__ import annotations

import hashlib
import json
import zipfile
from fnmatch import fnmatch
from pathlib import Path

from ..local_state import home

MANIFEST = "bnlab/kit/handout.json"
THEIRS = ("bnlab/*.py", "exercises/*.ipynb")
"""Files that a learner writes in, by their path in the handout."""
ASIDE = "updates"


def update(archive: Path) -> str:
    """What was done with each file that changed, one line each.

    A file of ours is replaced, or removed where the newer handout has none. A file that the learner
    writes in is replaced only where it is still as it was handed out; otherwise it stays, and the
    new one is put into `updates/`. A file of ours that somebody has changed is kept in
    `updates/yours/`.

    Args:
        archive: a zip as the teacher gives it out.

    Raises:
        ValueError: where it is no handout.
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
        if _is_theirs(name) and not untouched:
            if before.get(name) != _digest(content):
                _write(root / ASIDE / name, content)
                lines.append(f"kept {name}; the new one is {ASIDE}/{name}")
            continue
        if present is not None and not untouched:
            _write(root / ASIDE / "yours" / name, present)
            lines.append(f"new {name}; yours is {ASIDE}/yours/{name}")
        else:
            lines.append(f"new {name}")
        _write(path, content)
    for name in sorted(before.keys() - fresh.keys() - {MANIFEST}):
        if (root / name).is_file() and not _is_theirs(name):
            lines.append(_removed(root, name, before[name]))
    # The list of digests last: an update that is cut short can be made again.
    _write(root / MANIFEST, manifest)
    return "\n".join(_shortened(lines)) or "Everything is as in this handout."


def _removed(root: Path, name: str, digest: str) -> str:
    """Takes away a file of ours that is no longer in the handout; says so in a line."""
    path = root / name
    content = path.read_bytes()
    changed = digest != _digest(content)
    if changed:
        _write(root / ASIDE / "yours" / name, content)
    path.unlink()
    return f"gone {name}; yours is {ASIDE}/yours/{name}" if changed else f"gone {name}"


def _shortened(lines: list[str]) -> list[str]:
    """The book's many files in one line for each thing that became of them."""
    short = []
    for word in ("new", "gone"):
        pages = [line for line in lines if line.startswith(f"{word} book/") and ";" not in line]
        lines = [line for line in lines if line not in pages]
        short += [f"{word} book/: {len(pages)} files"] if pages else []
    if any(line.startswith("new pyproject.toml") for line in lines):
        short.append("The package has changed: run `pip install -e .` here once more.")
    return lines + short


def _read(archive: Path) -> dict[str, bytes]:
    """The files of a handout by their path in it."""
    files = {}
    try:
        with zipfile.ZipFile(archive) as zipped:
            for row in zipped.infolist():
                inside = row.filename.partition("/")[2]
                odd = ".." in inside.split("/") or "\\" in inside or inside.startswith("/")
                if inside and not row.is_dir() and not odd:
                    files[inside] = zipped.read(row)
    except (zipfile.BadZipFile, FileNotFoundError):
        files = {}
    if MANIFEST not in files:
        raise ValueError(f"update: {archive} is no handout, expected batch-norm-lab.zip.")
    return files


def _manifest(root: Path) -> dict[str, str]:
    path = root / MANIFEST
    return json.loads(path.read_text("utf-8"))["files"] if path.is_file() else {}


def _is_theirs(name: str) -> bool:
    # fnmatch lets * match a slash: the kit lies deeper than the modules.
    return any(fnmatch(name, each) and name.count("/") == each.count("/") for each in THEIRS)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
