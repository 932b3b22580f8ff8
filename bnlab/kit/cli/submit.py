"""`bnlab submit moments`: a zip with the module and the notebook of a unit, and a receipt."""

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

from ..command_line import system_error
from ..course import Unit, UserError, unit
from ..formats import MAX_NOTEBOOK_BYTES, RECEIPT, submission_files, written_cell_id
from ..local_state import home
from ..quiz_cells import answers, cell_text, is_notebook

FOLDER = "submissions"
UNTOUCHED = "Your answer here."
"""Text of a cell for a written answer, as it is handed out."""

NO_EXCHANGE = "No course id specified", "Unwritable directory"
"""Errors of nbgrader if it is installed without an exchange folder."""

NBGRADER_TIMEOUT_S = 60


@dataclass(frozen=True)
class WrittenSubmission:
    """A submission that was written.

    Attributes:
        path: the zip.
        lines: a text that says what is in the zip and what is missing, by line.
        receipt: a short digest of the content.
    """

    path: Path
    lines: tuple[str, ...]
    receipt: str

    def __repr__(self) -> str:
        head = f"Submission from {self.path.parent.parent}:"
        return "\n".join(
            (
                head,
                *self.lines,
                f"written to {FOLDER}/{self.path.name}; hand in this file",
                f"receipt {self.receipt}, a digest of the content",
            )
        )


def submit(name: str) -> WrittenSubmission:
    """Write `submissions/<unit>-<time>.zip` next to `bnlab/`, whatever state the work is in.

    Args:
        name: a unit such as "moments".

    Raises:
        UserError: if there is no such unit, neither its module nor its notebook exists, or the zip
            cannot be written.
    """
    each = unit(name)
    files, lines = _collected(each, home())
    if not files:
        wanted = f"bnlab/{name}.py" if each.coded else f"exercises/{each.slug}.ipynb"
        raise UserError(
            f"{wanted} not found in {home()}; nothing to hand in. "
            "`bnlab update batch-norm-lab.zip` restores it."
        )
    if f"bnlab/{name}.py" in files or not each.coded:
        lines = _checked(each) + lines
    now = time.gmtime()
    receipt = _receipt(each, files, now)
    digest = hashlib.sha256(receipt).hexdigest()[:12]
    path = _unused(home() / FOLDER / f"{name}-{time.strftime('%Y%m%d-%H%M%S', now)}.zip")
    rows = {f"{name}/{inside}": content for inside, content in {**files, RECEIPT: receipt}.items()}
    try:
        _write_zip(path, rows, now)
    except OSError as error:
        raise UserError(f"nothing was handed in. {system_error(error)}") from error
    lines += _exchanged(name, files)
    return WrittenSubmission(path, tuple(lines), digest)


def _write_zip(path: Path, rows: dict[str, bytes], now: time.struct_time) -> None:
    path.parent.mkdir(exist_ok=True)
    partial = path.with_suffix(".partial")  # a kernel that is killed leaves no broken zip
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as zipped:
        for inside, content in rows.items():
            row = zipfile.ZipInfo(inside, now[:6])
            zipped.writestr(row, content, zipfile.ZIP_DEFLATED)
    os.replace(partial, path)


def _collected(each: Unit, root: Path) -> tuple[dict[str, bytes], list[str]]:
    """Return the files of a unit by their path in the zip, and lines on what is missing."""
    notebook_name = f"{each.slug}.ipynb"
    files: dict[str, bytes] = {}
    lines: list[str] = []
    for inside, limit in submission_files(each).items():
        shown = f"exercises/{inside}" if inside == notebook_name else inside
        path = root / shown
        if not path.is_file():
            lines.append(f"  missing: {shown}")
            continue
        files[inside] = path.read_bytes()
        if len(files[inside]) > limit:
            lines.append(
                f"  too large: {shown} has {len(files[inside]) // 1024} KiB, and the grader reads "
                f"at most {limit // 1024} KiB; clear its outputs, save, and submit again"
            )
    notebook = files.get(notebook_name)
    if notebook is not None:
        text = notebook.decode("utf-8", "replace")
        if is_notebook(text):
            lines += _answered(each, text)
        else:
            lines.append(
                f"  unreadable: exercises/{notebook_name} is not a notebook, and its answers give "
                "no points; restore a copy and submit again"
            )
        changed = (root / "exercises" / notebook_name).stat().st_mtime
        saved = time.strftime("%H:%M", time.localtime(changed))
        lines.append(f"  the notebook was saved at {saved}")
    return files, lines


def _checked(each: Unit) -> list[str]:
    from ..feedback.checker import check

    return [f"  {line}" for line in check(each.name).summaries]


def _answered(each: Unit, notebook: str) -> list[str]:
    """Return a line for each question of the notebook; the right answers are not known here."""
    lines = []
    for name, answer in answers(notebook, [question.name for question in each.quiz]).items():
        shown = repr(answer) if isinstance(answer, str) else f"{answer or 0:,.10g}"
        said = f"your answer is {shown}" if answer is not None else "no answer yet"
        lines.append(f"  quiz {name}: {said}")
    text = cell_text(notebook, written_cell_id(each.name), MAX_NOTEBOOK_BYTES).strip()
    words = len(text.split())
    said = f"{words} words" if text not in ("", UNTOUCHED) else "no answer yet"
    return [*lines, f"  written answer: {said}"]


def _receipt(each: Unit, files: dict[str, bytes], now: time.struct_time) -> bytes:
    row = {
        "unit": each.name,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", now),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    return (json.dumps(row, indent=1, sort_keys=True) + "\n").encode()


def _unused(path: Path) -> Path:
    """Return the path, with a number if it exists: two submissions may have the same second."""
    count = 1
    free = path
    while free.exists():
        count += 1
        free = path.with_stem(f"{path.stem}-{count}")
    return free


def _exchanged(name: str, files: dict[str, bytes]) -> list[str]:
    """Hand the same files to nbgrader, if it is installed and has an exchange folder."""
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
                cwd=folder, capture_output=True, text=True, timeout=NBGRADER_TIMEOUT_S,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return ["  not handed in through nbgrader (no reply); hand in the zip"]
    if done.returncode == 0:
        return ["  also handed in through nbgrader"]
    if any(sign in done.stderr for sign in NO_EXCHANGE):
        return []
    lines = [line for line in done.stderr.splitlines() if re.search("ERROR|CRITICAL|FATAL", line)]
    reason = (lines or ["no reason given"])[0].rpartition("] ")[2]
    return [f"  not handed in through nbgrader ({reason}); hand in the zip"]
