"""Downloads into the folder of submissions: nobody is merged, nothing is passed over in silence."""

import json
import os
from datetime import UTC, datetime

import pytest
from nbgrader.coursedir import CourseDirectory

from bngrader.cli.main import main
from bngrader.course.submissions import find
from tests.helpers.downloads import (
    GOOD,
    MODULE,
    NOTEBOOK,
    laid_out,
    packed,
    taken_from,
    work,
    zipped,
)


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


def test_a_loose_file_whose_name_has_its_parts_the_other_way_round_is_asked_about(inbox, into):
    laid_out(inbox, {"moments_ada.py": MODULE + b"# a\n", "bo-moments.py": MODULE + b"# b\n"})
    lines, found = taken_from(inbox, into)
    assert [line.kind for line in lines] == ["taken", "asked"]
    answer(into, "ada")
    _, found = taken_from(inbox, into)
    assert found == {"ada/moments": "a", "bo/moments": "b"}


def test_an_archive_of_archives_of_several_people_is_nobodys(inbox, into):
    laid_out(inbox, {"class.zip": packed({"ada.zip": zipped("a"), "bo.zip": zipped("b")})})
    (line,), found = taken_from(inbox, into)
    assert (line.kind, found) == ("refused", {})
    assert "unpack it" in str(line)
    attempts = {"moments-20261120-1.zip": zipped("1"), "ada_2.zip": zipped("2")}
    laid_out(inbox, {"class.zip": packed(attempts)})
    assert taken_from(inbox, into)[0][0].kind == "taken"


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
    laid_out(inbox, {"cy.zip": zipped("c")})
    lines, found = taken_from(inbox, into)
    assert [line.kind for line in lines] == ["asked", "asked", "taken"]
    assert found == {"cy/moments": "c"}


def test_numbers_after_a_word_for_people_are_not_attempts(inbox, into):
    laid_out(inbox, {f"student_{number}.zip": zipped(str(number)) for number in (1, 2, 3)})
    _, found = taken_from(inbox, into)
    assert found == {f"student_{number}/moments": str(number) for number in (1, 2, 3)}


def test_two_numbers_behind_one_name_are_asked_about_both(inbox, into):
    laid_out(inbox, {"li_17_moments.zip": zipped("1"), "li_18_moments.zip": zipped("2")})
    lines, found = taken_from(inbox, into)
    assert [line.kind for line in lines] == ["asked", "asked"]
    assert "several ids" in str(lines[0])
    assert found == {}
    (inbox / "li_18_moments.zip").unlink()
    assert taken_from(inbox, into)[1] == {"li/moments": "1"}
    laid_out(inbox, {"li_18_moments.zip": zipped("2")})
    lines, found = taken_from(inbox, into)
    assert [line.kind for line in lines] == ["present", "asked"]
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
    assert "3 found: 1 taken, 1 refused, 1 to be named;" in said
    assert "unmatched.csv" in said
    assert main(["collect", str(inbox / "ada.zip"), "--into", str(into)]) == 0
    assert main(["collect", str(inbox / "nobody.zip"), "--into", str(into)]) == 2
    assert json.loads((into / "ada/moments/receipt.json").read_text())["time"]
    found, notes = find(into)
    assert ([each.learner for each in found], notes) == (["ada"], [])


def test_the_names_of_files_are_not_read_as_results(inbox, into, capsys):
    laid_out(inbox, {"ada: refused, y.zip": packed(GOOD)})
    assert main(["collect", str(inbox), "--into", str(into)]) == 0
    assert "1 taken, 0 refused;" in " ".join(capsys.readouterr().out.split())


ONE = (
    b"def batch_moments(x):\n    total = x.sum(axis=0)\n    return total / len(x), x.var(axis=0)\n"
)
OTHER = (
    b"def batch_moments(x):\n    mean = np.mean(x, 0)\n    return mean, ((x - mean) ** 2).mean(0)\n"
)


@pytest.mark.parametrize("together", [True, False])
def test_two_people_whose_names_differ_in_a_number_are_not_two_attempts(inbox, into, together):
    handed = {
        f"x_{number}.zip": packed({"moments/bnlab/moments.py": module})
        for number, module in ((1, ONE), (2, OTHER))
    }
    for names in [handed] if together else [["x_1.zip"], ["x_2.zip"]]:
        laid_out(inbox, {name: handed[name] for name in names})
        lines, found = taken_from(inbox, into)
    assert [line.kind for line in lines] == ["taken" if together else "present", "asked"]
    assert "may be a person of that name" in str(lines[1])
    answer(into, "x_2")
    lines, found = taken_from(inbox, into)
    assert sorted(found) == ["x/moments", "x_2/moments"]


def test_a_second_attempt_that_keeps_the_first_is_one_of_the_same_learner(inbox, into):
    handed = {"x_1.zip": ONE, "x_2.zip": ONE.replace(b"len(x)", b"x.shape[0]")}
    laid_out(inbox, {k: packed({"moments/bnlab/moments.py": v}) for k, v in handed.items()})
    lines, found = taken_from(inbox, into)
    assert list(found) == ["x/moments"]
    assert [line.kind for line in lines] == ["taken", "taken"]
