"""The leak check: searches what learners and readers see for lines of answers and hidden tests."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

from bnlab.kit.course import coded_units

from ..core import solutions
from ..core.errors import GraderError
from ..core.solutions import ROOT
from .skeleton import BEGIN, solution_lines, strip

MIN_SECRET_CHARS = 22
"""Length, without spaces, from which a line is secret. Anybody may write a shorter one, such as
`return y`."""

PUBLISHED = (
    "bnlab/**/*.py", "bnlab/**/*.json", "exercises/*.ipynb", "_build/html/**/*.html",
    "_build/html/_sources/**/*", "_build/html/searchindex.js",
)  # fmt: skip
"""The files of the repository that learners and readers see."""

PUBLISHED_OF_COURSE = ("handout/**/*.py", "release/**/*.ipynb", "feedback/**/*.html")
"""The files of a running course that learners see, without their own modules."""


class LeakError(GraderError):
    """A line of an answer or of a hidden test in a file that learners see."""


def check_leaks(course: Path, root: Path = ROOT) -> int:
    """Search everything that learners and readers see; return the number of files.

    Args:
        course: folder of the running course.
        root: folder of the repository.

    Raises:
        LeakError: if a file contains a secret line.
    """
    files = {
        path.relative_to(base).as_posix(): path.read_bytes()
        for base, patterns in ((root, PUBLISHED), (course, PUBLISHED_OF_COURSE))
        for pattern in patterns
        for path in sorted(base.glob(pattern))
        if path.is_file()
    }
    check_files(files)
    return len(files)


def check_files(files: dict[str, bytes]) -> None:
    """Search files for secret lines.

    Args:
        files: the content of each file by its path.

    Raises:
        LeakError: if a file contains a secret line; names the file and the start of the line.
    """
    secrets = sorted(secret_lines())
    for name, content in files.items():
        text = _without_spaces(_visible_text(name, content))
        if _without_spaces(BEGIN) in text:
            raise LeakError(f"leak check: {name} contains {BEGIN!r}; remove the solution.")
        for secret in secrets:
            if secret in text:
                raise LeakError(
                    f"leak check: {name} contains the secret line {secret[:30]!r}; remove it."
                )


def secret_lines() -> set[str]:
    """Return the lines of answers and hidden tests that only teachers may see, without spaces.

    Short lines, lines of a skeleton, and lines that only open a block are not secret.
    """
    sources = [solutions.solved(unit) for unit in coded_units()]
    # A skeleton may show a line of its answer in the example of a docstring.
    public = _without_spaces("\n".join(map(strip, sources)))
    answers = (line for source in sources for line in solution_lines(source))
    lines = {_without_spaces(line) for line in (*answers, *_hidden_test_lines())}
    return {
        line
        for line in lines
        if len(line) >= MIN_SECRET_CHARS and line[-1] not in ":([{" and line not in public
    }


def _hidden_test_lines() -> Iterator[str]:
    """Yield the lines of the hidden tests that the kit does not contain as well."""
    kit = (path.read_text("utf-8") for path in (ROOT / "bnlab" / "kit").rglob("*.py"))
    public = "".join(map(_without_spaces, kit))
    for unit in coded_units():
        for line in solutions.hidden_source(unit).splitlines():
            if "import" not in line and '"""' not in line and _without_spaces(line) not in public:
                yield line


def _without_spaces(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _visible_text(name: str, content: bytes) -> str:
    """Return the text that a reader sees, without JSON quoting and HTML tags."""
    text = content.decode("utf-8", "replace")
    if name.endswith(".ipynb"):
        cells = json.loads(text)["cells"]
        return "\n".join("".join(cell["source"]) for cell in cells)
    if name.endswith(".html"):
        # A learner's own text on a feedback page is escaped, so it ends at the next tag.
        text = re.sub(r'<pre class="own[^>]*>[^<]*</pre>', "", text)
        return html.unescape(re.sub(r"<[^>]+>", "", text))
    return text
