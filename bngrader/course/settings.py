"""The course file, `course.toml`: what a teacher decides about a course. Every key may be left out.

Whoever adds a key here must add what reads it, and its line in `template.toml`.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bnlab.kit.course import Unit, did_you_mean, units
from bnlab.kit.course import unit as find_unit

from ..core.errors import GraderError
from ..core.text import unquoted_key
from .points import Points, adapted, read_points
from .roster import Columns

FILE = "course.toml"
PLATFORMS = (
    "moodle", "canvas", "blackboard", "brightspace", "gradescope", "sakai", "ilias", "classroom",
    "exchange", "folder",
)  # fmt: skip
CLOCKS = ("auto", "receipt", "file")
MAX_LATE = 10**6
"""The largest number in a late policy: two years in minutes."""
_KEYS = {
    "": (
        "platform",
        "timezone",
        "timestamp_from",
        "left_out",
        "book",
        "database",
        "roster",
        "titles",
        "points",
        "due",
        "extensions",
        "late",
    ),
    "roster": ("files", "learner", "name"),
}

TEMPLATE = Path(__file__).with_name("template.toml").read_text("utf-8")

LATE_KEYS = ("percent_per_day", "most_percent", "grace_minutes")


@dataclass(frozen=True)
class Late:
    """A late policy: percents of the score, and minutes."""

    percent_per_day: float = 0
    most_percent: float = 100
    grace_minutes: float = 0

    def points_off(self, score: float, by: timedelta) -> float:
        """Return the points that are taken off, two decimals; each day that has begun counts.

        >>> Late(percent_per_day=10).points_off(8.0, timedelta(hours=25))
        1.6
        """
        days = max(0, math.ceil((by - timedelta(minutes=self.grace_minutes)) / timedelta(days=1)))
        return round(score * min(days * self.percent_per_day, self.most_percent) / 100, 2)


@dataclass(frozen=True)
class CourseSettings:
    """What the course file says.

    Attributes:
        platform: where downloads come from, "" to recognise it.
        zone: the time zone of the school, None for that of this machine.
        timestamp_from: the clock of the time of submission.
        left_out: units that the class does not do.
        roster_files: the files of the roster, None for those with the usual names.
        due: the due date of units, in UTC.
        extensions: later due dates, by learner and unit.
        late: the late policy of units; "" is that of all others.
        book: the address of the built book, "" if it has none.
        database: the address of the gradebook, "" for the file in the folder of the course.
        titles: what the platform calls units.
        points: the points of units that differ from those of `bnlab/kit/course.toml`.
    """

    platform: str = ""
    zone: tzinfo | None = None
    timestamp_from: str = "auto"
    left_out: tuple[str, ...] = ()
    roster_files: tuple[str, ...] | None = None
    columns: Columns = field(default_factory=Columns)
    due: Mapping[str, datetime] = field(default_factory=dict)
    extensions: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    late: Mapping[str, Late] = field(default_factory=dict)
    book: str = ""
    database: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    points: Mapping[str, Points] = field(default_factory=dict)

    @property
    def units(self) -> dict[str, Unit]:
        """The units of the course by name, with its points and titles."""
        return {name: self.unit(name) for name in units() if name not in self.left_out}

    def unit(self, name: str) -> Unit:
        """Return a unit with the points and the title of the course, also one that it leaves out.

        Raises:
            CourseError: there is no such unit.
        """
        return adapted(find_unit(name), self.points.get(name, {}), self.titles.get(name, ""))

    def due_for(self, learner: str, unit: str) -> datetime | None:
        """Return when a unit is due for a learner; None if there is no due date."""
        return self.extensions.get(learner, {}).get(unit) or self.due.get(unit)

    def late_for(self, unit: str) -> Late | None:
        """Return the late policy of a unit; None if the course file has none."""
        return self.late.get(unit) or self.late.get("")


def read_settings(path: Path) -> CourseSettings:
    """Return what a course file says; the defaults if there is none.

    Raises:
        GraderError: it is no TOML, or a key or value is not known.
    """
    if not path.is_file():
        return CourseSettings()
    try:
        text = path.read_text("utf-8")
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise GraderError(
            f"{path} cannot be read: {error}.{unquoted_key(text, str(error))}"
        ) from None
    except (ValueError, RecursionError, OSError) as error:
        raise GraderError(f"{path} cannot be read: {error}.") from None
    try:
        return _settings(data)
    except GraderError as error:
        raise GraderError(f"{path}: {error}") from None


def _settings(data: dict[str, Any]) -> CourseSettings:
    _known(data, "")
    roster = data.get("roster", {})
    _known(roster, "roster")
    zone = None
    if name := _text(data, "timezone"):
        try:
            zone = ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise GraderError(
                f"timezone is {name!r}, expected one such as Europe/Berlin."
            ) from None
    files = _files(roster.get("files"))
    titles, points = _table(data, "titles"), _table(data, "points")
    left_out = data.get("left_out", [])
    if not isinstance(left_out, list):
        raise GraderError(f"left_out is {left_out!r}, expected a list of units in brackets.")
    return CourseSettings(
        _one_of(data, "platform", PLATFORMS, ""),
        zone,
        _one_of(data, "timestamp_from", CLOCKS, "auto"),
        tuple(_unit(name, "left_out") for name in left_out),
        files,
        Columns(_text(roster, "learner"), _text(roster, "name")),
        _dates(data.get("due", {}), "due", zone),
        {
            _learner(learner): _dates(rows, f"extensions.{learner}", zone)
            for learner, rows in _table(data, "extensions").items()
        },
        _late(data.get("late", {})),
        _address(data, "book", r"https?://[^\s()<>\"\\]+", "https://example.org/norms").rstrip("/"),
        _address(data, "database", r"\w+(\+\w+)?://\S+", "postgresql://grader@localhost/batchnorm"),
        {_unit(key, "titles"): _text(titles, key) for key in titles},
        {_unit(key, "points"): read_points(rows, find_unit(key)) for key, rows in points.items()},
    )


def _address(data: Mapping[str, Any], key: str, form: str, example: str) -> str:
    value = _text(data, key)
    if value and not re.fullmatch(form, value):
        raise GraderError(f"{key} is {value!r}, expected an address such as {example}.")
    return value


def _table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise GraderError(f"{key} is {value!r}, expected a table [{key}].")
    return value


def _late(table: Any) -> dict[str, Late]:
    """Return the policies of [late] and [late.UNIT]; a unit takes what it lacks from [late]."""
    if not isinstance(table, dict):
        raise GraderError(f"late is {table!r}, expected a table [late].")
    common = {key: value for key, value in table.items() if not isinstance(value, dict)}
    rows = {_unit(key, "late"): value for key, value in table.items() if isinstance(value, dict)}
    found = {}
    for unit, own in {"": {}, **rows}.items():
        values = common | own
        for key, value in values.items():
            if key not in LATE_KEYS:
                raise GraderError(f"the key late.{key} is unknown{did_you_mean(key, LATE_KEYS)}")
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not 0 <= value <= MAX_LATE:
                raise GraderError(
                    f"late.{key} is {value!r}, expected a number from 0 to {MAX_LATE}."
                )
        if values:
            found[unit] = Late(**values)
    return found


def _known(table: Any, name: str) -> None:
    if not isinstance(table, dict):
        raise GraderError(f"{name} is {table!r}, expected a table [{name}].")
    for key in table:
        if key not in _KEYS[name]:
            where = f"{name}.{key}" if name else key
            raise GraderError(f"the key {where} is unknown{did_you_mean(key, _KEYS[name])}")


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise GraderError(f"{key} is {value!r}, expected a text in quotes.")
    return value


def _one_of(table: Mapping[str, Any], key: str, known: tuple[str, ...], default: str) -> str:
    value = _text(table, key) or default
    if value and value not in known:
        raise GraderError(f"{key} is {value!r}, expected one of {', '.join(known)}.")
    return value


def _files(value: Any) -> tuple[str, ...] | None:
    names = [value] if isinstance(value, str) else value
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise GraderError(f"roster.files is {value!r}, expected names of files in quotes.")
    return tuple(names)


def _learner(name: str) -> str:
    if name in units():
        raise GraderError(
            f"[extensions.{name}] has the unit first, expected the learner: "
            f'[extensions] and "ada" = {{ {name} = 2026-11-24 }}.'
        )
    return name


def _unit(name: Any, where: str) -> str:
    if not isinstance(name, str) or name not in units():
        raise GraderError(
            f"{where} names {name!r}, which is no unit{did_you_mean(str(name), units())}"
        )
    return str(name)


def _dates(rows: Any, where: str, zone: tzinfo | None) -> dict[str, datetime]:
    """Return dates in UTC; a day ends at 23:59:59, and the zone of the course is the default."""
    if not isinstance(rows, dict):
        raise GraderError(f"{where} is {rows!r}, expected a table of units and dates.")
    found = {}
    for name, value in rows.items():
        if not isinstance(value, date):
            raise GraderError(
                f"{where}.{name} is {value!r}, expected a date without quotes such as 2026-11-20."
            )
        if not isinstance(value, datetime):
            value = datetime.combine(value, time(23, 59, 59))
        of = _unit(name, where)
        try:
            if value.tzinfo is None:
                value = value.replace(tzinfo=zone) if zone else value.astimezone()
            found[of] = value.astimezone(UTC)
        except (ValueError, OverflowError):  # the first or the last day of the calendar
            raise GraderError(
                f"{where}.{name} is {value}, expected a date of this century."
            ) from None
    return found
