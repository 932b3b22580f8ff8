"""Fuzz targets: the functions that parse submissions.

A target gets bytes. The function that it calls must return in time, with a value or with an error
that its caller expects. Inputs that once failed are in `found/`, with the name of the target in
front, and the tests run them again.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

from bngrader.authoring.notebooks import notebook_bytes
from bngrader.core.errors import GraderError
from bngrader.core.report import Report, TaskReport, Verdict, as_data, from_data
from bngrader.core.text import inert
from bngrader.course.collecting.collect import collect
from bngrader.course.collecting.content import receipt_time
from bngrader.course.collecting.dates import date_in
from bngrader.course.collecting.moodle import times_in_worksheets
from bngrader.course.collecting.nodes import UnreadableError
from bngrader.course.notebooks import parsed
from bngrader.course.roster import Columns, people_of, problem_of, read_rosters
from bngrader.course.settings import read_settings
from bngrader.course.submissions import read_text
from bngrader.judging import quiz, static_review
from bngrader.remote import framing, wire
from bngrader.remote.proxy import RemoteModule
from bnlab.kit.course import unit
from bnlab.kit.formats import MAX_SOURCE_BYTES
from bnlab.kit.quiz_cells import answers, read_answer
from bnlab.kit.testing.assertions import LearnerError, describe
from bnlab.kit.testing.properties import NoResultError
from bnlab.kit.testing.remote_ops import Reference
from tests.helpers.downloads import handed_in

FOUND = Path(__file__).with_name("found")
MOMENTS = unit("moments")
SCRATCH = Path(tempfile.mkdtemp(prefix="fuzz-"))


def frame(data: bytes) -> None:
    """Decode a reply of a child."""
    with contextlib.suppress(framing.WireError):
        describe(wire.decode(data))


def reply(data: bytes) -> None:
    """Pass a reply to the remote module, as the judge does."""

    class Answering:
        def ask(self, request: object) -> object:
            return wire.decode(data)

    with contextlib.suppress(framing.WireError, LearnerError, NoResultError):
        shown = describe(RemoteModule(Answering())._perform("call"))
        assert len(shown) < 2_000, "the description is too long"
        assert shown.isprintable(), "the description has control characters"


def stream(data: bytes) -> None:
    """Receive bytes from a socket that is then closed."""
    here, there = socket.socketpair()
    with here, there:
        there.sendall(data[:500])
        there.shutdown(socket.SHUT_WR)
        with contextlib.suppress(framing.RemoteError):
            while True:
                wire.decode(framing.receive(here, time.monotonic() + 1))


def notebook(data: bytes) -> None:
    """Read the written answer and the quiz of a notebook."""
    text = data.decode("utf-8", "replace")
    read = parsed(MOMENTS, text)
    assert read.problem.isprintable()
    assert len(read.problem) < 500
    shown = inert("\n".join((read.written, *read.others)))
    first, *_, last = shown.split("\n")
    assert last == first.removesuffix("text"), "the fence is not closed"
    assert last not in shown.split("\n")[1:-1], "the fence is closed early"
    for mark in (*quiz.grade_quiz("moments", text), *quiz.grade_quiz("moments", read.quiz)):
        assert 0 <= mark.points <= mark.max_points
        assert mark.answer.isprintable()


def quiz_cell(data: bytes) -> None:
    """Read one quiz cell."""
    read_answer(data.decode("utf-8", "surrogateescape"))
    quoted = {"cells": [{"metadata": {"nbgrader": {"grade_id": "quiz-q"}}, "source": str(data)}]}
    answers(json.dumps(quoted), ["q"])


def module(data: bytes) -> None:
    """Read a module file and review it for the teacher."""
    path = SCRATCH / "bnlab" / "moments.py"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    text, problem = read_text(SCRATCH, "bnlab/moments.py", MAX_SOURCE_BYTES)
    assert (text is None) == bool(problem)
    for name in ("moments", "channels"):
        for line in static_review.review(name, text or ""):
            assert line.isprintable()
            assert len(line) < 200


def archive(data: bytes) -> None:
    """Read a zip as `bngrader collect` does."""
    path = SCRATCH / "ada_1.zip"
    path.write_bytes(data)
    into = SCRATCH / "into"
    with contextlib.suppress(UnreadableError):
        for name, files in handed_in(path).items():
            assert unit(name).name == name
            for inside in files:
                place = os.path.normpath(into / inside)
                assert place.startswith(str(into)), "a file leads out of its folder"


def course_file(data: bytes) -> None:
    """Read a course file."""
    path = SCRATCH / "course.toml"
    path.write_bytes(data)
    with contextlib.suppress(GraderError):
        settings = read_settings(path)
        for late in settings.late.values():
            assert late.points_off(7.0, timedelta(days=2)) >= 0
        for due in settings.due.values():
            assert due.tzinfo is not None


def roster(data: bytes) -> None:
    """Read a table of the class, as platforms and spreadsheets write it."""
    path = SCRATCH / "class.csv"
    path.write_bytes(data)
    with contextlib.suppress(GraderError):
        for columns in (Columns(), Columns("id", "who")):
            found = read_rosters([path], columns)
            assert found is not None
            assert all(problem_of(name) == "" for name in found.learners)
            assert len(set(found.learners)) == len(found.learners)
            people_of([path], columns)


def report(data: bytes) -> None:
    """Read a report, as the journal and platforms hold it."""
    with contextlib.suppress(ValueError, RecursionError):
        found = from_data(Report, json.loads(data))
        assert from_data(Report, as_data(found)) == found


def download(data: bytes) -> None:
    """Collect a download: a zip of files whose names are the lines, each with its content."""
    place, into = SCRATCH / "download.zip", SCRATCH / "submitted"
    shutil.rmtree(into, ignore_errors=True)
    rows = [line.split("|", 1) for line in data.decode("utf-8", "replace").split("\n")[:12]]
    files = {row[0].replace("\0", ""): row[-1].encode() for row in rows}
    place.write_bytes(_zipped({name: content for name, content in files.items() if name}))
    with contextlib.suppress(GraderError):
        for line in collect([place], into):
            assert str(line).isprintable() or "\n" in str(line)
    for folder in into.iterdir() if into.exists() else ():
        assert folder.name.startswith(".") or problem_of(folder.name) == "", folder.name


def worksheet(data: bytes) -> None:
    """Read times: from Moodle's grading worksheet, from a receipt, and from a text."""
    path = SCRATCH / "worksheet.csv"
    path.write_bytes(data)
    with contextlib.suppress(GraderError):
        found = times_in_worksheets([path])
        assert all(number.isdigit() for number in found)
    receipt_time(data)
    date_in(data.decode("utf-8", "replace"))


TARGETS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each
    for each in (
        frame, reply, stream, notebook, quiz_cell, module, archive, course_file, roster, report,
        download, worksheet,
    )
}  # fmt: skip


TABLES = {
    "course_file": [
        b"platform = 'moodle'\ntimezone = 'Europe/Berlin'\nleft_out = ['audit']\n",
        b"[due]\nmoments = 2026-11-20\n[late]\npercent_per_day = 1\nmoments = { most_percent = 5 }",
        b"[extensions.ada]\nmoments = 2026-11-20T10:00:00+01:00\n[roster]\nfiles = ['a.csv']",
        b"[points]\nmoments = { normalize = 4 }\n[titles]\nmoments = 'M'\n",
    ],
    "roster": [
        "First name;Last name;ID number\nAda;Lovelace;1\n=1+1;B;2\n".encode("utf-16"),
        b'sep=,\nStudent,ID,SIS Login ID\nPoints Possible,,\n"Hopper, Grace",7,gh\n',
        b"Identifier\tFull name\tUsername\nParticipant 12\tAda B\tada\n",
        b"id,who\n1,Ada\n",
    ],
    "worksheet": [
        b'Identifier,"Last modified (submission)"\nParticipant 7,"Friday, 20 May 2026, 4:05 PM"',
        b"ID;Zuletzt ge\xc3\xa4ndert (Abgabe)\nTeilnehmer/in7;Freitag, 20. November 2026, 16:05\n",
        b'{"time": "2026-11-20T10:00:00+01:00"}',
    ],
    "download": [
        b"Ada Lovelace_123_assignsubmission_file/moments.py|x = 1\nBo_5_x/02_moments.ipynb|{}",
        b"lovelaceada_12_345_moments.py|x = 1\nbo_LATE_9_8_02_moments-1.ipynb|{}",
        b"submission_1/moments.py|x\nsubmission_metadata.yml|submission_1:\n  :submitters: []",
        b"12-34 - Ada Lovelace - Nov 20, 2026 1200 PM/moments.py|x = 1\nindex.html|<p>",
        b'ada/moments/bnlab/moments.py|x = 1\nada/moments/receipt.json|{"time": "2026-11-21"}',
    ],
}
"""Tables, course files and downloads, as people write them."""


def seeds(target: str) -> list[bytes]:
    """Return well-formed inputs for the start of the corpus."""
    if target in ("frame", "reply", "stream"):
        return [_framed(value, target == "stream") for value in _replies()]
    if target in TABLES:
        return TABLES[target]
    if target == "report":
        made = Report("moments", (TaskReport("normalize", 3, (Verdict("t", "p", True),)),))
        return [json.dumps(as_data(made)).encode(), json.dumps(as_data(Report("x", ()))).encode()]
    if target == "notebook":
        return [notebook_bytes(MOMENTS), b"{}", _answered(["a"]), _answered("`" * 5 + "\n<b>")]
    if target == "quiz_cell":
        return [b'x = "b"', b"x = 1e2  # so", b"x = -0x10", b"x = ('a' 'b')"]
    if target == "module":
        return [
            b"import os\nF.batch_norm(x)\n",
            b'"""doc"""\nx = "layer_norm"\n',
            b"\xef\xbb\xbfx=1",
        ]
    return [_zipped({"moments/bnlab/moments.py": b"x = 1\n", "moments/receipt.json": b"{}"})]


def _replies() -> list[object]:
    import numpy as np
    import torch

    return [
        {"value": (np.zeros((2, 3)), torch.ones(2).bfloat16())},
        {"error": [["ValueError", "Exception"], "text", 3]},
        {"value": Reference(3, "Linear")},
        {"forbidden": ["batch_norm"]},
        {"value": [wire.Opaque("Thing", "complex128"), 1.5, float("nan"), None, True, "text"]},
        {"value": {"weight": np.float32(1), "n": 2**70}},
    ]


def _framed(value: object, prefixed: bool) -> bytes:
    made = wire.encode(value)
    return len(made).to_bytes(4, "little") + made if prefixed else made


def _answered(source: object) -> bytes:
    cells = [
        {"metadata": {"nbgrader": {"grade_id": name}}, "source": source}
        for name in ("written-moments", "quiz-grams")
    ]
    return json.dumps({"cells": cells}).encode()


def _zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w") as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return made.getvalue()
