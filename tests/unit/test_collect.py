"""Downloads into the folder of submissions: nobody is merged, nothing is passed over in silence."""

import io
import json
import os
import stat
import tarfile
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbgrader.coursedir import CourseDirectory

from bngrader.authoring.release import handout_files
from bngrader.cli.main import main
from bngrader.course.collecting.collect import Options, collect
from bngrader.course.submissions import find
from tests.helpers.downloads import (
    MODULE,
    NOTEBOOK,
    laid_out,
    owners,
    packed,
    taken_from,
    tree,
    work,
    zipped,
)

GOOD = work(time="2026-11-21T10:00:00Z")
FILES = {"02_moments.ipynb", "bnlab/moments.py", "receipt.json", "timestamp.txt"}


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def into(tmp_path):
    return tmp_path / "submitted"


def take(inbox, into, **archives):
    laid_out(inbox, {f"{name}.zip": content for name, content in archives.items()})
    return taken_from(inbox, into)


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


def test_archives_of_other_kinds_are_named_with_what_to_do(inbox, into):
    laid_out(inbox, {f"ada.{suffix}": b"x" for suffix in ("7z", "RAR", "tar.xz")})
    lines, _ = taken_from(inbox, into)
    assert len(lines) == 3
    assert all(line.fault and "ask for a zip" in str(line) for line in lines)


def test_what_belongs_to_no_submission_and_an_empty_folder_have_a_line(inbox, into):
    laid_out(inbox, {"photo.png": b"x", "ada.zip": packed({"photo.png": b"x"}), "Thumbs.db": b"x"})
    (inbox / "bo").mkdir()
    os.symlink(inbox / "ada.zip", inbox / "eve.zip")
    lines, _ = taken_from(inbox, into)
    kinds = {line.file: line.kind for line in lines}
    assert kinds == {
        "inbox/Thumbs.db": "noted", "inbox/ada.zip": "refused", "inbox/bo": "refused",
        "inbox/eve.zip": "refused", "inbox/photo.png": "refused",
    }  # fmt: skip


def test_a_folder_of_loose_files_is_taken_as_one_submission(inbox, into):
    laid_out(inbox, {f"ada/{name}": data for name, data in work("a").items()})
    laid_out(inbox, {"bo/moments/moments/bnlab/moments.py": MODULE + b"# b\n"})
    laid_out(inbox, {"cy_moments.py": MODULE + b"# c\n", "cy_02_moments.ipynb": NOTEBOOK})
    lines, found = taken_from(inbox, into)
    assert found == {"ada/moments": "a", "bo/moments": "b", "cy/moments": "c"}
    assert [line.fault for line in lines] == [False] * 3
    assert "without 02_moments.ipynb" in str(lines[1])
    assert (into / "cy/moments/02_moments.ipynb").read_bytes() == NOTEBOOK


def test_the_folder_of_one_learner_is_not_taken_for_a_class(tmp_path, into):
    laid_out(tmp_path / "zoe", {f"{name}": data for name, data in work("z").items()})
    _, found = taken_from(tmp_path / "zoe", into)
    assert found == {"zoe/moments": "z"}


def test_folders_called_after_a_unit_or_a_week_are_looked_into(inbox, into):
    laid_out(inbox, {"moments/ada.zip": zipped("a"), "week 2/moments/bo.zip": zipped("b")})
    _, found = taken_from(inbox, into)
    assert found == {"ada/moments": "a", "bo/moments": "b"}


def test_a_folder_whose_archives_name_several_people_is_asked_about(inbox, into):
    laid_out(inbox, {"Section A/ada.zip": zipped("a"), "Section A/bo.zip": zipped("b")})
    lines, found = taken_from(inbox, into)
    assert [line.kind for line in lines] == ["asked", "asked"]
    assert found == {}


def test_numbers_after_a_word_for_people_are_not_attempts(inbox, into):
    laid_out(inbox, {f"student_{number}.zip": zipped(str(number)) for number in (1, 2, 3)})
    _, found = taken_from(inbox, into)
    assert found == {f"student_{number}/moments": str(number) for number in (1, 2, 3)}


def test_two_numbers_behind_one_name_are_refused_both(inbox, into):
    laid_out(inbox, {"li_17_moments.zip": zipped("1"), "li_18_moments.zip": zipped("2")})
    lines, found = taken_from(inbox, into)
    assert [line.kind for line in lines] == ["refused", "refused"]
    assert "several ids" in str(lines[0])
    assert found == {}
    (inbox / "li_18_moments.zip").unlink()
    assert taken_from(inbox, into)[1] == {"li/moments": "1"}
    laid_out(inbox, {"li_18_moments.zip": zipped("2")})
    lines, found = taken_from(inbox, into)
    assert [line.kind for line in lines] == ["present", "refused"]
    assert found == {"li/moments": "1"}


def test_names_that_differ_only_in_case_are_refused_and_accents_have_one_form(inbox, into):
    laid_out(inbox, {"Eva.zip": zipped("1"), "eva.zip": zipped("2")})
    laid_out(inbox, {"Jos\u00e9.zip": zipped("3"), "Jose\u0301_2.zip": zipped("4")})
    lines, found = taken_from(inbox, into)
    assert [line.kind for line in lines].count("refused") == 2
    assert found == {"Jos\u00e9/moments": "4"}


@pytest.mark.parametrize("name", ["=1+1", "+ada", "-rf", "@SUM(1)", ".hidden", "moments", "_"])
def test_a_name_that_is_a_formula_or_no_name_is_asked_about_and_quoted(inbox, into, name):
    laid_out(inbox, {f"{name}.zip": zipped("x")})
    (line,), found = taken_from(inbox, into)
    assert (line.kind, found) == ("asked", {})
    table = (into / "unmatched.csv").read_text("utf-8-sig")
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in table.split(","))
    answered = table.replace(",,the", ",zoe,the").replace(",,=", ",zoe,=")
    rows = [line.rsplit(",", 2) for line in table.splitlines()]
    answered = "\n".join([",".join(rows[0]), ",".join([rows[1][0], "zoe", rows[1][2]])])
    (into / "unmatched.csv").write_text(answered, "utf-8")
    (line,), found = taken_from(inbox, into)
    assert (line.kind, found) == ("taken", {"zoe/moments": "x"})


def test_an_answer_holds_for_the_content_that_it_was_given_for(inbox, into):
    laid_out(inbox, {"moments.zip": zipped("a")})
    taken_from(inbox, into)
    answer(into, "ada")
    assert taken_from(inbox, into)[1] == {"ada/moments": "a"}
    laid_out(inbox, {"moments.zip": zipped("b")})  # of somebody else, a week later
    (line,), found = taken_from(inbox, into)
    assert (line.kind, found) == ("asked", {"ada/moments": "a"})


def answer(into, *learners):
    """Writes learners into the rows without an answer, with a spreadsheet's semicolons."""
    path = into / "unmatched.csv"
    header, *rows = path.read_text("utf-8-sig").splitlines()
    cells = [row.split(",", 6) for row in rows]
    given = iter(learners)
    for row in cells:
        row[5] = row[5] or next(given)
    text = "\n".join(";".join(f'"{cell}"' for cell in row) for row in [header.split(","), *cells])
    path.write_bytes(text.encode("utf-16"))


def test_an_answer_may_name_a_group_or_leave_a_file_out(inbox, into):
    laid_out(inbox, {"moments.zip": zipped("a"), "x/archive.zip": zipped("b")})
    laid_out(inbox, {"forward.zip": zipped("c", unit="forward", slug="03_forward")})
    taken_from(inbox, into, platform="moodle")
    answer(into, "ada; bo", "-", "cy")
    lines, found = taken_from(inbox, into, platform="moodle")
    assert sorted(line.kind for line in lines) == ["noted", "taken", "taken"]
    assert len(found) == 3


def at(inbox, name, hour, content):
    laid_out(inbox, {name: content}, datetime(2026, 11, 21, hour, tzinfo=UTC))


def stamped(into, learner="ada"):
    """When nbgrader says that it was handed in."""
    return CourseDirectory().get_existing_timestamp(str(into / learner / "moments"))


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
def test_without_the_clock_of_a_platform_a_receipt_counts_if_it_can_be_right(
    inbox, into, receipt, hour
):
    at(inbox, "ada.zip", 12, packed(GOOD | {"moments/receipt.json": receipt}))
    assert main(["collect", str(inbox), "--into", str(into)]) == 0
    assert stamped(into) == datetime(2026, 11, 21, hour)
    assert main(["collect", str(inbox), "--into", str(into), "--timestamp-from", "file"]) == 0
    assert stamped(into) == datetime(2026, 11, 21, 12)


def test_the_command_counts_what_it_found_and_says_where_to_answer(inbox, into, capsys):
    laid_out(inbox, {"ada.zip": packed(GOOD), "bo.zip": b"no", "moments.zip": packed(GOOD)})
    assert main(["collect", str(inbox), "--into", str(into)]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "3 found: 1 taken, 0 already taken, 1 refused, 1 to be named, 0 noted" in said
    assert "unmatched.csv" in said
    assert main(["collect", str(inbox / "ada.zip"), "--into", str(into)]) == 0
    assert main(["collect", str(inbox / "nobody.zip"), "--into", str(into)]) == 2
    assert json.loads((into / "ada/moments/receipt.json").read_text())["time"]
    found, notes = find(into)
    assert ([each.learner for each in found], notes) == (["ada"], [])


def test_the_names_of_files_are_not_read_as_results(inbox, into, capsys):
    laid_out(inbox, {"ada: refused, y.zip": packed(GOOD)})
    assert main(["collect", str(inbox), "--into", str(into)]) == 0
    assert "1 taken, 0 already taken, 0 refused" in " ".join(capsys.readouterr().out.split())


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


NAMES = st.one_of(
    st.sampled_from(["ada", "Ada", "ada_1", "ada_2", "bo", "=1", "moments", "José", "José", "x y"]),
    st.text("ab_-1 .é", min_size=1, max_size=8).map(str.strip).filter(lambda s: s.strip("./ ")),
)
IDS = st.integers(1, 4)
SHAPES = st.one_of(
    NAMES.map(lambda name: f"{name}.zip"),
    st.builds("{}_{}_moments.zip".format, NAMES, IDS),
    st.builds("{}_{}_assignsubmission_file_/moments.zip".format, NAMES, IDS),
    st.builds("{}_{}_assignsubmission_file_x_{}_2_y.zip".format, NAMES, IDS, IDS),
    st.builds("{}_LATE_{}_{}_moments.zip".format, NAMES, IDS, IDS),
    st.builds("{}_{}_{}_02_moments.ipynb".format, NAMES, IDS, IDS),
    st.builds("hw_{}_attempt_2026-11-20-13-22-1{}_moments.zip".format, NAMES, IDS),
    st.builds("{}-7 - {} - Nov 2{}, 2026 122 PM/moments.zip".format, IDS, NAMES, IDS),
    st.builds("{}/bnlab/moments.py".format, NAMES),
    st.builds("{}/plot.png".format, NAMES),
    st.builds("submission_{}/moments.py".format, IDS),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(names=st.lists(SHAPES, min_size=1, max_size=8, unique=True))
def test_every_file_has_a_line_and_no_two_ids_are_in_one_folder(tmp_path_factory, names):
    root = tmp_path_factory.mktemp("law")
    for number, name in enumerate(names):
        content = {".zip": zipped(str(number)), ".py": MODULE + f"# {number}\n".encode()}
        try:
            laid_out(root / "in", {name: content.get(name[name.rfind(".") :], NOTEBOOK)})
        except OSError:  # a file is where another name needs a folder
            continue
    lines = collect([root / "in"], root / "into", Options(unmatched=root / "unmatched.csv"))
    on_disk = [path for path in (root / "in").rglob("*") if path.is_file()]
    named = [path for line in lines for path in line.paths]
    assert sorted(named) == sorted(path.relative_to(root).as_posix() for path in on_disk)
    assert len({line.file for line in lines}) == len(lines)
    taken = [line for line in lines if line.kind in ("taken", "present")]
    assert all(line.learners for line in taken)
    for about in (root / "into").glob("*/.attempts/learner.json"):
        for platform, ids in json.loads(about.read_text())["ids"].items():
            assert len(ids) == 1, (platform, ids, names)
    again = collect([root / "in"], root / "into", Options(unmatched=root / "unmatched.csv"))
    assert [line.kind.replace("taken", "present") for line in lines] == [e.kind for e in again]
    assert owners(root / "into").keys() == {
        f"{learner}/moments" for line in taken for learner in line.learners
        if (root / "into" / learner / "moments" / "bnlab" / "moments.py").exists()
    }  # fmt: skip
    assert tree(root / "into") == tree(root / "into")
