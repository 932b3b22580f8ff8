"""What the command shows: lines, bars while it works, paths as a person would type them."""

from __future__ import annotations

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
    """Submissions a second, once there is something to say."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


def progress() -> Progress:
    """A bar for each long work: how far, how fast, how long still."""
    columns = (
        TextColumn("{task.description:<22}"), BarColumn(), MofNCompleteColumn(), _Rate(),
        TimeRemainingColumn(),
    )  # fmt: skip
    return Progress(*columns, console=console)


def shown(path: Path) -> str:
    """A path as a person would type it from here."""
    absolute = path.absolute()
    return str(absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else path)
