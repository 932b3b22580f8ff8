"""The learner's folder, and what the kit remembers there: `.bnlab/notes.json`, on no other disk."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any


def home() -> Path:
    """The learner's folder: the one that `bnlab/` lies in."""
    return Path(import_module("bnlab").__file__ or "").resolve().parent.parent


def read_notes() -> dict[str, Any]:
    """The notes; empty where there are none, or none that can be read."""
    try:
        notes = json.loads((home() / ".bnlab" / "notes.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return notes if isinstance(notes, dict) else {}


def write_notes(notes: dict[str, Any]) -> None:
    """Keeps the notes; in a folder that cannot be written, nothing is kept and nothing is lost."""
    path = home() / ".bnlab" / "notes.json"
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(notes, indent=1, sort_keys=True) + "\n", "utf-8")
        os.replace(partial, path)
