"""A learner's first hour in JupyterLab: from the handout to the zip, in a real browser.

The server is started with the command of the handout's README.

With BNLAB_SHOTS set to a folder, pictures of every state are left there.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
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
DOCUMENTED = re.compile(r"^\.venv/bin/jupyter (lab .*exercises/)\d\d_\w+\.ipynb$", re.MULTILINE)
"""The command in the README that starts JupyterLab."""

OPENED = "import sys; open(sys.argv[1], 'w').write(sys.argv[2])"
"""A browser that stores the address that it is to open."""

MISTAKES = {
    "moments": "unbiased_variance",
    "backward": "no_mean_path",
    "layer": "momentum_reversed",
    "folding": "shift_dropped",
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
def jupyter_lab(folder: Path, unit: str, theme: str):
    """A server on the learner's folder, as documented; gives the address that it opens."""
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
    opened, browser = folder.parent / "opened", folder.parent / "browser.py"
    browser.write_text(OPENED)
    environment["BROWSER"] = f"{sys.executable} {browser} {opened} %s"
    (documented,) = DOCUMENTED.findall((folder / "README.md").read_text("utf-8"))
    words = [
        *f"{documented}{find_unit(unit).slug}.ipynb".split(), f"--port={port}",
        "--expose-app-in-browser", "--allow-root", "--IdentityProvider.token=",
    ]  # fmt: skip
    with (folder.parent / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", *words],
            cwd=folder, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        for _ in range(300):
            if opened.is_file() and opened.read_text().endswith("html"):
                break
            time.sleep(0.3)
        yield opened.read_text()
    finally:
        server.terminate()
        server.wait(30)


class Learner:
    """What a person does in the browser, and what they see."""

    def __init__(self, page, address: str, unit: str, theme: str):
        self.page, self.address, self.unit, self.theme = page, address, unit, theme
        page.set_default_timeout(TIMEOUT_MS)

    def open_notebook(self) -> None:
        self.page.goto(self.address)
        self.page.wait_for_url(f"**/lab/tree/exercises/{find_unit(self.unit).slug}.ipynb")
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

    def open_module(self) -> None:
        """Clicks the link to the module under the heading of a task."""
        self.page.locator(".jp-Notebook:visible a", has_text=f"bnlab/{self.unit}.py").first.click()
        self.page.locator(".jp-FileEditor:visible .cm-content").click()

    def write_module(self, source: str, save: bool = True) -> None:
        """Opens the module by its link, pastes a text over it, saves, and goes back."""
        self.open_module()
        self.page.evaluate("text => navigator.clipboard.writeText(text)", source)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Control+V")
        if save:
            self.save_module()
        else:
            self.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab", has_text=".ipynb").click()
            self.page.locator(".jp-Notebook:visible").wait_for()

    def save_module(self) -> None:
        """Saves the open module, closes it, and goes back to the notebook."""
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

    def run_check(self, task: str) -> None:
        """Runs the check cell of a task alone."""
        self.cell(f'check("{task}")').locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")

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


@contextmanager
def at_work(tmp_path: Path, unit: str, theme: str):
    """A learner with the notebook of a unit open, and the handout's folder."""
    folder = unpack(tmp_path / "Übung 1")
    errors: list[str] = []
    with jupyter_lab(folder, unit, theme) as address, chromium() as browser:
        context = browser.new_context(viewport=SIZE)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        learner = Learner(page, address, unit, theme)
        learner.open_notebook()
        yield learner, folder
    assert errors == []


@pytest.mark.parametrize(
    ("unit", "theme"),
    [
        ("moments", "JupyterLab Light"),
        ("backward", "JupyterLab Dark"),
        ("layer", "JupyterLab Light"),
        ("folding", "JupyterLab Dark"),
    ],
)
def test_a_unit_from_the_handout_to_the_zip(tmp_path, unit, theme):
    each = find_unit(unit)
    first = each.tasks[0].name
    mistake = next(m for m in solutions.mistakes(unit) if m.name == MISTAKES[unit])
    truths = solutions.questions(unit)
    with at_work(tmp_path, unit, theme) as (learner, folder):
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
            learner.page.locator(".jp-OutputArea-output", has_text=f"{task.name} ").filter(
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


def test_a_check_helps_whoever_did_not_save_or_wrote_in_the_notebook_or_restarted(tmp_path):
    with at_work(tmp_path, "moments", "JupyterLab Dark") as (learner, _):
        learner.run_all()
        learner.sees("batch_moments not written yet in bnlab/moments.py (file saved at ")

        learner.write_module(solutions.solved("moments"), save=False)
        learner.run_check("batch_moments")
        learner.page.wait_for_timeout(2000)
        learner.sees("batch_moments not written yet in bnlab/moments.py (file saved at ")
        learner.picture("5_unsaved", "batch_moments not written yet")

        learner.type_below("def batch_moments(x): return x.mean(0), x.var(0)")
        learner.run_check("batch_moments")
        learner.sees("this notebook has a batch_moments of its own, which is not checked")
        learner.picture("6_in_the_notebook", "this notebook has a batch_moments")

        learner.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.context.sessionContext"
            ".session.kernel.restart()"
        )
        learner.run_check("batch_moments")
        learner.sees("# NameError? Run the first code cell again.")
        learner.picture("7_new_kernel", "# NameError? Run the first")
