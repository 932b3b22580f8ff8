"""Makes what learners receive: an allow-list of files, searched for secrets before anything leaves.

`exercises/` and `bnlab/*.py` are products of `solutions/`; the handout is made of them, the kit and
a few files of its own. Its notebooks link to the book where BOOK_BASE_URL says that it is; without
an address the book goes with the handout, and the kit links to it there, without a network.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from bnlab.kit.cli.update import MANIFEST
from bnlab.kit.course import coded_units, units
from bnlab.kit.feedback.book_links import PAGES

from ..core import solutions
from ..core.errors import GraderError
from ..core.solutions import ROOT
from .fingerprints import fingerprints_text
from .notebooks import linked, notebook_bytes
from .skeleton import BEGIN, END, strip

HANDOUT = "batch-norm-lab"
ALLOWED = (
    "bnlab/*.py", "bnlab/kit/**/*.py", "bnlab/kit/**/*.toml", "bnlab/kit/feedback/*.json",
    "exercises/*.ipynb", "exercises/README.md", "binder/*.txt",
    "LICENSE", "LICENSE-text",
)  # fmt: skip
BOOK = Path("_build") / "html"
LEFT_OUT = ("_static/locales/*", "*.map", "*.ttf", ".*", "objects.inv")
"""What a reader's browser never asks for: a third of the built book."""
EPOCH = (2026, 1, 1, 0, 0, 0)
SECRET_LENGTH = 22
"""Without spaces. Shorter lines, such as `return y`, are everybody's; so are lines that only open
something, such as `with torch.no_grad():`."""


class LeakError(GraderError):
    """A line of an answer or of a hidden test is where a learner would see it."""


def products(with_fingerprints: bool = True) -> dict[str, bytes]:
    """The files that are made from `solutions/`, by path: skeletons, notebooks, fingerprints."""
    made: dict[str, bytes] = {}
    for unit in units().values():
        if unit.coded:
            skeleton = strip(solutions.solved(unit.name), f"solutions/bnlab/{unit.name}.py")
            made[f"bnlab/{unit.name}.py"] = skeleton.encode()
        made[f"exercises/{unit.slug}.ipynb"] = notebook_bytes(unit)
    if with_fingerprints:
        made["bnlab/kit/feedback/fingerprints.json"] = fingerprints_text().encode()
    return made


def write_products(root: Path = ROOT) -> list[str]:
    """Writes the products whose bytes have changed; gives their paths.

    Raises:
        GraderError: where one of them is neither as git has it nor as it was made last time:
            somebody wrote in it, and their work is not written over.
    """
    made = products()
    stamp = root / "_build" / "products.json"
    before = json.loads(stamp.read_text("utf-8")) if stamp.is_file() else {}
    changed = [name for name, content in made.items() if _bytes(root / name) != content]
    for name in changed:
        path = root / name
        if path.is_file() and _digest(path.read_bytes()) != before.get(name) and _dirty(root, name):
            raise GraderError(
                f"exercises: {name} has changes of your own, expected a product; "
                "move your work to a folder of its own (`bngrader release` makes one), then "
                f"`git checkout {name}`."
            )
    for name in changed:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(made[name])
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(json.dumps({name: _digest(content) for name, content in made.items()}))
    return changed


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _dirty(root: Path, name: str) -> bool:
    """Whether git knows the file and it differs from what git has."""
    command = ["git", "status", "--porcelain", "--", name]
    state = subprocess.run(command, cwd=root, capture_output=True, text=True)
    return state.returncode == 0 and state.stdout[1:2] == "M"


def handout_files(root: Path = ROOT, book: Path | None = None) -> dict[str, bytes]:
    """The files of the handout by their path in it, from the allow-list.

    Args:
        book: folder of the built book, which goes with the handout where BOOK_BASE_URL does not
            say where else it is; None for a handout without the book.

    Raises:
        GraderError: where BOOK_BASE_URL is not an address.
    """
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for pattern in ALLOWED
        for path in sorted(root.glob(pattern))
    }
    files["README.md"] = files.pop("exercises/README.md")
    files["pyproject.toml"] = _learner_project(root).encode()
    address = _book_address()
    if address:
        for name in files:
            if name.endswith(".ipynb"):
                files[name] = linked(files[name], address)
    elif book is not None:
        files |= _book_files(book)
    # So that a later handout can tell what a learner has changed.
    digests = {name: _digest(content) for name, content in sorted(files.items())}
    manifest = {"book": address, "files": digests}
    files[MANIFEST] = (json.dumps(manifest, indent=1) + "\n").encode()
    return dict(sorted(files.items()))


def built_book(root: Path = ROOT) -> Path | None:
    """Folder of the built book; None where nobody has built it."""
    return root / BOOK if (root / BOOK / PAGES / "index.html").is_file() else None


def _book_address() -> str:
    """Where the pages of the book are; "" where BOOK_BASE_URL is not set."""
    base = os.environ.get("BOOK_BASE_URL", "").rstrip("/")
    if base and not re.fullmatch(r"https?://[^\s()<>\"\\]+", base):
        raise GraderError(f"release: BOOK_BASE_URL is {base!r}, expected one like https://a.org/b.")
    return f"{base}/{PAGES}" if base else ""


def _book_files(book: Path) -> dict[str, bytes]:
    inside = {path.relative_to(book).as_posix(): path for path in book.rglob("*") if path.is_file()}
    return {
        f"book/{name}": path.read_bytes()
        for name, path in inside.items()
        if not any(fnmatch(name, pattern) for pattern in LEFT_OUT)
    }


def _learner_project(root: Path) -> str:
    """The project file without the grader: the learner installs `bnlab` and nothing else."""
    text = (root / "pyproject.toml").read_text("utf-8").split("[tool.pytest", 1)[0]
    text = re.sub(r"^ *\"?bngrader\b.*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\[project\.optional-dependencies\]\n(.+\n)+\n", "", text, flags=re.MULTILINE)
    return text.rstrip() + "\n"


def release(course: Path, root: Path = ROOT, book: Path | None = None) -> Path:
    """Writes the handout, as a folder and a zip, and nbgrader's sources; gives the zip's path.

    Args:
        book: folder of the built book, as in `handout_files`.

    Raises:
        LeakError: and nothing is written.
    """
    files = handout_files(root, book)
    search(files)
    folder = course / "handout" / HANDOUT
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    archive = folder.with_suffix(".zip")
    partial = archive.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            # A ZipInfo says "stored" unless told otherwise, whatever the archive says.
            row = zipfile.ZipInfo(f"{HANDOUT}/{name}", EPOCH)
            zipped.writestr(row, content, zipfile.ZIP_DEFLATED)
    os.replace(partial, archive)
    for unit in units().values():
        path = course / "source" / unit.name / f"{unit.slug}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[f"exercises/{unit.slug}.ipynb"])
    return archive


# --- secrets ------------------------------------------------------------------------------------


def secret_lines() -> set[str]:
    """Lines of answers and of hidden tests that nobody but the instructor may see."""
    # What a skeleton says, in an example of a docstring, is nobody's secret.
    public = _squeeze("\n".join(strip(solutions.solved(unit)) for unit in coded_units()))
    lines = {_squeeze(line) for line in (*_solution_lines(), *_hidden_lines())}
    return {
        line
        for line in lines
        if len(line) >= SECRET_LENGTH and line[-1] not in ":([{" and line not in public
    }


def _solution_lines() -> Iterator[str]:
    for unit in coded_units():
        inside = False
        for line in solutions.solved(unit).splitlines():
            if line.strip() in (BEGIN, END):
                inside = line.strip() == BEGIN
            elif inside:
                yield line


def _hidden_lines() -> Iterator[str]:
    """What only a hidden test says. A public check may make the same call, on other inputs."""
    public = "".join(
        _squeeze(path.read_text("utf-8")) for path in (ROOT / "bnlab" / "kit").rglob("*.py")
    )
    for unit in coded_units():
        for line in solutions.hidden_source(unit).splitlines():
            if "import" not in line and '"""' not in line and _squeeze(line) not in public:
                yield line


def _squeeze(line: str) -> str:
    return re.sub(r"\s+", "", line)


def search(files: dict[str, bytes]) -> None:
    """Returns quietly where no file has a secret line in it.

    Raises:
        LeakError: names the file and the first characters of the line.
    """
    secrets = sorted(secret_lines())
    for name, content in files.items():
        text = _squeeze(_plain(name, content))
        if _squeeze(BEGIN) in text and not name.endswith("strip.py"):
            raise LeakError(f"release: {name} has a solution mark in it, expected none.")
        for secret in secrets:
            if secret in text:
                raise LeakError(
                    f"release: {name} has the secret line {secret[:30]!r} in it, expected none."
                )


PUBLISHED = (
    "bnlab/**/*.py", "bnlab/**/*.json", "exercises/*.ipynb", "_build/html/**/*.html",
    "_build/html/_sources/**/*", "_build/html/searchindex.js",
)  # fmt: skip
"""What learners and readers see of the repository."""

PUBLISHED_OF_COURSE = ("handout/**/*.py", "release/**/*.ipynb", "feedback/**/*.html")
"""And of a running course. The modules beside a feedback page are the learner's own."""


def search_published(course: Path, root: Path = ROOT) -> int:
    """Searches everything that learners and readers see; gives the number of files.

    Raises:
        LeakError
    """
    files = {
        path.relative_to(base).as_posix(): path.read_bytes()
        for base, patterns in ((root, PUBLISHED), (course, PUBLISHED_OF_COURSE))
        for pattern in patterns
        for path in sorted(base.glob(pattern))
        if path.is_file()
    }
    search(files)
    return len(files)


def _plain(name: str, content: bytes) -> str:
    """The text as a reader would see it: no JSON quoting, no HTML tags."""
    text = content.decode("utf-8", "replace")
    if name.endswith(".ipynb"):
        cells = json.loads(text)["cells"]
        return "\n".join("".join(cell["source"]) for cell in cells)
    if name.endswith(".html"):
        return html.unescape(re.sub(r"<[^>]+>", "", text))
    return text
