"""The roster decides who is who, as platforms export it."""

import json

import pytest

from bngrader.cli.main import main
from bngrader.course.course import Course
from bngrader.course.roster import Columns, read_rosters
from tests.helpers.downloads import laid_out, owners, packed, taken_from, unflagged, zipped

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,moments (7)
    Points Possible,,,,,7
"Hopper, Grace",31,s-900,ghopper,CS 1,
"Kim, Jin",32,s-901,jkim,CS 1,
"Student, Test",99,,abcdef,CS 1,
"""
MOODLE = """Vorname;Nachname;ID-Nummer;E-Mail-Adresse
Grace;Hopper;4711;grace@example.org
José;Núñez;4712;jose@example.org
Li;Na;4713;li@example.org
Li;Na;4714;na@example.org
"""
WORKSHEET = """Identifier,Full name,ID number,Email address,Status,Grade
Participant 811,Grace Hopper,4711,grace@example.org,Submitted,
Participant 812,Li Na,4713,li@example.org,Submitted,
Participant 813,Li Na,4714,na@example.org,Submitted,
"""
PLAIN = 'id,first_name,last_name,email\nada,Ada,"King, Countess",ada@example.org\nzoe,Zoe,Low,z@x\n'


@pytest.fixture
def course(tmp_path, monkeypatch):
    root = tmp_path / "course"
    root.mkdir()
    monkeypatch.setenv("BNGRADER_COURSE", str(root))
    return Course(root)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize(
    ("text", "learners"),
    [(CANVAS, ["31", "32"]), (MOODLE, ["4711", "4712", "4713", "4714"]), (PLAIN, ["ada", "zoe"])],
)
def test_a_roster_is_read_as_platforms_and_spreadsheets_write_it(course, encoding, text, learners):
    (course.root / "roster.csv").write_bytes(text.encode(encoding))
    assert course.roster().learners == learners


def test_a_column_may_be_named_in_the_course_file(course):
    (course.root / "list.csv").write_text(CANVAS)
    course.file.write_text('[roster]\nfiles = "list.csv"\nlearner = "SIS Login ID"\n')
    assert course.roster().learners == ["ghopper", "jkim"]
    assert "31" in course.roster().people[0].ids


def test_a_name_that_is_a_formula_or_of_two_people_is_left_out_and_named(course):
    path = course.root / "roster.csv"
    path.write_text("id,name\n=1+1,Eve\nada,Ada\nada,Bo\n,Cy\n../x,Di\n")
    roster = read_rosters([path], Columns())
    assert roster.learners == ["ada"]
    assert ["formula" in roster.problems[0], "is Ada" in roster.problems[1]] == [True, True]
    assert len(roster.problems) == 4


def test_a_table_without_ids_or_without_rows_says_what_to_do(course, capsys):
    (course.root / "roster.csv").write_text("grade,comment\n1,2\n")
    assert main(["collect", str(course.root)]) == 2
    assert "Name one under [roster] in course.toml" in capsys.readouterr().err
    (course.root / "roster.csv").write_text("")
    assert main(["doctor"]) == 1
    assert "is empty" in " ".join(capsys.readouterr().out.split())


def collected(tmp_path, course, files, number=0):
    place = laid_out(tmp_path / f"in-{number}", files)
    return taken_from(place, course.submitted, roster=course.roster())


def test_the_id_of_a_platform_finds_the_learner(tmp_path, course):
    (course.root / "roster.csv").write_text(CANVAS)
    course.file.write_text('[roster]\nlearner = "SIS Login ID"\n')
    files = {"hoppergrace_31_1_moments.zip": zipped("g"), "x_LATE_32_2_moments.zip": zipped("j")}
    lines, found = collected(tmp_path, course, files)
    assert found == {"ghopper/moments": "g", "jkim/moments": "j"}
    start = "Lab_ghopper_attempt_2026-11-20-13-22-10"
    lines, found = collected(tmp_path, course, {f"{start}_forward.zip": zipped("b")}, 1)
    assert [line.learners for line in lines] == [("ghopper",)]


def test_a_worksheet_of_moodle_tells_two_people_of_one_name_apart(tmp_path, course):
    (course.root / "roster.csv").write_text(MOODLE)
    files = {
        "Grace Hopper_811_assignsubmission_file_/a.zip": zipped("g"),
        "Li Na_812_assignsubmission_file_/a.zip": zipped("one"),
        "Li Na_813_assignsubmission_file_/a.zip": zipped("two"),
        "Nobody Known_814_assignsubmission_file_/a.zip": zipped("x"),
    }
    lines, found = collected(tmp_path, course, files)
    assert found == {"4711/moments": "g"}
    assert sorted(line.kind for line in lines) == ["asked"] * 3 + ["taken"]
    (course.root / "roster-moments.csv").write_text(WORKSHEET)
    lines, found = collected(tmp_path, course, files)
    assert found == {"4711/moments": "g", "4713/moments": "one", "4714/moments": "two"}


def test_moodle_numbers_people_anew_in_each_assignment_and_the_roster_joins_them(tmp_path, course):
    (course.root / "roster.csv").write_text(MOODLE)
    collected(tmp_path, course, {"Jose\u0301 Núñez_5_assignsubmission_file_/a.zip": zipped("m")})
    other = zipped("f", unit="forward", slug="03_forward")
    collected(tmp_path, course, {"José Núñez_9_assignsubmission_file_/a.zip": other}, 1)
    assert owners(course.submitted) == {"4712/moments": "m", "4712/forward": "f"}


def test_one_name_with_two_numbers_is_asked_about_even_if_the_roster_has_one(tmp_path, course):
    (course.root / "roster.csv").write_text(PLAIN)
    files = {
        f"Zoe Low_{number}_assignsubmission_file_/a.zip": zipped(str(number)) for number in (1, 2)
    }
    lines, found = collected(tmp_path, course, files)
    assert ([line.kind for line in lines], found) == (["asked", "asked"], {})


def test_a_number_that_may_be_an_attempt_belongs_to_the_learner_of_that_name(tmp_path, course):
    (course.root / "roster.csv").write_text("id,name\nada,Ada\nada_2,Other\nbo,Bo\n")
    files = {"ada_1.zip": zipped("a"), "ada_2.zip": zipped("other"), "bo_2.zip": zipped("b")}
    _, found = collected(tmp_path, course, files)
    assert found == {"ada/moments": "a", "ada_2/moments": "other", "bo/moments": "b"}


def test_names_in_an_archive_of_a_mac_fit_the_roster(tmp_path, course):
    (course.root / "roster.csv").write_text("id,name\n1,Jörg Müller\n")
    name = "Jörg Müller_77_assignsubmission_file_/moments.zip"
    files = {"moodle.zip": unflagged({name: zipped("m")}, "utf-8")}
    assert collected(tmp_path, course, files)[1] == {"1/moments": "m"}


@pytest.mark.parametrize("start", ["sep=;\n", "\ufeffsep=;\r\n", "\n\n", ";;;\n"])
def test_lines_before_the_header_are_passed_over(course, start):
    (course.root / "roster.csv").write_text(start + MOODLE)
    assert course.roster().learners == ["4711", "4712", "4713", "4714"]


def test_a_table_may_have_a_column_without_a_name_in_front(course):
    (course.root / "roster.csv").write_text(",id,name\n0,ada,Ada\n1,bo,Bo\n")
    assert course.roster().learners == ["ada", "bo"]


@pytest.mark.parametrize(
    "content",
    [packed({"xl/workbook.xml": b"<x/>"}), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)],
)
def test_a_spreadsheet_that_is_no_csv_says_what_to_do(course, capsys, content):
    (course.root / "roster.csv").write_bytes(content)
    assert main(["doctor"]) == 1
    assert "roster.csv is a spreadsheet; save it as CSV." in capsys.readouterr().out


def test_who_hands_in_nothing_has_a_row_in_table_and_json(tmp_path, course, capsys):
    (course.root / "roster.csv").write_text(PLAIN)
    laid_out(course.submitted, {"ada/training/09_training.ipynb": b"{}"})
    json_file = tmp_path / "grades.json"
    assert main(["grade", "-j", "1", "--json", str(json_file), "--unit", "training"]) in (0, 1)
    learners = json.loads(json_file.read_text())["learners"]
    assert (list(learners), learners["zoe"]) == (["ada", "zoe"], {})
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["zoe"] in rows


GRADEBOOK = """First name,Last name,ID number,Institution,Department,Email address
Grace,Hopper,,,,grace@example.org
Li,Na,,,,li@example.org
Li,Na,,,,na@example.org
"""


def test_a_column_of_ids_that_is_empty_for_everybody_names_nobody(course):
    (course.root / "roster.csv").write_text(GRADEBOOK)
    roster = course.roster()
    assert roster.learners == ["grace@example.org", "li@example.org", "na@example.org"]
    assert not roster.problems


def test_a_column_of_ids_that_some_people_lack_still_names_the_others(course):
    """Otherwise one row without an id would rename the folders of a whole class."""
    (course.root / "roster.csv").write_text(GRADEBOOK.replace("Hopper,,", "Hopper,4711,"))
    assert course.roster().learners == ["4711", "li@example.org", "na@example.org"]
    assert len(course.roster().problems) == 2


def test_a_worksheet_without_the_column_that_names_the_learner_is_joined_by_address(course):
    (course.root / "roster.csv").write_text(MOODLE)
    (course.root / "roster-moments.csv").write_text(
        "Identifier,Full name,Email address\nParticipant 812,Li Na,LI@example.org\n"
        "Participant 813,Li Na,na@example.org\nParticipant 814,Bo Low,bo@example.org\n"
    )
    people = {person.learner: person for person in course.roster().people}
    assert list(people) == ["4711", "4712", "4713", "4714", "bo@example.org"]
    assert "812" in people["4713"].ids
    assert "813" in people["4714"].ids


def test_an_address_that_two_people_share_joins_nobody(course):
    (course.root / "roster.csv").write_text(MOODLE.replace("na@", "li@"))
    (course.root / "roster-moments.csv").write_text(
        "Identifier,Full name,Email address\nParticipant 812,Li Na,li@example.org\n"
    )
    people = {person.learner: person for person in course.roster().people}
    assert "812" not in people["4713"].ids | people["4714"].ids


def test_an_address_of_somebody_else_does_not_rename_a_known_learner(course):
    (course.root / "roster.csv").write_text(MOODLE)
    (course.root / "roster-moments.csv").write_text(WORKSHEET.replace("li@", "grace@"))
    people = {person.learner: person for person in course.roster().people}
    assert "812" in people["4713"].ids
    assert "812" not in people["4711"].ids


@pytest.mark.parametrize(
    ("table", "learners", "said"),
    [
        ('Student,ID,Root\n,,Manual Posting\n   Points Possible,,\n"L, A",1,\n', ["1"], []),
        (
            "identifier,github_username\na@x,ada\nb@x,\n",
            ["ada", "b@x"],
            ["github_username is empty"],
        ),
        ("name,student id\nA,1.23457E+11\nB,7\n", ["7"], ["has shortened the number"]),
        ("Username,Last Name\n#ada,L\n", ["ada"], []),
        ("Unique User ID,First Name,Last Name\n1001,Ada,L\n", ["1001"], []),
    ],
    ids=["canvas-manual", "github", "excel", "brightspace", "schoology"],
)
def test_a_row_that_names_nobody_is_told_from_a_person_whose_id_is_missing(
    course, table, learners, said
):
    (course.root / "roster.csv").write_text(table)
    roster = course.roster()
    assert roster.learners == learners
    assert len(roster.problems) == len(said)
    assert all(text in problem for text, problem in zip(said, roster.problems, strict=True))


def test_a_column_that_the_course_file_names_and_the_roster_lacks_is_said(course, capsys):
    (course.root / "roster.csv").write_text("Given,Phone\nAda,1\n")
    (course.root / "course.toml").write_text('[roster]\nlearner = "Matrikel"\n')
    assert main(["collect", str(course.root)]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "has no column 'Matrikel', which [roster] in course.toml names" in said
    assert "it has: Given, Phone" in said


def test_zeros_that_a_spreadsheet_has_dropped_do_not_hide_a_learner(tmp_path, course):
    roster = "learner,student id\nada,12345\nbo,12346\n"
    (course.root / "roster.csv").write_text(roster)
    laid_out(tmp_path / "inbox", {"0012345.zip": zipped("a"), "12346.zip": zipped("b")})
    taken_from(tmp_path / "inbox", tmp_path / "into", roster=course.roster())
    assert owners(tmp_path / "into") == {"ada/moments": "a", "bo/moments": "b"}
