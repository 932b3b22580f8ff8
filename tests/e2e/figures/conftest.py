"""Chromium and a page for the tests of interactive figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.helpers.browser import DESKTOP, chromium, page
from tests.helpers.interactive import written

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture
def shown(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens one figure in a page of its own; afterwards the page must have kept silent."""
    with page(browser, DESKTOP, "light") as (tab, seen):

        def show(name: str, part: str = "") -> Page:
            tab.goto(written(tmp_path, name, part))
            return tab

        yield show
        assert not seen, seen
