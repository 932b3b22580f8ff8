"""The autograder archive of a unit for Gradescope.

It holds the files that decide a mark, and no others of the grader: the judge with its sandbox, the
hidden tests, the mistakes and the quiz key of the unit, and the references up to it.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from bnlab.kit.course import Unit

from ..authoring.release import EPOCH, TABLE, course_table
from ..core.errors import GraderError
from ..core.fingerprint import LIBRARIES, files_that_decide, with_imports
from ..core.solutions import ROOT
from .autograder import run

PUBLIC = (
    "bnlab/*.py", "bnlab/kit/**/*.py", "bnlab/kit/**/*.toml", "bnlab/kit/feedback/*.json",
    "book/[0-9][0-9]_*.md",
)  # fmt: skip
"""What learners have: the package, which a module may import, and the paragraphs of the hints."""

SCRIPTS = ("setup.sh", "run_autograder")
"""The two files that Gradescope expects in the root of the archive."""


def write_archive(
    folder: Path, unit: Unit, table: Mapping[str, Unit], secret: bytes, book: str = ""
) -> Path:
    """Write the archive of a unit and return its path.

    Args:
        folder: where to write `<unit>.zip`.
        table: all units of the repository, with the points of the course.
        secret: the course secret, so that a mark is the same here and there.
        book: the address of the pages of the book, "" for none.
    """
    path = folder / f"{unit.name}.zip"
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".partial")
    private = partial(os.open, mode=0o600)  # it holds the course secret
    with open(unfinished, "wb", opener=private) as file, zipfile.ZipFile(file, "w") as zipped:
        for name, content in files(unit, table, secret, book).items():
            row = zipfile.ZipInfo(name, EPOCH)
            row.external_attr = (0o755 if name in SCRIPTS else 0o644) << 16
            zipped.writestr(row, content, zipfile.ZIP_DEFLATED)
    os.replace(unfinished, path)
    return path


def files(unit: Unit, table: Mapping[str, Unit], secret: bytes, book: str = "") -> dict[str, bytes]:
    """Return the files of the archive by name."""
    paths = {*files_that_decide(unit.name), *with_imports([Path(run.__file__)], ROOT)}
    paths |= {each for path in paths for each in _packages(path)}
    paths |= {ROOT / "exercises" / f"{unit.slug}.ipynb"}
    paths |= {path for pattern in PUBLIC for path in ROOT.glob(pattern)}
    found = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}
    found[TABLE] = course_table(found[TABLE].decode(), table).encode()
    scripts = Path(run.__file__).parent
    found |= {name: (scripts / name).read_bytes() for name in SCRIPTS}
    assignment = {"unit": unit.name, "secret": secret.hex(), "book": f"{book}/" if book else ""}
    found[run.ASSIGNMENT] = (json.dumps(assignment, indent=1) + "\n").encode()
    found["requirements.txt"] = requirements().encode()
    return dict(sorted(found.items()))


def requirements() -> str:
    """Return the pinned versions of the libraries on which a mark depends.

    Raises:
        GraderError: requirements.txt does not pin one of them.
    """
    text = (ROOT / "requirements.txt").read_text("utf-8")
    pins = {name: re.search(rf"^{name}==\S+$", text, re.MULTILINE) for name in LIBRARIES}
    if missing := [name for name, pin in pins.items() if pin is None]:
        raise GraderError(f"requirements.txt: {', '.join(missing)} is not pinned, expected ==.")
    return "".join(f"{pin.group()}\n" for pin in pins.values() if pin)


def _packages(path: Path) -> Iterator[Path]:
    """Yield the `__init__.py` of the packages around a module."""
    for folder in path.parents:
        if folder == ROOT:
            return
        if (folder / "__init__.py").is_file():
            yield folder / "__init__.py"
