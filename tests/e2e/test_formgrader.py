"""The formgrader in Chromium: written answers are marked by question, beside rubric and code."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from nbgrader.api import Gradebook

from bngrader.cli.main import main
from bngrader.core.solutions import ROOT
from bngrader.course.grade import grade
from tests.helpers.browser import DESKTOP, PHONE, chromium, page
from tests.helpers.downloads import laid_out
from tests.helpers.small_course import LEARNERS, Grader, answered, record_class

pytestmark = pytest.mark.filterwarnings("ignore")
HOSTILE = (
    "</pre></textarea><script>document.title='ran'</script>"
    "<img src=x onerror=document.title='ran'> \u202e " + "w" * 300
)
OURS = """() => [...document.querySelectorAll('.rendered_html')]
    .filter(e => /of the submitted|For the marker only/.test(e.innerText))
    .map((e, number) => (e.id = `ours-${number}`))"""
"""Gives an id to each part of the page that is ours; returns the ids."""

READY = "#written-moments_extra_credit[placeholder]"
"""nbgrader's script gives the placeholder when it listens to the inputs of the answer's mark."""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    made = record_class(tmp_path_factory.mktemp("formgrader") / "course")
    place = {"moments/02_moments.ipynb": answered(f"A new answer. {HOSTILE}")}
    place["moments/bnlab/moments.py"] = (
        f"'''{HOSTILE}'''\ndef normalize(x):\n    return x\n".encode()
    )
    for who in LEARNERS:
        laid_out(made.submitted / who, place)
    return made


@pytest.fixture(scope="module")
def address(course):
    """The address of a formgrader on the course."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "bngrader.cli.grade.judged",
            lambda o, c, mine, s, d: grade(mine, s, Grader(), units=c.units()),
        )
        assert main(["grade", "--gradebook", "--course", str(course.root)]) == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [str(Path(sys.executable).parent / "jupyter"), "server", f"--port={port}", "--allow-root",
         "--no-browser", "--ServerApp.token=t", f"--ServerApp.root_dir={course.root}"],
        cwd=ROOT, env=os.environ | {"BNGRADER_COURSE": str(course.root)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    base = f"http://127.0.0.1:{port}/formgrader"
    try:
        for _ in range(400):
            try:
                with urllib.request.urlopen(f"{base}/api/submissions/moments?token=t") as reply:
                    assert len(json.load(reply)) == len(LEARNERS)
                break
            except OSError:
                time.sleep(0.3)
        yield base
    finally:
        server.terminate()
        server.wait()


def in_gradebook(course):
    with Gradebook(f"sqlite:///{course.gradebook}") as book:
        rows = [
            book.find_grade("written-moments", "02_moments", "moments", who) for who in LEARNERS
        ]
        said = [book.find_comment("written-moments", "02_moments", "moments", w) for w in LEARNERS]
        return {
            who: (row.manual_score, row.needs_manual_grade, comment.manual_comment)
            for who, row, comment in zip(LEARNERS, rows, said, strict=True)
        }


def test_one_question_is_marked_for_all_learners_without_their_names(course, address):
    with chromium() as browser, page(browser, DESKTOP, "light") as (tab, seen):
        tab.goto(f"{address}?token=t")
        tab.goto(f"{address}/gradebook/moments/02_moments")
        tab.wait_for_selector("tbody td a")
        tab.click("tbody td a >> nth=0")
        for number in range(len(LEARNERS)):
            tab.wait_for_selector(READY)
            body = tab.inner_text("body")
            assert "For the marker only: what a good answer says." in body
            assert "of the submitted bnlab/moments.py" in body
            assert "A new answer." in body
            assert f"Submission {number + 1} / {len(LEARNERS)}" in body
            assert not [who for who in LEARNERS if who in body.split()]
            with tab.expect_response(lambda r: "/api/grade" in r.url and r.request.method == "PUT"):
                tab.fill("#written-moments", "1.5")
                tab.keyboard.press("Tab")
            ours = tab.evaluate(OURS)
            assert len(ours) >= 2
            if number == 0:
                found = Axe().run(tab, context=",".join(f"#{each}" for each in ours))
                assert [
                    (each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]
                ] == []
            assert tab.title() != "ran"
            if number + 1 < len(LEARNERS):
                before = tab.url
                tab.click("li.next a >> nth=0")
                tab.wait_for_url(lambda url, before=before: url != before)
        assert seen.external == []
    marked = in_gradebook(course)
    assert {(points, waits) for points, waits, _ in marked.values()} == {(1.5, False)}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_of_a_submission_fits_a_phone(address, theme):
    with chromium() as browser, page(browser, PHONE, theme) as (tab, seen):
        tab.goto(f"{address}?token=t")
        tab.goto(f"{address}/gradebook/moments/02_moments")
        tab.wait_for_selector("tbody td a")
        tab.click("tbody td a >> nth=0")
        tab.wait_for_selector("#written-moments")
        for each in tab.evaluate(OURS):
            assert tab.evaluate(f"document.getElementById('{each}').scrollWidth") <= PHONE["width"]
        assert tab.title() != "ran"
        assert seen.external == []
