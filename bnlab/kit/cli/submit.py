"""`bnlab submit moments`: what you hand in, as one zip with a receipt. It refuses nothing."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ..course import Unit, unit
from ..local_state import home
from ..quiz_cells import answers, cell_text

MAX_SOURCE = 256 * 2**10
MAX_NOTEBOOK = 8 * 2**20
"""The grader reads no larger module and no larger notebook."""

FOLDER = "submissions"
RECEIPT = "receipt.json"
UNTOUCHED = "Your answer here."
NO_EXCHANGE = "No course id specified", "Unwritable directory"
"""What nbgrader says where it is installed and there is nothing to hand in to."""


@dataclass(frozen=True)
class HandedIn:
    """What was handed in.

    Attributes:
        path: the zip.
        lines: what is in it and what is missing, for people.
        receipt: a short digest of everything in it.
    """

    path: Path
    lines: tuple[str, ...]
    receipt: str

    def __repr__(self) -> str:
        head = f"Handed in from {self.path.parent.parent}:"
        return "\n".join(
            (head, *self.lines, f"written to {FOLDER}/{self.path.name}", f"receipt {self.receipt}")
        )


def submit(name: str) -> HandedIn:
    """Writes `submissions/<unit>-<time>.zip` beside `bnlab/`, whatever state the work is in.

    Args:
        name: a unit such as "moments".

    Raises:
        ValueError: where there is no such unit, or no file of it to hand in.
    """
    each = unit(name)
    files, lines = _collected(each, home())
    if not files:
        wanted = f"bnlab/{name}.py" if each.coded else f"exercises/{each.slug}.ipynb"
        raise ValueError(f"submit: files of {name} are none, expected {wanted}.")
    if f"bnlab/{name}.py" in files or not each.coded:
        lines = _checked(each) + lines
    now = time.gmtime()
    receipt = _receipt(each, files, now)
    digest = hashlib.sha256(receipt).hexdigest()[:12]
    path = _unused(home() / FOLDER / f"{name}-{time.strftime('%Y%m%d-%H%M%S', now)}.zip")
    path.parent.mkdir(exist_ok=True)
    partial = path.with_suffix(".partial")  # a kernel that is killed leaves no half zip
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as zipped:
        for inside, content in {**files, RECEIPT: receipt}.items():
            row = zipfile.ZipInfo(f"{name}/{inside}", now[:6])
            zipped.writestr(row, content, zipfile.ZIP_DEFLATED)
    os.replace(partial, path)
    lines += _exchanged(name, files)
    return HandedIn(path, tuple(lines), digest)


def _collected(each: Unit, root: Path) -> tuple[dict[str, bytes], list[str]]:
    """The files of a unit by their path in the zip, and a line for each thing that is missing."""
    files: dict[str, bytes] = {}
    lines: list[str] = []
    places = {
        f"{each.slug}.ipynb": (root / "exercises" / f"{each.slug}.ipynb", MAX_NOTEBOOK),
    }
    if each.coded:
        places[f"bnlab/{each.name}.py"] = (root / "bnlab" / f"{each.name}.py", MAX_SOURCE)
    for inside, (path, limit) in places.items():
        shown = path.relative_to(root).as_posix()
        if not path.is_file():
            lines.append(f"  missing: {shown}")
            continue
        files[inside] = path.read_bytes()
        if len(files[inside]) > limit:
            lines.append(
                f"  too large: {shown} has {len(files[inside]) // 1024} KiB, and the grader reads "
                f"{limit // 1024}; clear its outputs, save, and hand in again"
            )
    notebook = files.get(f"{each.slug}.ipynb")
    if notebook is not None:
        lines += _answered(each, notebook.decode("utf-8", "replace"))
        changed = places[f"{each.slug}.ipynb"][0].stat().st_mtime
        saved = time.strftime("%H:%M", time.localtime(changed))
        lines.append(f"  the notebook is as you saved it at {saved}")
    return files, lines


def _checked(each: Unit) -> list[str]:
    from ..feedback.checker import check

    return [f"  {line}" for line in check(each.name).summaries]


def _answered(each: Unit, notebook: str) -> list[str]:
    """A line for each question of the notebook; whether an answer is right is not known here."""
    lines = []
    for name, answer in answers(notebook, [question.name for question in each.quiz]).items():
        shown = repr(answer) if isinstance(answer, str) else f"{answer or 0:,.10g}"
        said = f"your answer is {shown}" if answer is not None else "no answer yet"
        lines.append(f"  quiz {name}: {said}")
    text = cell_text(notebook, f"written-{each.name}", MAX_NOTEBOOK).strip()
    words = len(text.split())
    said = f"{words} words" if text not in ("", UNTOUCHED) else "no answer yet"
    return [*lines, f"  in your own words: {said}"]


def _receipt(each: Unit, files: dict[str, bytes], now: time.struct_time) -> bytes:
    row = {
        "unit": each.name,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", now),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    return (json.dumps(row, indent=1, sort_keys=True) + "\n").encode()


def _unused(path: Path) -> Path:
    """The path, or one like it that is free: two in one second are two submissions."""
    count = 1
    free = path
    while free.exists():
        count += 1
        free = path.with_stem(f"{path.stem}-{count}")
    return free


def _exchanged(name: str, files: dict[str, bytes]) -> list[str]:
    """Hands the same files to nbgrader, where it is installed and has an exchange folder."""
    if importlib.util.find_spec("nbgrader") is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        for inside, content in files.items():
            path = Path(folder) / name / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "nbgrader", "submit", name],
                cwd=folder, capture_output=True, text=True, timeout=60,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return ["  not handed in through nbgrader (no reply): the zip is what counts"]
    if done.returncode == 0:
        return ["  handed in through nbgrader too"]
    if any(sign in done.stderr for sign in NO_EXCHANGE):
        return []
    lines = [line for line in done.stderr.splitlines() if re.search("ERROR|CRITICAL|FATAL", line)]
    reason = (lines or ["no reason given"])[0].rpartition("] ")[2]
    return [f"  not handed in through nbgrader ({reason}): the zip is what counts"]
