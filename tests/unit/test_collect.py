"""Archives from strangers: decent ones arrive, each of the others is refused in one sentence."""

import io
import json
import os
import stat
import warnings
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.coursedir import CourseDirectory

from bngrader.authoring.notebooks import notebook_bytes
from bngrader.cli.main import main
from bngrader.course import collect
from bngrader.course.submissions import find
from bnlab.kit.course import unit

MODULE = b"def batch_moments(x):\n    return x.mean(0), x.var(0)\n"
GOOD = {
    "moments/02_moments.ipynb": notebook_bytes(unit("moments")),
    "moments/bnlab/moments.py": MODULE,
    "moments/receipt.json": b'{"time": "2026-11-21T10:00:00Z"}',
}


def packed(entries=GOOD, method=zipfile.ZIP_DEFLATED):
    """A zip's bytes; an entry is a name or a ZipInfo, and may come twice."""
    file = io.BytesIO()
    rows = entries.items() if isinstance(entries, dict) else entries
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", method) as zipped:
        warnings.simplefilter("ignore")  # a name that is in it twice
        for name, content in rows:
            zipped.writestr(name, content)
    return file.getvalue()


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


def take(inbox, **archives):
    for name, content in archives.items():
        (inbox / f"{name}.zip").write_bytes(content)
    into = inbox.parent / "submitted"
    return [str(each) for each in collect.collect([inbox], into)], into


def files(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_whose_it_is_follows_from_the_name_of_the_zip_or_of_its_folder(inbox):
    (inbox / "Bo Ek_17_file").mkdir()
    (inbox / "Bo Ek_17_file" / "moments-20261121.zip").write_bytes(packed())
    lines, into = take(inbox, ada=packed(), cyd_late_2=packed())
    assert sorted(path.name for path in into.iterdir()) == ["Bo Ek", "ada", "cyd"]
    assert len(lines) == 3


def test_a_newer_submission_replaces_an_older_one_which_is_kept(inbox):
    old = packed(GOOD | {"moments/receipt.json": b'{"time": "2026-11-20T10:00:00Z"}'})
    new = GOOD | {"moments/bnlab/moments.py": MODULE + b"# better\n"}
    lines, into = take(inbox, ada_1=packed(new), ada_2=old)
    assert lines == [
        "ada_2.zip: ada/moments taken",
        "ada_1.zip: ada/moments taken; the earlier one is now in .older/moments-1",
    ]
    assert (into / "ada/moments/bnlab/moments.py").read_bytes() == MODULE + b"# better\n"
    assert (into / "ada/.older/moments-1/bnlab/moments.py").read_bytes() == MODULE
    found, notes = find(into)
    assert (len(found), notes) == (1, [])


def test_the_same_submission_again_changes_nothing(inbox):
    _, into = take(inbox, ada=packed())
    before = files(into)
    lines, _ = take(inbox, ada=packed())
    assert lines == ["ada.zip: ada/moments already taken"]
    assert files(into) == before


def aged(inbox, name, hour, content):
    path = inbox / f"{name}.zip"
    path.write_bytes(content)
    when = datetime(2026, 11, 21, hour, tzinfo=UTC).timestamp()
    os.utime(path, (when, when))


def stamped(into, learner="ada"):
    """When nbgrader says that it was handed in."""
    return CourseDirectory().get_existing_timestamp(str(into / learner / "moments"))


def test_a_submission_was_handed_in_when_its_file_says_and_not_its_receipt(inbox):
    into = inbox.parent / "submitted"
    aged(inbox, "ada", 12, packed())
    collect.collect([inbox], into)
    assert stamped(into) == datetime(2026, 11, 21, 12)
    aged(inbox, "ada", 15, packed())  # handed in once more, and nothing is new
    collect.collect([inbox], into)
    assert stamped(into) == datetime(2026, 11, 21, 12)
    aged(inbox, "ada", 18, packed(GOOD | {"moments/bnlab/moments.py": MODULE + b"# new\n"}))
    collect.collect([inbox], into)
    assert stamped(into) == datetime(2026, 11, 21, 18)


@pytest.mark.parametrize(
    ("receipt", "hour"),
    [
        (b'{"time": "2026-11-21T10:00:00Z"}', 10),
        (b'{"time": "2026-11-21T10:00:00+02:00"}', 8),
        (b'{"time": "2026-11-21T20:00:00Z"}', 12),  # younger than its file
        (b'{"time": "0001-01-01T00:00:00+14:00"}', 12),
        (b'{"time": "yesterday"}', 12),
        (b'{"time": 7}', 12),
        (b"[]", 12),
        (b"\xff", 12),
    ],
)
def test_where_asked_for_a_receipt_is_believed_if_it_can_be(inbox, receipt, hour):
    into = inbox.parent / "submitted"
    aged(inbox, "ada", 12, packed(GOOD | {"moments/receipt.json": receipt}))
    assert main(["collect", str(inbox), "--into", str(into), "--timestamp-from", "receipt"]) == 0
    assert stamped(into) == datetime(2026, 11, 21, hour)


def test_what_packing_by_hand_leaves_behind_is_passed_over(inbox):
    traces = {
        "__MACOSX/moments/._02_moments.ipynb": b"\0", "moments/.DS_Store": b"\0",
        "moments/bnlab/__pycache__/moments.cpython-311.pyc": b"\0", "moments/": b"",
    }  # fmt: skip
    _, into = take(inbox, ada=packed(GOOD | traces))
    assert files(into / "ada") == {
        "moments/02_moments.ipynb", "moments/bnlab/moments.py", "moments/receipt.json",
        "moments/timestamp.txt",
    }  # fmt: skip


def linked(name, target):
    row = zipfile.ZipInfo(name)
    row.external_attr = (stat.S_IFLNK | 0o777) << 16
    return row, target


def device(name):
    row = zipfile.ZipInfo(name)
    row.external_attr = (stat.S_IFIFO | 0o666) << 16
    return row, b""


def encrypted():
    content = bytearray(packed())
    for at in range(len(content) - 4):
        if content[at : at + 4] == b"PK\x03\x04":
            content[at + 6] |= 1
        if content[at : at + 4] == b"PK\x01\x02":
            content[at + 8] |= 1
    return bytes(content)


def with_a_lying_size():
    """A notebook of a GiB that says it has ten bytes."""
    content = packed({"moments/02_moments.ipynb": b"\0" * 2**26})
    return content.replace((2**26).to_bytes(4, "little"), (10).to_bytes(4, "little"))


BOMB = packed({"moments/02_moments.ipynb": b"\0" * 2**26})
CASES = {
    "nothing": (b"", "not a zip"),
    "text": (b"my homework", "not a zip"),
    "half": (packed()[: len(packed()) // 2], "not a zip"),
    "empty": (packed({}), "no module and no notebook"),
    "receipt": (packed({"moments/receipt.json": b"{}"}), "no module and no notebook"),
    "up": (packed({"../ada/moments/bnlab/moments.py": b"x"}), "leads out"),
    "deep": (packed({"moments/../../bo/bnlab/moments.py": b"x"}), "leads out"),
    "absolute": (packed({"/etc/passwd": b"x"}), "leads out"),
    "windows": (packed({"moments\\bnlab\\moments.py": b"x"}), "leads out"),
    "drive": (packed({"C:/moments.py": b"x"}), "does not belong"),
    "stranger": (packed({"bo/moments/bnlab/moments.py": b"x"}), "does not belong"),
    "other_unit": (packed({"moments/bnlab/forward.py": b"x"}), "does not belong"),
    "time": (packed(GOOD | {"moments/timestamp.txt": b"2020-01-01"}), "does not belong"),
    "grades": (packed(GOOD | {"moments/grades.json": b"{}"}), "does not belong"),
    "case": (packed(GOOD | {"Moments/bnlab/moments.py": b"x"}), "does not belong"),
    "twice": (packed([*GOOD.items(), ("moments/bnlab/moments.py", b"x")]), "twice"),
    "link": (packed([linked("moments/bnlab/moments.py", "/etc/passwd")]), "not a regular file"),
    "pipe": (packed([device("moments/bnlab/moments.py")]), "not a regular file"),
    "bomb": (BOMB, "larger than 8192 KiB"),
    "liar": (with_a_lying_size(), "not a zip that can be read"),
    "long": (packed({"moments/bnlab/moments.py": b"#" * 300_000}), "larger than 256 KiB"),
    "many": (packed({f"moments/{n}": b"" for n in range(200)}), "200 entries"),
    "secret": (encrypted(), "encrypted"),
    "bzip": (packed(GOOD, zipfile.ZIP_BZIP2), "is not deflate"),
}


@pytest.mark.parametrize("case", CASES)
def test_an_archive_that_is_amiss_is_refused_in_one_sentence_and_the_others_go_on(inbox, case):
    content, said = CASES[case]
    lines, into = take(inbox, ada=content, bo=packed())
    assert [line for line in lines if line.startswith("ada")] == [lines[0]]
    assert lines[0].startswith("ada.zip: refused, ")
    assert said in lines[0]
    assert "\n" not in lines[0]
    assert lines[1] == "bo.zip: bo/moments taken"
    assert [path.name for path in into.iterdir()] == ["bo"]
    assert files(inbox.parent) == {
        "downloads/ada.zip", "downloads/bo.zip", "submitted/bo/moments/02_moments.ipynb",
        "submitted/bo/moments/bnlab/moments.py", "submitted/bo/moments/receipt.json",
        "submitted/bo/moments/timestamp.txt",
    }  # fmt: skip


def test_collect_skips_a_link_and_refuses_a_name_without_a_learner(inbox, tmp_path):
    target = tmp_path / "target.zip"
    target.write_bytes(packed())
    os.symlink(target, inbox / "eve.zip")
    lines, into = take(inbox, _late=packed(), bo=packed(), **{"-rf": packed()})
    assert [path.name for path in into.iterdir()] == ["bo"]
    assert sum("refused, the name does not begin with" in line for line in lines) == 2


@given(content=st.binary(max_size=300), at=st.integers(0, 2000), length=st.integers(0, 40))
def test_a_damaged_zip_is_refused_or_read_and_nothing_else(tmp_path_factory, content, at, length):
    good = packed()
    path = tmp_path_factory.mktemp("zips") / "ada.zip"
    path.write_bytes(good[:at] + content + good[at + length :])
    try:
        read = collect.read(path)
    except collect.ArchiveRejectedError:
        return
    assert set(read) == {"moments"}
    assert set(read["moments"]) <= {"02_moments.ipynb", "bnlab/moments.py", "receipt.json"}


def test_collect_does_not_read_its_results_from_names_of_files(inbox, capsys):
    (inbox / "ada_x: refused, y.zip").write_bytes(packed())
    into = inbox.parent / "submitted"
    (taken,) = collect.collect([inbox], into)
    assert taken == collect.Taken("ada_x: refused, y.zip", "ada", "moments")
    assert main(["collect", str(inbox), "--into", str(into)]) == 0
    assert "1 taken, 0 refused" in capsys.readouterr().out


def test_the_command_counts_what_was_refused(inbox, capsys):
    (inbox / "ada.zip").write_bytes(packed())
    (inbox / "bo.zip").write_bytes(b"no")
    into = inbox.parent / "submitted"
    assert main(["collect", str(inbox), "--into", str(into)]) == 1
    assert "1 refused" in capsys.readouterr().out
    assert main(["collect", str(inbox / "ada.zip"), "--into", str(into)]) == 0
    assert main(["collect", str(inbox / "nobody.zip"), "--into", str(into)]) == 2
    assert json.loads((into / "ada/moments/receipt.json").read_text())["time"]
