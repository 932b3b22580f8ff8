"""The generated files of the repository, and the handout that learners receive.

`exercises/*.ipynb`, `bnlab/*.py` and the fingerprints are generated from `solutions/`. The handout
consists of these, the kit, and a few more files of `exercises/`; a course may leave units out and
give other points. If the book has an address, the notebooks link to it; otherwise the book is part
of the handout.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path

from bnlab.kit.course import Unit, units
from bnlab.kit.formats import MANIFEST, PAGES

from ..core import solutions
from ..core.book import book_address
from ..core.errors import GraderError
from ..core.files import write_atomically
from ..core.solutions import ROOT
from .fingerprints import fingerprints_text
from .leak_check import check_files
from .notebooks import link_chapter, notebook_bytes
from .skeleton import strip

HANDOUT = "batch-norm-lab"
ALLOWED = (
    "bnlab/*.py", "bnlab/kit/**/*.py", "bnlab/kit/**/*.toml", "bnlab/kit/feedback/*.json",
    "exercises/*.ipynb", "binder/*.txt", "LICENSE", "LICENSE-text",
)  # fmt: skip
"""The files of the repository that go into the handout."""

MOVED = {f"exercises/{name}": name for name in ("README.md", "pyproject.toml", "requirements.txt")}
"""Further files, with their path in the handout."""

TABLE = "bnlab/kit/course.toml"

BOOK = Path("_build") / "html"
LEFT_OUT = ("_static/locales/*", "*.map", "*.ttf", ".*", "objects.inv")
"""Files of the built book that no browser asks for, a third of its size."""

EPOCH = (2026, 1, 1, 0, 0, 0)
"""The time of all files in the zip, so that the same files give the same zip."""


def products() -> dict[str, bytes]:
    """Return the generated files by path: skeletons, notebooks, fingerprints."""
    fingerprints = {"bnlab/kit/feedback/fingerprints.json": fingerprints_text().encode()}
    return _exercises() | fingerprints


def _exercises() -> dict[str, bytes]:
    """Return the skeletons and notebooks by path."""
    made: dict[str, bytes] = {}
    for unit in units().values():
        if unit.coded:
            skeleton = strip(solutions.solved(unit.name), f"solutions/bnlab/{unit.name}.py")
            made[f"bnlab/{unit.name}.py"] = skeleton.encode()
        made[f"exercises/{unit.slug}.ipynb"] = notebook_bytes(unit)
    return made


def write_products(root: Path = ROOT) -> list[str]:
    """Write the generated files that have changed; return their paths.

    Raises:
        GraderError: if somebody has edited one of them. It is then neither as in git nor as it was
            generated last time. Nothing is written.
    """
    made = products()
    stamp = root / "_build" / "products.json"
    before = json.loads(stamp.read_text("utf-8")) if stamp.is_file() else {}
    changed = [name for name, content in made.items() if _bytes(root / name) != content]
    for name in changed:
        path = root / name
        if path.is_file() and _digest(path.read_bytes()) != before.get(name) and _dirty(root, name):
            raise GraderError(
                f"build: {name} is generated, and has changes of your own. Move them to another "
                f"folder (`bngrader release` makes one to work in), then `git checkout {name}`."
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
    """Return whether the file is in git and differs from git's version."""
    command = ["git", "status", "--porcelain", "--", name]
    state = subprocess.run(command, cwd=root, capture_output=True, text=True)
    return state.returncode == 0 and state.stdout[1:2] == "M"


def handout_files(
    root: Path = ROOT,
    book: Path | None = None,
    of: Mapping[str, Unit] | None = None,
    address: str = "",
) -> dict[str, bytes]:
    """Return the files of the handout by their path in it.

    Args:
        root: folder of the repository.
        book: folder of the built book, which is included unless the book has an address; None for
            a handout without the book.
        of: the units of the course, with its points; None for all units of the repository.
        address: where the book is, unless BOOK_BASE_URL is set.

    Raises:
        GraderError: if BOOK_BASE_URL is not an address.
    """
    of = units() if of is None else of
    files = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for pattern in ALLOWED
        for path in sorted(root.glob(pattern))
        if not _of_another_unit(path, of)
    }
    files |= {inside: (root / name).read_bytes() for name, inside in MOVED.items()}
    if of != units():
        files |= {f"exercises/{each.slug}.ipynb": notebook_bytes(each) for each in of.values()}
        files[TABLE] = course_table(files[TABLE].decode(), of).encode()
    address = book_address(address)
    if address:
        for name in files:
            if name.endswith(".ipynb"):
                files[name] = link_chapter(files[name], address)
    elif book is not None:
        files |= _book_files(book)
    # `bnlab update` finds out with these digests which files a learner has changed.
    digests = {name: _digest(content) for name, content in sorted(files.items())}
    manifest = {"book": address, "files": digests}
    files[MANIFEST] = (json.dumps(manifest, indent=1) + "\n").encode()
    return dict(sorted(files.items()))


def package_files(of: Mapping[str, Unit], address: str = "") -> dict[str, bytes]:
    """Return the part of the handout without which a notebook cannot be worked on: `bnlab`.

    Args:
        of, address: as in `handout_files`.
    """
    files = handout_files(of=of, address=address)
    return {name: data for name, data in files.items() if name.startswith("bnlab/")}


def _of_another_unit(path: Path, of: Mapping[str, Unit]) -> bool:
    """Return whether a file belongs to a unit that the course leaves out."""
    if path.suffix == ".ipynb":
        return path.stem not in {unit.slug for unit in of.values()}
    if path.parent.name in ("bnlab", "checks") and path.suffix == ".py":
        return path.stem not in {"__init__", *of}
    return False


def course_table(text: str, of: Mapping[str, Unit]) -> str:
    """Return the table of units, `bnlab/kit/course.toml`, with the units and points of a course."""
    head, *sections = re.split(r"^(?=\[\w+\]$)", text, flags=re.MULTILINE)
    made = [head]
    for section in sections:
        name = section[1 : section.index("]")]
        if name in of:
            unit = of[name]
            points = {
                "tasks": _inline({each.name: each.points for each in unit.tasks}),
                "quiz": _inline({each.name: each.points for each in unit.quiz}),
                "written": str(unit.written),
            }
            for key, value in points.items():
                section = re.sub(rf"^{key} = .*$", f"{key} = {value}", section, flags=re.MULTILINE)
            made.append(section)
    return "".join(made)


def _inline(points: Mapping[str, int]) -> str:
    """Return points as an inline table of TOML."""
    rows = ", ".join(f"{json.dumps(name)} = {value}" for name, value in points.items())
    return f"{{ {rows} }}" if rows else "{}"


def check_current(root: Path = ROOT) -> None:
    """Raise an error if a skeleton or notebook is older than its source.

    Raises:
        GraderError: naming the files, and the command that makes them.
    """
    old = [name for name, content in _exercises().items() if _bytes(root / name) != content]
    if old:
        more = f" and {len(old) - 3} more" if len(old) > 3 else ""
        raise GraderError(
            f"release: {', '.join(old[:3])}{more} differ from what `bngrader build` makes of "
            "solutions/ and course.toml; run `bngrader build`, then release again."
        )


def built_book(root: Path = ROOT) -> Path | None:
    """Return the folder of the built book; None if it is not built."""
    return root / BOOK if (root / BOOK / PAGES / "index.html").is_file() else None


def _book_files(book: Path) -> dict[str, bytes]:
    inside = {path.relative_to(book).as_posix(): path for path in book.rglob("*") if path.is_file()}
    return {
        f"book/{name}": path.read_bytes()
        for name, path in inside.items()
        if not any(fnmatch(name, pattern) for pattern in LEFT_OUT)
    }


def release(
    course: Path,
    root: Path = ROOT,
    book: Path | None = None,
    of: Mapping[str, Unit] | None = None,
    address: str = "",
) -> Path:
    """Write the handout as a folder and a zip, and the sources for nbgrader.

    A release that fails leaves the previous folder and zip as they are.

    Args:
        course: folder of the running course.
        root: folder of the repository.
        book, of, address: as in `handout_files`.

    Returns:
        The path of the zip.

    Raises:
        LeakError: if a file contains a secret line. Nothing is written.
        GraderError: if a generated file is older than its source. Nothing is written.
    """
    check_current(root)
    of = units() if of is None else of
    files = handout_files(root, book, of, address)
    check_files(files)
    folder = course / "handout" / HANDOUT
    _replace_folder(folder, files)
    archive = folder.with_suffix(".zip")
    partial = archive.with_suffix(".zip.partial")
    with zipfile.ZipFile(partial, "w") as zipped:
        for name, content in files.items():
            # A ZipInfo is stored uncompressed unless the compression is given here.
            row = zipfile.ZipInfo(f"{HANDOUT}/{name}", EPOCH)
            zipped.writestr(row, content, zipfile.ZIP_DEFLATED)
    os.replace(partial, archive)
    write_sources(course, of, address)
    return archive


def write_sources(course: Path, of: Mapping[str, Unit], address: str = "") -> None:
    """Write the notebooks of some units where nbgrader looks for the sources of assignments.

    Args:
        course: folder of the running course.
        of, address: as in `handout_files`.
    """
    address = book_address(address)
    for unit in of.values():
        content = notebook_bytes(unit)
        if address:
            content = link_chapter(content, address)
        write_atomically(course / "source" / unit.name / f"{unit.slug}.ipynb", content)


def _replace_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write files to a new folder, then put it in the place of the old one."""
    fresh, old = folder.with_suffix(".partial"), folder.with_suffix(".old")
    for leftover in (fresh, old):  # of a release that was interrupted
        shutil.rmtree(leftover, ignore_errors=True)
    for name, content in files.items():
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if folder.exists():
        os.replace(folder, old)
    os.replace(fresh, folder)
    shutil.rmtree(old, ignore_errors=True)
