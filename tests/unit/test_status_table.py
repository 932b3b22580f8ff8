"""`status.csv`, read as the plugin ExerciseStatusFile of ILIAS reads it."""

import csv

import pytest

from bngrader.core.errors import GraderError
from bngrader.course.course import Course
from bngrader.gradebook.export import Mark
from bngrader.gradebook.status_table import TITLES, write_status

GIVEN = (
    '"update","usr_id","login","lastname","firstname","status","mark","notice","comment",'
    '"plagiarism","plag_comment"\n'
    '0,331,ada,Lovelace,Ada,passed,3,"Say ""why"",\nplease",internal,,\n'
    "0,332,bo,Li,Bo,,,,,,\n"
    "0,333,cy,Roe,Cy,failed,1,,,,\n"
    "1,334,di,Doe,Di,notgraded,,,,,\n"
)
FOUND = {
    "ada": {"moments": Mark(9.5, False)}, "bo": {"moments": Mark(11.0, False)},
    "cy": {"moments": Mark(2.0, True)},
}  # fmt: skip


def ilias_reads(path):
    """Return the updates by the number of the account, as `loadMemberSheet` finds them."""
    titles, *rows = csv.reader(path.read_text("utf-8").splitlines(keepends=True))
    assert set(TITLES) <= set(titles)
    place = {title: at for at, title in enumerate(TITLES)}  # whatever stands in the first row
    updates = {}
    for row in rows:
        cells = {title: row[at] for title, at in place.items()}
        if int(cells["update"]):
            assert cells["status"] in ("notgraded", "passed", "failed")
            updates[int(cells["usr_id"])] = cells
    return updates


@pytest.mark.parametrize("name", ["roster.csv", "roster-moments.csv"])
def test_marks_go_back_to_their_accounts_and_what_a_tutor_wrote_stays(tmp_path, name):
    (tmp_path / "roster.csv").write_text("login,name\nada,Ada\nbo,Bo\ncy,Cy\n")
    (tmp_path / name).write_text(GIVEN)
    assert write_status(Course(tmp_path), tmp_path / "status.csv", "moments", FOUND) == (2, 1)
    found = ilias_reads(tmp_path / "status.csv")
    assert {number: row["mark"] for number, row in found.items()} == {331: "9.5", 332: "11"}
    assert [row["status"] for row in found.values()] == ["passed", "notgraded"]
    assert (found[331]["notice"], found[331]["comment"]) == ('Say "why",\nplease', "internal")
    write_status(Course(tmp_path), tmp_path / "status.csv", "moments", FOUND, unmarked=True)
    assert ilias_reads(tmp_path / "status.csv")[333]["mark"] == "2"


def test_columns_in_another_order_come_back_in_that_of_the_plugin(tmp_path):
    rows = [row[::-1] for row in csv.reader(GIVEN.splitlines(keepends=True))]
    with open(tmp_path / "roster.csv", "w", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    write_status(Course(tmp_path), tmp_path / "status.csv", "moments", FOUND)
    assert set(ilias_reads(tmp_path / "status.csv")) == {331, 332}


def test_without_a_table_of_ilias_the_error_says_where_it_is_expected(tmp_path):
    (tmp_path / "roster.csv").write_text("login,name\nada,Ada\n")
    with pytest.raises(GraderError, match=r"roster-moments\.csv"):
        write_status(Course(tmp_path), tmp_path / "status.csv", "moments", FOUND)
