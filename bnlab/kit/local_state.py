"""The learner's folder, and the state that the kit stores there, in `.bnlab/notes.json`."""

from __future__ import annotations

import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any


def home() -> Path:
    """Return the learner's folder, which contains `bnlab/`."""
    return Path(import_module("bnlab").__file__ or "").resolve().parent.parent


def read_notes() -> dict[str, Any]:
    """Return the stored state; empty if there is none, or it cannot be read."""
    try:
        notes = json.loads((home() / ".bnlab" / "notes.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return notes if isinstance(notes, dict) else {}


def write_notes(notes: dict[str, Any]) -> bool:
    """Store the state; return whether the folder could be written."""
    path = home() / ".bnlab" / "notes.json"
    try:
        path.parent.mkdir(exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(notes, indent=1, sort_keys=True) + "\n", "utf-8")
        os.replace(partial, path)
    except OSError:
        return False
    return True
