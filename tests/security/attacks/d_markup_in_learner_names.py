"""Uses learner names with control characters, text directions, HTML and markup.

item: D HTML, JavaScript, ANSI, markdown, bidi text in feedback or reports
kind: files
harm: a name changes the report on the teacher's screen, or runs in the browser
deserves: everything
control: naive_reader
"""

import io

from rich.console import Console

from bngrader.course.class_report import class_report, print_class
from bngrader.course.grade import Graded
from bngrader.course.report.page import class_page
from bngrader.course.report.situation import Situation
from bngrader.course.submissions import Submission

NAMES = (
    "mallory",
    "mallory\x1b[2J\x1b[31m",
    "mallory\u202eyrollam",
    "mallory<script>alert(1)<\u2215script>",
    "mallory<img src=x onerror=alert(1)>",
    "mallory\nclassmate 7 7 7",
    "[red]mallory[link=https:example.org]",
    "mallory" * 30,
    "$(touch mallory)`touch mallory`",
)


def build(targets):
    for name in NAMES:
        targets.submission(learner=name)


def also(targets, reports):
    assert len(reports) == len(NAMES)
    graded = [Graded(Submission(name, "moments", targets.folder), each) for name, each in reports]
    screen = io.StringIO()
    report = class_report(graded, [])
    print_class(report, Console(file=screen, width=200))
    page = class_page(graded, Situation())
    assert "<table" in page
    assert all(each.isprintable() or each == "\n" for each in screen.getvalue())
    return page


def naive_reader(targets):
    build(targets)
    listing = "\n".join(path.name for path in targets.submitted.iterdir())
    return "\x1b[2J" in listing and "an ordinary listing clears the screen"
