"""The output of the command: the console, progress bars, paths relative to the current folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

console = Console(highlight=False)


class _Rate(ProgressColumn):
    """Submissions per second since the start, once they are known."""

    def render(self, task: Task) -> Text:
        seconds = task.finished_time if task.finished else task.elapsed
        return Text(f"{task.completed / seconds:.1f}/s" if seconds and task.completed else "")


def progress() -> Progress:
    """Return progress bars with count, rate and remaining time."""
    columns = (
        TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn(), _Rate(),
        TimeRemainingColumn(),
    )  # fmt: skip
    return Progress(*columns, console=console)


def print_lines(lines: Iterable[object]) -> None:
    """Print one line for each item; long lines are not wrapped, markup has no effect.

    In a terminal, what is said of a file with a long name begins in a second line.
    """
    for line in lines:
        name, text = str(getattr(line, "file", "")), str(line)
        if name and console.is_terminal and len(text) > console.width:
            text = f"{name}:\n    {text.removeprefix(f'{name}: ')}"
        console.print(text, soft_wrap=True, markup=False)


def shown(path: Path) -> str:
    """Return a path relative to the current folder if it is inside."""
    absolute = path.absolute()
    return str(absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else path)
