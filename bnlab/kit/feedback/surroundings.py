"""What a check sees beside the results: when the file was saved, and code that is not in it."""

from __future__ import annotations

import builtins
import linecache
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import shorten
from types import FrameType

from ..course import Task

SHOWN = RuntimeWarning, UserWarning, FutureWarning, DeprecationWarning
"""The kinds of warnings that learners read."""

MAX_WARNINGS = 3
"""Lines whose warnings the check of one task shows."""

MAX_SOURCE = 60
"""Characters of a line that a note quotes."""


def saved_at(path: Path) -> str:
    """Return when a file was saved: "06:24" if today, else with the date; "" if it is missing."""
    if not path.is_file():
        return ""
    when = time.localtime(path.stat().st_mtime)
    today = time.strftime("%Y-%m-%d") == time.strftime("%Y-%m-%d", when)
    return time.strftime("%H:%M" if today else "%Y-%m-%d %H:%M", when)


_checked: dict[tuple[Path, Task], bytes] = {}
"""What a file contained at the last check of a task in this process."""


def unchanged(task: Task, path: Path) -> str:
    """Return a sentence if a file is as it was at the last check of a task here, else ""."""
    content = path.read_bytes() if path.is_file() else b""
    before = _checked.get((path, task))
    _checked[path, task] = content
    if not content or content != before:
        return ""
    return (
        f"bnlab/{path.name} is the same as at the last check; if you have changed it, save it "
        "and check again"
    )


def defined_in_notebook(task: Task) -> str:
    """Return a sentence if the notebook defines the function or class of a task, else ""."""
    find_shell = vars(builtins).get("get_ipython")
    if find_shell is None:
        return ""
    name = task.name.partition(".")[0]
    own = find_shell().user_ns.get(name)
    if getattr(own, "__module__", None) != "__main__":
        return ""
    return (
        f"this notebook has a {name} of its own, which is not checked; "
        f"move it to bnlab/{task.unit}.py and save that file"
    )


@contextmanager
def noting_warnings(folder: Path) -> Iterator[list[str]]:
    """Collect the warnings that the learner's code causes in the block, a note for each line.

    A warning of NumPy names a line of NumPy; the note names the line of the learner's file.
    Warnings without such a line are not the learner's, and are dropped.

    Args:
        folder: the folder of the learner's modules.
    """
    notes: list[str] = []
    seen: dict[tuple[str, int, str], list[str]] = {}

    def keep(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
        at = _learner_frame(sys._getframe(), folder)
        if at is not None and issubclass(category, SHOWN):
            said = seen.setdefault((at.f_code.co_filename, at.f_lineno, category.__name__), [])
            if str(message) not in said:
                said.append(str(message))

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = keep
        yield notes
    for (path, line, name), said in list(seen.items())[:MAX_WARNINGS]:
        linecache.checkcache(path)
        source = shorten(linecache.getline(path, line), MAX_SOURCE, placeholder=" ...")
        notes.append(
            f"{name} (bnlab/{Path(path).name}, line {line}, `{source}`): {'; '.join(said)}"
        )


def _learner_frame(frame: FrameType | None, folder: Path) -> FrameType | None:
    """Return the innermost call of a function of the learner, if any."""
    while frame is not None and Path(frame.f_code.co_filename).parent != folder:
        frame = frame.f_back
    return frame
