"""Archives of learners: honest ones cost nobody a submission, hostile ones only themselves."""

import io
import stat
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bngrader.authoring.release import handout_files
from tests.helpers.downloads import (
    FILES,
    GOOD,
    MODULE,
    NOTEBOOK,
    laid_out,
    packed,
    take,
    taken_from,
    work,
    zipped,
)


def linked(name, target):
    row = zipfile.ZipInfo(name)
    row.external_attr = (stat.S_IFLNK | 0o777) << 16
    return row, target


def device(name):
    row = zipfile.ZipInfo(name)
    row.external_attr = (stat.S_IFIFO | 0o666) << 16
    return row, b""


def encrypted():
    content = bytearray(packed(GOOD))
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
HOSTILE = {
    "nothing": (b"", "not a zip"),
    "text": (b"my homework", "not a zip"),
    "half": (packed(GOOD)[: len(packed(GOOD)) // 2], "not a zip"),
    "empty": (packed({}), "no module and no notebook"),
    "receipt": (packed({"moments/receipt.json": b"{}"}), "no module and no notebook"),
    "up": (packed({"../ada/moments/bnlab/moments.py": b"x"}), "leads out"),
    "deep": (packed({"moments/../../bo/bnlab/moments.py": b"x"}), "leads out"),
    "up_by_backslash": (packed({"..\\ada\\moments.py": b"x"}), "leads out"),
    "absolute": (packed({"/etc/moments.py": b"x"}), "leads out"),
    "drive": (packed({"C:/moments.py": b"x"}), "leads out"),
    "other_unit": (packed({"moments/bnlab/forward.py": b"x"}), "no module and no notebook"),
    "case": (packed(GOOD | {"Moments/bnlab/moments.py": b"x"}), "2 different"),
    "twice": (packed([*GOOD.items(), ("moments/bnlab/moments.py", b"x")]), "2 different"),
    "two_people": (packed({"a/moments.py": b"x", "b/moments.py": b"y"}), "2 different"),
    "link": (packed([linked("moments/bnlab/moments.py", "/etc/passwd")]), "not a regular file"),
    "pipe": (packed([device("moments/bnlab/moments.py")]), "not a regular file"),
    "bomb": (BOMB, "larger than 8192 KiB"),
    "liar": (with_a_lying_size(), "damaged"),
    "long": (packed({"moments/bnlab/moments.py": b"#" * 300_000}), "larger than 256 KiB"),
    "many": (packed({f"moments/{n}": b"" for n in range(20_001)}), "20001 entries"),
    "secret": (encrypted(), "encrypted"),
    "bzip": (packed(GOOD, zipfile.ZIP_BZIP2), "is not deflate"),
    "nested": (packed({"x/" * 200 + "moments.py": b"x"}), "folders in each other"),
    "bombs_in_bombs": (
        packed({"x.zip": packed({"y.zip": packed({"z.zip": packed(GOOD)})})}),
        "no m",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_archive_is_refused_in_one_line_and_the_others_are_taken(inbox, into, case):
    content, said = HOSTILE[case]
    lines, found = take(inbox, into, ada=content, bo=packed(GOOD))
    first, second = map(str, lines)
    assert first.startswith("inbox/ada.zip: refused, ")
    assert said in first
    assert "\n" not in first
    assert second == "inbox/bo.zip: bo/moments taken (the learner's clock, in the receipt)"
    assert lines[0].fault
    assert list(found) == ["bo/moments"]
    assert {path.name for path in into.iterdir()} == {"bo"}
    assert {
        str(p.relative_to(into / "bo/moments")) for p in (into / "bo/moments").rglob("*.*")
    } == (FILES)


def of_powershell(files):
    """A zip with backslashes in its names, as Compress-Archive of PowerShell 5 writes them."""
    marked = packed({name.replace("/", "|"): content for name, content in files.items()})
    return marked.replace(b"|", b"\\")


MODULE_ALONE = {"bnlab/moments.py": MODULE, "exercises/02_moments.ipynb": NOTEBOOK}
HONEST = {
    "submit": packed(GOOD),
    "powershell": of_powershell(work()),
    "apple": packed(work() | {"moments/._02_moments.ipynb": b"\0", "__MACOSX/x": b""}),
    "finder": packed(work() | {".DS_Store": b"", "moments/bnlab/.DS_Store": b""}),
    "windows": packed(work() | {"moments/Thumbs.db": b"\0", "moments/desktop.ini": b"[x]"}),
    "python": packed(work() | {"moments/bnlab/__pycache__/moments.cpython-311.pyc": b"\0"}),
    "notebook_server": packed(work() | {"moments/.ipynb_checkpoints/02_moments.ipynb": b"{}"}),
    "files_alone": packed({"02_moments.ipynb": NOTEBOOK, "moments.py": MODULE}),
    "upper_case": packed({"Moments/Moments.PY": MODULE, "Moments/02_MOMENTS.ipynb": NOTEBOOK}),
    "layout_of_the_handout": packed(MODULE_ALONE),
    "in_a_folder": packed({f"my work/{name}": content for name, content in work().items()}),
    "second_copy": packed({"moments/02_moments (1).ipynb": NOTEBOOK, "moments (1).py": MODULE}),
    "copy_of_windows": packed({"02_moments - Copy.ipynb": NOTEBOOK, "moments - Copy.py": MODULE}),
    "renamed_notebook": packed({"02_moments_final.ipynb": NOTEBOOK, "moments.py": MODULE}),
    "picture": packed(work() | {"moments/plot.png": b"png", "moments/notes.txt": b"?"}),
    "zip_in_zip": packed({"moments-20261120-100000.zip": packed(work())}),
    "time_inside": packed(work() | {"moments/timestamp.txt": b"2020-01-01", "grades.json": b"{}"}),
    "dots": packed({"./moments/./bnlab/moments.py": MODULE, "./02_moments.ipynb": NOTEBOOK}),
}  # fmt: skip


@pytest.mark.parametrize("case", HONEST)
def test_a_zip_that_honest_people_make_costs_nobody_a_submission(inbox, into, case):
    (line,), _ = take(inbox, into, ada=HONEST[case])
    assert (line.kind, line.fault) == ("taken", False)
    folder = into / "ada" / "moments"
    assert (folder / "02_moments.ipynb").read_bytes() == NOTEBOOK
    assert (folder / "bnlab" / "moments.py").read_bytes().startswith(MODULE)
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.*")} <= FILES
    assert not (folder / "timestamp.txt").read_text().startswith("2020")


def tarred(files, mode):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as tar:
        for name, content in files.items():
            row = tarfile.TarInfo(f"./{name}")
            row.size = len(content)
            tar.addfile(row, io.BytesIO(content))
    return file.getvalue()


@pytest.mark.parametrize("name", ["ada.tar", "ada.tgz", "ada.TAR.GZ"])
def test_a_tar_is_read_like_a_zip(inbox, into, name):
    laid_out(inbox, {name: tarred(work("a"), "w" if name == "ada.tar" else "w:gz")})
    (line,), found = taken_from(inbox, into)
    assert line.kind == "taken"
    assert found == {"ada/moments": "a"}


def test_a_tar_that_unpacks_to_much_or_holds_a_link_is_refused(inbox, into):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        row = tarfile.TarInfo("moments.py")
        row.type, row.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(row)
    laid_out(inbox, {"ada.tar.gz": file.getvalue(), "bo.tgz": tarred({"x": b"\0" * 2**28}, "w:gz")})
    lines, found = taken_from(inbox, into)
    assert ["not a regular file" in str(lines[0]), "unpacks to more" in str(lines[1])] == [True] * 2
    assert found == {}


def sparse(size):
    """A tar of two KiB with a file that has gaps up to a size: GNU tar's old format."""
    row = tarfile.TarInfo("moments/bnlab/moments.py")
    row.type, row.size = b"S", 512
    header = bytearray(row.tobuf(tarfile.GNU_FORMAT))
    header[386:410] = b"%011o\0%011o\0" % (0, 512)
    header[483:495] = b"\x80" + size.to_bytes(11, "big")
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + 8 * ord(" ") + sum(header[156:]))
    return bytes(header) + b"#" * 512 + bytes(1024)


def test_a_tar_with_a_file_of_gaps_is_refused_before_it_is_filled(inbox, into):
    laid_out(inbox, {"ada.tar": sparse(2**40), "bo.tar": tarred(work("b"), "w")})
    lines, found = taken_from(inbox, into)
    assert "not a regular file" in str(lines[0])
    assert found == {"bo/moments": "b"}


def test_a_tar_with_headers_that_python_would_search_for_hours_is_refused(inbox, into):
    file = io.BytesIO()
    row = tarfile.TarInfo("moments.py")
    row.pax_headers = {"comment": "1" * 2**22}
    with tarfile.open(fileobj=file, mode="w:gz", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(row, io.BytesIO(b""))
    laid_out(inbox, {"ada.tar.gz": file.getvalue(), "bo.tar": tarred(work("b"), "w")})
    lines, found = taken_from(inbox, into)
    assert "headers are too large" in str(lines[0])
    assert found == {"bo/moments": "b"}


def test_archives_in_an_archive_are_opened_up_to_a_number_of_entries_in_all(inbox, into):
    inner = packed([("a/b.txt", b"")] * 12_000)
    content = packed([("moments.zip", packed({"moments.zip": inner}))] * 2)
    laid_out(inbox, {"ada.zip": content, "bo.zip": packed({"mine.zip": packed(work("b"))})})
    lines, found = taken_from(inbox, into)
    assert "entries together" in str(lines[0])
    assert found == {"bo/moments": "b"}


def test_archives_in_an_archive_are_opened_up_to_a_size_in_all(inbox, into):
    large = bytes(2**25) + packed({"notes.txt": b""})
    laid_out(inbox, {"ada.zip": packed([("moments.zip", large)] * 3)})
    (line,), found = taken_from(inbox, into)
    assert "larger than 64 MiB together" in str(line)
    assert found == {}


def test_of_a_whole_handout_only_the_units_with_work_in_them_are_taken(inbox, into):
    files = handout_files()
    done = {"bnlab/moments.py": MODULE, "submissions/moments-20261120-100000.zip": zipped("old")}
    content = packed({f"batch-norm-lab/{name}": data for name, data in (files | done).items()})
    (line,), found = take(inbox, into, ada=content)
    assert list(found) == ["ada/moments"]
    assert "13 units without changes" in str(line)
    untouched = packed({f"batch-norm-lab/{name}": data for name, data in files.items()})
    (line,), found = take(inbox, into, ada=untouched)
    assert (line.kind, line.fault) == ("refused", True)
    assert "all 14 units in it are as they were given out" in str(line)


@given(content=st.binary(max_size=300), at=st.integers(0, 2000), length=st.integers(0, 40))
def test_a_damaged_zip_is_refused_or_read_and_nothing_else(tmp_path_factory, content, at, length):
    good = packed(GOOD)
    root = tmp_path_factory.mktemp("zips")
    laid_out(root / "inbox", {"ada.zip": good[:at] + content + good[at + length :]})
    (line,), _ = taken_from(root / "inbox", root / "into")
    assert line.kind in ("taken", "refused")
    names = {path.name for path in (root / "into").rglob("*.*") if path.is_file()}
    allowed = FILES | {"moments.py", "attempt.json", "learner.json"}
    assert names <= {name.rpartition("/")[2] for name in allowed}
