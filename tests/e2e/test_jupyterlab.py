"""A learner's first hour in JupyterLab: from the handout to the zip, in a real browser.

With BNLAB_SHOTS set to a folder, pictures of every state are left there.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError

from bngrader.core import solutions
from bngrader.judging.quiz import grade_quiz
from bnlab.kit.course import unit as find_unit
from tests.helpers.browser import chromium
from tests.helpers.downloads import handed_in
from tests.helpers.learner import unpack

SIZE = {"width": 1280, "height": 1000}
TIMEOUT_MS = 180_000  # ms: a kernel that imports torch on a busy machine
MISTAKES = {
    "moments": "unbiased_variance",
    "channels": "one_pair_per_image",
    "layer": "momentum_reversed",
}
SETTINGS = {
    "apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false", "checkForUpdates": False,
    },
    # All cells are in the page, not only those in view.
    "notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
    "docmanager-extension/plugin.jupyterlab-settings": {"autosave": False},
}  # fmt: skip


@contextmanager
def jupyter_lab(folder: Path, theme: str):
    """A server on the learner's folder; gives its address."""
    settings = folder.parent / "settings"
    themes = {"apputils-extension/themes.jupyterlab-settings": {"theme": theme}}
    for name, content in {**SETTINGS, **themes}.items():
        path = settings / "@jupyterlab" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    # As on a learner's machine, where nbgrader is not installed.
    config = folder.parent / "config" / "labconfig" / "page_config.json"
    config.parent.mkdir(parents=True)
    disabled = {
        "@jupyter/nbgrader": True, "@jupyterlab/apputils-extension:announcements": True,
    }  # fmt: skip
    config.write_text(json.dumps({"disabledExtensions": disabled}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "PYTHONPATH": str(folder), "IPYTHONDIR": str(folder.parent / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder.parent / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings), "OMP_NUM_THREADS": "1",
        "JUPYTERLAB_WORKSPACES_DIR": str(folder.parent / "workspaces"),
        "JUPYTER_RUNTIME_DIR": str(folder.parent / "runtime"),
    }  # fmt: skip
    words = [
        "lab", "--no-browser", f"--port={port}", "--expose-app-in-browser", "--allow-root",
        "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}",
    ]  # fmt: skip
    with (folder.parent / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", *words],
            cwd=folder, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=5).close()
                break
            except OSError:
                time.sleep(0.3)
        yield address
    finally:
        server.terminate()
        server.wait(30)


class Learner:
    """What a person does in the browser, and what they see."""

    def __init__(self, page, address: str, unit: str, theme: str):
        self.page, self.address, self.unit, self.theme = page, address, unit, theme
        page.set_default_timeout(TIMEOUT_MS)

    def open_notebook(self) -> None:
        path = f"exercises/{find_unit(self.unit).slug}.ipynb"
        self.page.goto(f"{self.address}/lab/tree/{path}?reset")
        self.page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        # The page says "idle" before the kernel listens.
        self.page.evaluate(
            """async () => {
                const context = window.jupyterapp.shell.currentWidget.context.sessionContext;
                await context.ready;
                await context.session.kernel.info;
            }"""
        )
        self.page.wait_for_timeout(3000)

    def command(self, name: str) -> None:
        # Not awaited: what it started is waited for where it shows.
        self.page.evaluate("name => { window.jupyterapp.commands.execute(name); }", name)

    def write_module(self, source: str) -> None:
        """Opens the module in JupyterLab's editor, replaces its text, saves, and goes back."""
        self.page.evaluate(
            "path => { window.jupyterapp.commands"
            ".execute('docmanager:open', {path, factory: 'Editor'}); }",
            f"bnlab/{self.unit}.py",
        )
        editor = self.page.locator(".jp-FileEditor:visible .cm-content")
        editor.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        # As one input, or the editor would indent and close brackets by itself.
        self.page.evaluate(
            """text => {
                const widget = window.jupyterapp.shell.currentWidget;
                widget.content.model.sharedModel.setSource(text);
            }""",
            source,
        )
        self.page.keyboard.press("Control+S")
        self.page.wait_for_function(
            "() => !window.jupyterapp.shell.currentWidget.context.model.dirty"
        )
        self.page.evaluate("() => { window.jupyterapp.shell.currentWidget.close(); }")
        self.page.locator(".jp-Notebook:visible").wait_for()

    def run_all(self) -> None:
        """Runs everything, once the run before has ended: its error would end this one too."""
        self.page.wait_for_function(
            """() => {
                const context = window.jupyterapp.shell.currentWidget.context.sessionContext;
                const prompts = [...document.querySelectorAll('.jp-InputPrompt')];
                return context.session?.kernel?.status === 'idle'
                    && !prompts.some(each => each.innerText.includes('*'));
            }"""
        )
        self.command("notebook:run-all-cells")

    def cell(self, text: str):
        return self.page.locator(".jp-CodeCell:visible", has_text=text).first

    def sees(self, text: str) -> None:
        self.page.locator(".jp-OutputArea-output", has_text=text).first.wait_for(state="attached")

    def answer(self, question: str, answer: str) -> None:
        """Types into the quiz cell."""
        cell = self.cell(f"{question} = None")
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(f"{question} = {answer}")
        self.page.keyboard.press("Shift+Enter")

    def type_below(self, text: str) -> None:
        """A new cell at the end, with this text in it, run."""
        last = self.page.locator(".jp-Notebook:visible .jp-Cell").last
        last.click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        self.page.keyboard.press("Enter")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Shift+Enter")

    def save(self) -> None:
        """Saves until nothing is left: an output that comes late changes the notebook again."""
        clean = "() => !window.jupyterapp.shell.currentWidget.context.model.dirty"
        for _ in range(60):
            self.command("docmanager:save")
            with suppress(TimeoutError):
                self.page.wait_for_function(clean, timeout=3000)
                return
        raise AssertionError("the notebook was changed again after every save")

    def picture(self, state: str, text: str) -> None:
        folder = os.environ.get("BNLAB_SHOTS")
        if folder:
            at = self.page.locator(".jp-OutputArea-output", has_text=text).first
            at.scroll_into_view_if_needed()
            name = f"{self.unit}_{self.theme.rpartition(' ')[2].lower()}_{state}.png"
            self.page.screenshot(path=Path(folder) / name)


@pytest.mark.parametrize(
    ("unit", "theme"),
    [
        ("moments", "JupyterLab Light"),
        ("channels", "JupyterLab Dark"),
        ("layer", "JupyterLab Light"),
    ],
)
def test_a_unit_from_the_handout_to_the_zip(tmp_path, unit, theme):
    folder = unpack(tmp_path / "Übung 1")
    each = find_unit(unit)
    first = each.tasks[0].name
    mistake = next(m for m in solutions.mistakes(unit) if m.name == MISTAKES[unit])
    truths = solutions.questions(unit)
    errors: list[str] = []
    with jupyter_lab(folder, theme) as address, chromium() as browser:
        page = browser.new_context(viewport=SIZE).new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        learner = Learner(page, address, unit, theme)

        learner.open_notebook()
        learner.run_all()
        learner.sees(f"{first} not written yet")
        learner.picture("1_fresh", f"{first} not written yet")

        learner.write_module(mistake.source)
        learner.run_all()
        learner.sees("This looks like a known mistake.")
        learner.picture("2_wrong", "This looks like a known mistake.")

        learner.write_module(solutions.solved(unit))
        learner.run_all()
        for task in each.tasks:
            count = len([1 for row in solutions.hidden_tests(unit) if row.task == task.name])
            assert count
            page.locator(".jp-OutputArea-output", has_text=f"{task.name} ").filter(
                has_not_text="failed"
            ).filter(has_text="properties hold").first.wait_for(state="attached")
        learner.picture("3_right", f"{first} ")

        for question in each.quiz:
            learner.answer(question.name, repr(truths[question.name]["answer"]))
        learner.save()
        learner.type_below(f'kit.submit("{unit}")')
        learner.sees("receipt ")
        learner.picture("4_handed_in", "receipt ")
    (made,) = (folder / "submissions").iterdir()
    files = handed_in(made)[unit]
    assert files[f"bnlab/{unit}.py"].decode() == solutions.solved(unit)
    marks = grade_quiz(unit, files[f"{each.slug}.ipynb"].decode())
    assert [mark.points for mark in marks] == [1.0, 1.0]
    assert errors == []
