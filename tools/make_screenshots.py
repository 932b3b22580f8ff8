"""Make the pictures of the README: a learner's check, and the report on a class.

    python -m tools.make_screenshots                              after `make course`
    python -m tools.make_screenshots --class-page FILE            another class report

Both pictures come from real runs: `check` runs on a wrong `batch_moments` in a copy of `bnlab`,
and the class report is the page that `bngrader grade --html` wrote. Needs Chromium.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
CLASS_PAGE = ROOT / "course" / "class.html"
WIDTH = 800
MISTAKES = 5
"""How many rows of the table of mistakes the picture shows; it ends before the tasks."""
COLOURS = 48
"""Colours of the palette: text on white needs few, and a third of the bytes."""

WRONG = """\
def batch_moments(x):
    wide = x.astype(np.float64)
    return x.mean(axis=0), wide.var(axis=0, ddof=1).astype(x.dtype)
"""
"""The mistake of the picture: the variance is divided by N - 1."""

STYLE = """
body { margin: 0; padding: 20px 24px; width: 752px; background: #fff; color: #212121;
       font: 15px/1.45 system-ui, "DejaVu Sans", sans-serif; }
pre { margin: 0 0 10px; padding: 8px 12px; background: #f5f5f5; border: 1px solid #ddd;
      font: 13.5px/1.4 "DejaVu Sans Mono", monospace; }
.name { margin: 0 0 2px; color: #616161; font-size: 13px; }
p { margin: .4em 0; }
table { border-collapse: collapse; font-size: 14px; }
td, th { padding: 3px 8px; text-align: right; vertical-align: top; }
a { color: #0550ae; }
"""

CLASS_STYLE = """
body { max-width: none; padding: 12px 20px; font: 13px/1.4 system-ui, "DejaVu Sans", sans-serif; }
h1 { font-size: 20px; margin: 4px 0; } h2 { font-size: 16px; margin: 10px 0 2px; }
th, td { padding: 2px 5px; } th { font-size: 11px; white-space: nowrap; }
"""

SHORTEN = """most => {
  const rows = document.querySelector("#mistakes").rows;
  [...rows].slice(most + 1).forEach(row => row.remove());
  return document.querySelector("#tasks").getBoundingClientRect().top;
}"""


def check_html() -> str:
    """Return the HTML that a notebook shows for `check("batch_moments")` on the wrong function."""
    with tempfile.TemporaryDirectory(prefix="screenshots-") as name:
        folder = Path(name)
        shutil.copytree(ROOT / "bnlab", folder / "bnlab")
        with open(folder / "bnlab" / "moments.py", "a", encoding="utf-8") as module:
            module.write(f"\n\n{WRONG}")
        code = 'from bnlab.kit import check; print(check("batch_moments")._repr_html_())'
        environment = os.environ | {
            "PYTHONPATH": name,
            "BNLAB_BOOK": "https://example.org/book",
            "OMP_NUM_THREADS": "1",
        }
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, env=environment,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    cells = (("bnlab/moments.py", WRONG), ("exercises/02_moments.ipynb", 'check("batch_moments")'))
    shown = "".join(f"<p class=name>{n}</p><pre>{escape(text)}</pre>" for n, text in cells)
    return f"<!DOCTYPE html><meta charset=utf-8><style>{STYLE}</style>{shown}{done.stdout}"


def main(arguments: list[str] | None = None) -> int:
    """Write both pictures; return 2 where there is no class report to show."""
    parser = argparse.ArgumentParser(prog="python -m tools.make_screenshots", description=__doc__)
    parser.add_argument("--class-page", type=Path, default=CLASS_PAGE, metavar="FILE")
    page_file = parser.parse_args(arguments).class_page
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None or not page_file.is_file():
        missing = "Chromium" if program is None else str(page_file)
        print(f"screenshots: {missing} not found; run `make course` first.", file=sys.stderr)
        return 2
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(
            viewport={"width": WIDTH, "height": 400}, color_scheme="light", device_scale_factor=1.5
        )
        page.set_content(check_html())
        page.screenshot(path=IMAGES / "check.png", full_page=True)
        page.goto(page_file.resolve().as_uri())
        page.add_style_tag(content=CLASS_STYLE)
        height = page.evaluate(SHORTEN, MISTAKES)
        shown = {"x": 0, "y": 0, "width": WIDTH, "height": height}
        page.screenshot(path=IMAGES / "class.png", full_page=True, clip=shown)
        browser.close()
    for path in (IMAGES / "check.png", IMAGES / "class.png"):
        with Image.open(path) as image:
            image.convert("RGB").quantize(COLOURS).save(path, optimize=True)
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
