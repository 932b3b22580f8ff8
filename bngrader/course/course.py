"""The folder of a running course: where its files are, and its secret."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from bnlab.kit.course import Unit

from ..core.errors import GraderError
from ..core.files import write_atomically
from ..core.solutions import ROOT
from .roster import Roster, read_rosters
from .settings import FILE, CourseSettings, read_settings


def default_root() -> Path:
    """Return the folder of the course if none is given: $BNGRADER_COURSE, or `course/`."""
    return Path(os.environ.get("BNGRADER_COURSE") or ROOT / "course")


@dataclass(frozen=True)
class Course:
    """The folder of a running course. The folders are those of nbgrader, with a few more.

    Args:
        root: the folder; it need not exist.
    """

    root: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", Path(self.root).absolute())

    @property
    def submitted(self) -> Path:
        """The folder with `<learner>/<unit>/` of each submission."""
        return self.root / "submitted"

    @property
    def file(self) -> Path:
        """The course file."""
        return self.root / FILE

    def settings(self) -> CourseSettings:
        """Return what the course file says.

        Raises:
            GraderError: it cannot be read.
        """
        return read_settings(self.file)

    def units(self) -> dict[str, Unit]:
        """Return the units of the course by name, with its points; without those left out."""
        return self.settings().units

    def unit(self, name: str) -> Unit:
        """Return a unit with the points of the course, also one that the course leaves out.

        Raises:
            CourseError: there is no such unit.
        """
        return self.settings().unit(name)

    def roster_files(self) -> list[Path]:
        """Return the files of the roster, first the one that the course file or its name says."""
        names = self.settings().roster_files
        if names is not None:
            return [self.root / name for name in names]
        return [*self.root.glob("roster.csv"), *sorted(self.root.glob("roster-*.csv"))]

    def roster(self) -> Roster | None:
        """Return the roster, None if there is none.

        Raises:
            GraderError: a file of it cannot be read.
        """
        return read_rosters(self.roster_files(), self.settings().columns)

    @property
    def handout(self) -> Path:
        """The folder for what learners receive."""
        return self.root / "handout"

    @property
    def autograded(self) -> Path:
        """The folder in which nbgrader keeps graded notebooks."""
        return self.root / "autograded"

    @property
    def feedback(self) -> Path:
        """The folder in which nbgrader keeps the pages for learners."""
        return self.root / "feedback"

    @property
    def gradebook(self) -> Path:
        """The database of nbgrader."""
        return self.root / "gradebook.db"

    @property
    def mistake_cache(self) -> Path:
        """The folder with the results of the hidden tests for every mistake."""
        return self.root / "mistakes"

    @property
    def secret_file(self) -> Path:
        """The file with the course secret."""
        return self.root / "secret"

    def journal(self, shard: str = "") -> Path:
        """Return the path of the journal, or of the journal of a shard such as "3/8"."""
        name = f"journal-{shard.replace('/', '-of-')}" if shard else "journal"
        return self.root / f"{name}.jsonl"

    def secret(self) -> bytes:
        """Return the course secret, 32 bytes; the first call creates it.

        The hidden inputs of all submissions are drawn from it. Only its owner may read the file.

        Raises:
            GraderError: the file is not a secret, or cannot be written.
        """
        path = self.secret_file
        if not path.exists():
            write_atomically(path, secrets.token_hex(32) + "\n", mode=0o600, overwrite=False)
        text = path.read_text("ascii", "replace").strip()
        if len(text) != 64 or set(text) - set("0123456789abcdef"):
            raise GraderError(
                f"{path} is not a course secret, expected 64 hexadecimal digits; "
                "restore the file from a backup, or delete it and grade the class again."
            )
        return bytes.fromhex(text)
