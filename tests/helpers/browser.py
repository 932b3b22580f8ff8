"""Chromium for the tests, and what a page asked for and said while it was open."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

# The last five keep Chromium itself from asking the network for anything.
SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium; skips the test, with the way to get one, where there is none."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("Chromium is missing; get it with `apt install chromium`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(SWITCHES))
        yield browser
        browser.close()


@dataclass
class Seen:
    """What a page did that a reader would not want."""

    external: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.external or self.failed or self.said)


@contextmanager
def page(browser: Browser, size: dict[str, int], theme: str) -> Iterator[tuple[Page, Seen]]:
    """A page of one size and theme, and a record of its requests and messages."""
    context = browser.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce")
    opened, seen = context.new_page(), Seen()

    def asked(request):
        local = request.url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:"))
        if not local:
            seen.external.append(request.url)

    def said(message):
        # The theme reports its work on the console; anything else there is ours.
        if message.type != "log" or not message.text.startswith(("[PST]", "[togglebutton]")):
            seen.said.append(message.text)

    opened.on("request", asked)
    opened.on("requestfailed", lambda request: seen.failed.append(request.url))
    opened.on("response", lambda r: r.status >= 400 and seen.failed.append(r.url))
    opened.on("console", said)
    opened.on("pageerror", lambda error: seen.said.append(str(error)))
    yield opened, seen
    context.close()
