"""A learner's folder for the tests: the handout, unpacked, and `bnlab` run in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bngrader.authoring.release import handout_files


def unpack(folder: Path) -> Path:
    """Writes the handout's files; gives the folder."""
    for name, content in handout_files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def bnlab(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The command `bnlab` on the package in this folder."""
    return subprocess.run(
        [sys.executable, "-m", "bnlab.kit.cli.main", *words],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)} | more,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
