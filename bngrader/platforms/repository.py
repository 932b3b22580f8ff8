"""A template repository on GitHub: the handout, with a workflow that runs the public checks.

Everything in a learner's repository can be read and changed by the learner, so it holds what the
handout holds, and no mark is taken from it. `bngrader collect` reads clones of the repositories.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from bnlab.kit.course import Unit

from ..authoring.leak_check import check_files
from ..authoring.release import handout_files
from ..core.errors import GraderError

WORKFLOW = ".github/workflows/check.yml"
IGNORED = ".venv/\n__pycache__/\n.ipynb_checkpoints/\nsubmissions/\nupdates/\n*.egg-info/\nbuild/\n"
"""The content of .gitignore: what learners make, and nobody hands in by git."""


def write_repository(folder: Path, of: Mapping[str, Unit] | None = None, book: str = "") -> None:
    """Write the files of a template repository to a new folder.

    Args:
        of: the units of the course, with its points; None for all units.
        book: the address of the book, "" for none.

    Raises:
        GraderError: there is something in the folder, which may be a repository with commits.
        LeakError: a file contains a secret line. Nothing is written.
    """
    if folder.exists() and any(folder.iterdir()):
        raise GraderError(
            f"release: {folder} is not empty; move it away, or copy the new files into it from a "
            "release with another --course."
        )
    files = handout_files(of=of, address=book)
    files[WORKFLOW] = Path(__file__).with_name("check.yml").read_bytes()
    files[".gitignore"] = IGNORED.encode()
    check_files(files)
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for name, content in files.items():
        path = partial / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
