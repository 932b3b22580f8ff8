"""Folders whose files are written one by one, each as a whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def write_folder(folder: Path, files: dict[Path, str], mode: int) -> None:
    """Write files below a folder, each as a whole, and remove all others there."""
    for path in strangers(folder, set(files)):
        path.unlink()
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.partial")
        try:
            with open(partial, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            partial.chmod(mode)
            os.replace(partial, path)
        finally:
            with suppress(OSError):
                partial.unlink()


def strangers(folder: Path, known: set[Path]) -> Iterator[Path]:
    """Yield the files below a folder that an earlier version or a killed run has left."""
    for place, _, names in os.walk(folder):
        for name in names:
            if (path := Path(place, name)) not in known:
                yield path
