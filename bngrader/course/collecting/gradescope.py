"""Gradescope: "Export Submissions" of a programming assignment.

The export is a folder `assignment_<n>_export` with a folder `submission_<n>` for each submission,
already unpacked, and `submission_metadata.yml`, which names the owners:

    submission_123:
      :submitters:
      - :name: Ada Lovelace
        :sid: '4711'
        :email: ada@example.org
      :created_at: 2026-11-20 13:22:10.123456000 Z

The number is that of the submission, not of a person, so without the table the teacher is asked.

Source: the tests of `parseGradescopeExport` (Provenance) and public scripts that read the table.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import yaml

from .claims import Claim, Reading
from .nodes import Node, UnreadableError

NAME = "gradescope"
TABLE = "submission_metadata.yml"
MAX_TABLE_BYTES = 64 * 2**20
_FOLDER = re.compile(r"^submission_(?P<number>\d+)(?:\.\w+)?$")


def read(folder: Node) -> Reading:
    """Return the owners that Gradescope's table gives."""
    reading = Reading()
    table = next((child for child in folder.children if child.name == TABLE), None)
    owners = _owners(table) if table else {}
    for at, child in enumerate(folder.children):
        if child is table and owners:
            reading.notes[at] = "the table of owners that Gradescope writes; it was read."
        elif _FOLDER.match(child.name):
            claim = owners.get(child.name)
            why = f"Gradescope's number is that of the submission, and {TABLE} does not name it."
            reading.claims[at] = claim or Claim(NAME, name=child.name, why=why)
        elif child.name in owners:
            reading.claims[at] = owners[child.name]
    return reading


def _owners(table: Node) -> dict[str, Claim]:
    """Return the owners by the name of their folder, {} if the table cannot be read."""
    try:
        # Nodes only: nothing is constructed, so tags and references of the file have no effect.
        root = yaml.compose(table.read(MAX_TABLE_BYTES), Loader=_LOADER)
    except (UnreadableError, yaml.YAMLError, ValueError, RecursionError):
        return {}
    found = {}
    for name, entry in _rows(root):
        rows = dict(_rows(entry))
        submitters = rows.get(":submitters")
        people = []
        for each in getattr(submitters, "value", None) or []:
            fields = {key: str(node.value) for key, node in _rows(each) if _is_text(node)}
            owner = fields.get(":sid") or fields.get(":email") or ""
            people.append(Claim(NAME, owner, fields.get(":name", ""), owner))
        number = _FOLDER.match(name)
        order = (NAME, int(number["number"])) if number else None
        sent = _sent(rows.get(":created_at"))
        if people and all(each.id for each in people):
            first, several = people[0], tuple(people) if len(people) > 1 else ()
            found[name] = Claim(
                NAME, first.id if not several else "", first.name if not several else "",
                first.id if not several else "", several, sent, order,
            )  # fmt: skip
    return found


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _rows(node: Any) -> list[tuple[str, Any]]:
    """Return the rows of a mapping with scalar keys."""
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(str(key.value), value) for key, value in node.value if _is_text(key)]


def _is_text(node: Any) -> bool:
    return isinstance(node, yaml.ScalarNode)


def _sent(node: Any) -> datetime | None:
    """Return a time such as 2026-11-20 13:22:10.123456000 Z; Rails may nest it below `utc`."""
    if isinstance(node, yaml.MappingNode):
        node = dict(_rows(node)).get("utc")
    match = re.match(
        r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)? ?(Z|UTC|[+-]\d\d:?\d\d)?",
        str(getattr(node, "value", "")),
    )
    if match:
        zone = "+00:00" if match[3] in (None, "Z", "UTC") else match[3]
        with suppress(ValueError, OverflowError):
            return datetime.fromisoformat(f"{match[1]}T{match[2]}{zone}").astimezone(UTC)
    return None
