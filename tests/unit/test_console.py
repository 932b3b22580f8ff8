"""What the commands print while they work."""

import io

from rich.console import Console

from bngrader.cli import console


def test_the_pace_of_a_progress_bar_is_that_since_its_start(monkeypatch):
    now, written = [0.0], io.StringIO()
    monkeypatch.setattr(console, "console", Console(file=written, width=100))
    bar = console.progress()
    bar.get_time = lambda: now[0]
    row = bar.add_task("judging", total=20)
    for now[0], completed in ((10.0, 5), (20.0, 15), (20.001, 20)):
        bar.update(row, completed=completed)
    bar.console.print(bar.get_renderable())
    assert "20/20 1.0/s" in written.getvalue()
