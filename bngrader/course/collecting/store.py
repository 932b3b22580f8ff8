"""Every attempt of a learner, each once, and the one that counts.

    <learner>/.attempts/<unit>/<digest>/    the files, and attempt.json
    <learner>/.attempts/<unit>/chosen       the digest that a teacher has chosen
    <learner>/.attempts/learner.json        the ids by which platforms know the learner
    <learner>/<unit>/                       a copy of the attempt that counts

What is there depends on the attempts alone, and not on the order in which they came. A folder
appears with all its files or not at all, so a run can be killed and repeated.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from bnlab.kit.course import units
from bnlab.kit.formats import RECEIPT, submission_files

from ...core.files import write_atomically
from ..submissions import TIMESTAMP
from .attempt import ABOUT, FORMAT, Attempt, about, digest_of, load, merged, newest

FOLDER = ".attempts"
CHOSEN = "chosen"


class Store:
    """The attempts of one learner in a folder of submissions.

    Args:
        folder: `<into>/<learner>`; it need not exist.
        timestamp_from: which clock is written to `timestamp.txt`: "auto", "receipt" or "file".
        zone: the time zone of platforms that write none; None for that of this machine.
    """

    def __init__(
        self, folder: Path, timestamp_from: str = "auto", zone: tzinfo | None = None
    ) -> None:
        self.folder = folder
        self._clock, self._zone = timestamp_from, zone

    def clean(self) -> None:
        """Remove what a run that was killed has left."""
        for place in (self.folder, *(self.folder / FOLDER).glob("**/")):
            for left in [*place.glob(".*.partial"), *place.glob(".*.old")]:
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink(missing_ok=True)

    def units(self) -> list[str]:
        """Return the units of which there are attempts."""
        return sorted(each.name for each in _folders(self.folder / FOLDER))

    def attempts(self, unit: str) -> list[Attempt]:
        """Return the attempts of a unit in the order of their times, the oldest first."""
        place = self.folder / FOLDER / unit
        found = [load(unit, each, self._zone) for each in sorted(_folders(place))]
        return sorted(found, key=lambda each: (each.time()[0], each.digest))

    def counts(self, unit: str) -> Attempt | None:
        """Return the attempt that counts; None if there is none."""
        attempts = self.attempts(unit)
        chosen = self.chosen(unit)
        return next((e for e in attempts if e.digest == chosen), None) or (
            newest(attempts) if attempts else None
        )

    def chosen(self, unit: str) -> str:
        """Return the digest that a teacher has chosen, "" for the newest."""
        with suppress(OSError):
            return (self.folder / FOLDER / unit / CHOSEN).read_text("ascii", "replace").strip()
        return ""

    def choose(self, unit: str, digest: str) -> None:
        """Make an attempt the one that counts; "" for the newest."""
        path = self.folder / FOLDER / unit / CHOSEN
        if digest:
            write_atomically(path, f"{digest}\n")
        else:
            path.unlink(missing_ok=True)
        self.install(unit)

    def add(self, attempt: Attempt) -> bool:
        """Add an attempt, and return whether it is new."""
        self._adopt(attempt.unit)
        place = self.folder / FOLDER / attempt.unit / attempt.digest
        if place.is_dir():
            known = load(attempt.unit, place, self._zone)
            both = merged(known, attempt)
            if both != known:
                write_atomically(place / ABOUT, about(both))
            return False
        _write_folder(place, {**attempt.files, ABOUT: about(attempt).encode()})
        return True

    def install(self, unit: str) -> bool:
        """Copy the attempt that counts to `<learner>/<unit>/`; return whether that was needed."""
        self._adopt(unit)
        attempt = self.counts(unit)
        if attempt is None:
            return False
        files = self.files(attempt)
        stamp = f"{attempt.time(self._clock)[0]:%Y-%m-%d %H:%M:%S.%f} UTC\n".encode()
        target = self.folder / unit
        if target.is_dir() and _files(target, unit) == files and _stamp(target) == stamp:
            return False
        _write_folder(target, {**files, TIMESTAMP: stamp})
        return True

    def files(self, attempt: Attempt) -> dict[str, bytes]:
        """Return the files of an attempt."""
        return _files(self.folder / FOLDER / attempt.unit / attempt.digest, attempt.unit)

    def ids(self) -> dict[str, list[str]]:
        """Return the ids by which platforms know the learner."""
        try:
            data = json.loads((self.folder / FOLDER / "learner.json").read_text("utf-8"))
            return {str(key): [str(each) for each in ids] for key, ids in data["ids"].items()}
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            return {}

    def remember(self, platform: str, id: str) -> None:
        """Write down an id by which a platform knows the learner."""
        ids = self.ids()
        if id and id not in ids.get(platform, []):
            ids[platform] = sorted([*ids.get(platform, []), id])
            text = json.dumps({"format": FORMAT, "ids": ids}, indent=1, sort_keys=True) + "\n"
            write_atomically(self.folder / FOLDER / "learner.json", text)

    def _adopt(self, unit: str) -> None:
        """Make an attempt of what was put into `<learner>/<unit>/` in another way."""
        target = self.folder / unit
        if not target.is_dir() or target.is_symlink():
            return
        files = _files(target, unit)
        place = self.folder / FOLDER / unit / digest_of(files)
        if files and not place.exists():
            found = Attempt(
                unit, place.name, _stamped(target), "timestamp", (unit,),
                receipt=None, by_hand=True,
            )  # fmt: skip
            _write_folder(place, {**files, ABOUT: about(found).encode()})


def _folders(place: Path) -> list[Path]:
    if not place.is_dir():
        return []
    return [each for each in place.iterdir() if each.is_dir() and not each.name.startswith(".")]


def _files(folder: Path, unit: str) -> dict[str, bytes]:
    """Return the files of a submission that are in a folder."""
    names = [*submission_files(units()[unit]), RECEIPT]
    paths = {name: folder / name for name in names}
    return {
        name: path.read_bytes()
        for name, path in paths.items()
        if path.is_file() and not path.is_symlink()
    }


def _stamp(folder: Path) -> bytes:
    path = folder / TIMESTAMP
    return path.read_bytes() if path.is_file() and not path.is_symlink() else b""


def _stamped(folder: Path) -> datetime:
    """Return the time in `timestamp.txt`, or that of the folder."""
    with suppress(ValueError):
        text = _stamp(folder).decode("ascii", "replace").strip().removesuffix(" UTC")
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    return datetime.fromtimestamp(folder.stat().st_mtime, UTC)


def _write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write a folder with all its files; a folder that was there is replaced.

    Raises:
        OSError: it cannot be written; the folder that was there is unchanged.
    """
    partial = folder.with_name(f".{folder.name}.partial")
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        for name, content in files.items():
            path = partial / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.replace(folder, old)
    os.replace(partial, folder)
    shutil.rmtree(old, ignore_errors=True)
