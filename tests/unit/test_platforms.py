"""Downloads as platforms lay them out: whose each file is, and when it was handed in."""

import json
from zoneinfo import ZoneInfo

import pytest

from tests.helpers.downloads import MODULE, NOTEBOOK, laid_out, packed, taken_from, work, zipped

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def place(tmp_path):
    return tmp_path / "download"


def stamp(into, learner, unit="moments"):
    return (into / learner / unit / "timestamp.txt").read_text()[:16]


MOODLE = {
    "Grace Hopper_811_assignsubmission_file_/moments-20261120-100000.zip": zipped("hopper"),
    "Li Na_812_assignsubmission_file_/moments-1.zip": zipped("li-one"),
    "Li Na_813_assignsubmission_file/moments-1.zip": zipped("li-two"),
    "Teilnehmer 77_814_assignsubmission_file_/MOMENTS.ZIP": zipped("german"),
    "Participante 9_815_assignsubmission_file_/a/b/moments.zip": zipped("spanish"),
    "Mélanie D'Été_816_assignsubmission_file_/moments.py": MODULE + b"# french\n",
    "Gruppe Rot_3_assignsubmission_file_/moments.zip": zipped("group"),
    "X_1_assignsubmission_file_ Y_817_assignsubmission_file_/moments.zip": zipped("odd"),
}


def test_moodle_is_known_by_its_folders_and_its_number_is_the_key(place, into):
    lines, found = taken_from(laid_out(place, MOODLE), into)
    assert [line.kind for line in lines] == ["taken"] * 8
    assert found == {
        "811/moments": "hopper", "812/moments": "li-one", "813/moments": "li-two",
        "814/moments": "german", "815/moments": "spanish", "816/moments": "french",
        "3/moments": "group", "1/moments": "odd",
    }  # fmt: skip


@pytest.mark.parametrize("packing", ["none", "zip", "folder", "folder in zip", "zip in folder"])
def test_a_download_may_be_packed_or_unpacked_one_level_or_more(place, into, packing):
    inside = "CS1-moments-99/" if "folder" in packing and packing != "zip in folder" else ""
    files = {inside + name: content for name, content in MOODLE.items()}
    laid_out(place, {"CS1-moments-99.zip": packed(files)} if "zip" in packing else files)
    at = place / "CS1-moments-99.zip" if packing.endswith("zip") else place
    lines, found = taken_from(at, into)
    assert ([line.fault for line in lines], len(found)) == ([False] * 8, 8)


def test_moodle_without_folders_puts_owner_and_file_into_one_name(place, into):
    start = "Ida Rhodes_55_assignsubmission_"
    files = {
        f"{start}file_moments.py": MODULE + b"# ida\n",
        f"{start}file_02_moments.ipynb": NOTEBOOK,
        f"{start}onlinetext_onlinetext.html": b"<p>hello",
        "Eve_56_assignsubmission_file_x_55_assignsubmission_file_moments.zip": zipped("eve"),
    }
    lines, found = taken_from(laid_out(place, files), into)
    assert found == {"55/moments": "ida", "56/moments": "eve"}
    assert sorted(line.kind for line in lines) == ["refused", "taken", "taken"]


def test_people_without_a_group_in_moodle_are_asked_about(place, into):
    files = {"Default group_assignsubmission_file_/moments.zip": zipped("x")}
    (line,), found = taken_from(laid_out(place, files), into)
    assert (line.kind, found) == ("asked", {})


CANVAS = {
    "noetheremmy_31_701_moments-20261120-100000.zip": zipped("emmy"),
    "kimjin_LATE_32_702_moments.zip": zipped("jin"),
    "kimjin_33_703_moments.zip": zipped("other-kim"),
    "o_brien_34_704_moments.zip": zipped("brien"),
    "anon_aB3dE_705_moments.zip": zipped("anonymous"),
    "LATE_anon_zz9Qq_706_moments.zip": zipped("late-anonymous"),
    "müllerjörg_36_708_moments.py": MODULE + b"# jorg\n",
    "müllerjörg_36_709_02_moments.ipynb": NOTEBOOK,
}


def test_canvas_is_known_by_its_two_numbers(place, into):
    lines, found = taken_from(laid_out(place, CANVAS), into)
    assert [line.kind for line in lines] == ["taken"] * 7
    assert found == {
        "31/moments": "emmy", "32/moments": "jin", "33/moments": "other-kim",
        "34/moments": "brien", "anon_aB3dE/moments": "anonymous",
        "anon_zz9Qq/moments": "late-anonymous", "36/moments": "jorg",
    }  # fmt: skip
    assert "late" in next(str(line) for line in lines if "kimjin_LATE" in line.file)
    assert (into / "36/moments/02_moments.ipynb").is_file()


def test_the_higher_attachment_of_canvas_counts_whatever_its_file_says(place, into):
    files = {
        "noetheremmy_31_710_moments-1.zip": zipped("new", time="2026-11-01T10:00:00Z"),
        "noetheremmy_31_709_moments.zip": zipped("old", time="2026-11-02T10:00:00Z"),
        "noetheremmy_31_text.html": b"<p>a comment",
    }
    lines, found = taken_from(laid_out(place, files), into)
    assert found == {"31/moments": "new"}
    assert sorted(line.kind for line in lines) == ["refused", "taken", "taken"]


def test_a_canvas_name_that_ends_in_a_number_is_asked_about(place, into):
    files = {"anna_2_123_456_moments.zip": zipped("a"), "bert_2_124_457_moments.zip": zipped("b")}
    lines, found = taken_from(laid_out(place, files), into)
    assert ([line.kind for line in lines], found) == (["asked", "asked"], {})


def companion(name, user, said="There is no student submission text data."):
    return (
        f"Name: {name} ({user})\nAssignment: Lab_3\nDate Submitted: Friday\nCurrent Grade: \n\n"
        f"Submission Field:\n{said}\n\nComments:\nName: Mallory (ada)\n"
    ).encode()


def test_blackboard_is_known_by_its_attempts_and_all_of_them_are_there(place, into):
    start = "Lab_3_de_la_cruz_attempt_2026-11-2"
    files = {
        f"{start}0-09-00-00.txt": companion("Ana (Nina)", "de_la_cruz"),
        f"{start}0-09-00-00_moments.zip": zipped("first"),
        f"{start}1-10-30-00.txt": companion("Ana (Nina)", "de_la_cruz"),
        f"{start}1-10-30-00_moments.py": MODULE + b"# second\n",
        f"{start}1-10-30-00_02_moments.ipynb": NOTEBOOK,
        "Lab_3_cruz_attempt_2026-11-20-09-00-00.txt": companion("Cruz", "cruz", "see my mail"),
        "Lab_3_cruz_attempt_2026-11-20-09-00-00_moments.zip": zipped("cruz"),
    }
    lines, found = taken_from(laid_out(place, files), into, zone=BERLIN)
    assert found == {"de_la_cruz/moments": "second", "cruz/moments": "cruz"}
    assert sorted(line.kind for line in lines) == ["noted"] * 3 + ["taken"] * 3
    assert stamp(into, "de_la_cruz") == "2026-11-21 09:30"


def test_blackboard_without_its_texts_is_asked_about_where_a_name_has_two_readings(place, into):
    files = {
        "Lab 3_ana_attempt_2026-11-20-09-00-00_moments.zip": zipped("ana"),
        "Lab_3_bo_attempt_2026-11-20-09-00-00_moments.zip": zipped("bo"),
        "Lab 3_cy_attempt_2026-11-20-09-00-00.txt": companion("Cy", "cy"),
        "Lab_3_ed_attempt_2026-11-20-09-00-00.txt": companion("Ed", "somebody_else"),
        "Lab_3_ed_attempt_2026-11-20-09-00-00_moments.zip": zipped("ed"),
    }
    lines, found = taken_from(laid_out(place, files), into)
    assert found == {"ana/moments": "ana"}
    assert sorted(line.kind for line in lines) == ["asked", "asked", "noted", "refused", "taken"]


def test_the_name_of_the_download_tells_where_blackboard_ends_the_assignment(place, into):
    content = packed({
        f"Lab_3_{user}_attempt_2026-11-20-09-00-00_moments.zip": zipped(user)
        for user in ("a_b", "b")
    })  # fmt: skip
    laid_out(place, {"gradebook_CS1_Lab_3_2026-11-22-08-00-00.zip": content})
    _, found = taken_from(place, into)
    assert found == {"a_b/moments": "a_b", "b/moments": "b"}


BRIGHTSPACE = {
    "91-500 - Emil Post - Nov 20, 2026 122 PM/moments.zip": zipped("first"),
    "91-500 - Emil Post - Nov 21, 2026 1205 AM/moments.zip": zipped("second"),
    "92-500 - Post, Emil - 20 nov. 2026 13 22/moments.zip": zipped("third"),
    "93-501 - Mary-Ann de-la - Rue - 20 novembre 2026 1322/moments.zip": zipped("fourth"),
    "index.html": b"<html>",
}


def test_brightspace_is_known_by_its_numbers_and_dates(place, into):
    lines, found = taken_from(laid_out(place, BRIGHTSPACE), into, zone=BERLIN)
    assert found == {"91/moments": "second", "92/moments": "third", "93/moments": "fourth"}
    assert sorted(line.kind for line in lines) == ["noted"] + ["taken"] * 4
    assert stamp(into, "91") == "2026-11-20 23:05"
    assert stamp(into, "93") == "2026-11-20 12:22"


def test_brightspace_numbers_that_come_with_two_names_are_asked_about(place, into):
    files = {
        f"91-500 - {name} - Nov 2{day}, 2026 122 PM/moments.zip": zipped(name)
        for day, name in enumerate(("Emil Post", "Ada Post", "Emil Post"))
    }
    lines, found = taken_from(laid_out(place, files), into)
    assert ({line.kind for line in lines}, found) == ({"asked"}, {})


def test_brightspace_files_in_one_folder_carry_owner_and_date(place, into):
    start = "91-500 - Emil Post- Nov 20, 2026 122 PM - "
    files = {f"{start}moments.py": MODULE + b"# emil\n", f"{start}02_moments.ipynb": NOTEBOOK}
    (line,), found = taken_from(laid_out(place, files), into)
    assert found == {"91/moments": "emil"}
    assert len(line.paths) == 2


TABLE = """---
submission_7001:
  :submitters:
  - :name: "Kurt Goedel"
    :sid: '4711'
    :email: kurt@example.org
  :created_at: 2026-11-20 13:22:10.123456000 Z
  :score: !ruby/object:BigDecimal 18:0.1e1
  :results: &1
    output: ":submitters:\\n- :sid: '9'"
submission_7002:
  :submitters:
  - :name: Rosa Peter
    :sid: '4712'
    :email: rosa@example.org
  - :name: Laszlo Kalmar
    :sid:
    :email: laszlo@example.org
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-11-21 08:00:00.000000000 Z
"""


def test_gradescope_names_the_owners_in_its_table(place, into):
    files = {f"submission_7001/{name}": data for name, data in work("kurt").items()}
    files["submission_7002/moments.py"] = MODULE + b"# pair\n"
    files["submission_7003/moments.py"] = MODULE + b"# nobody\n"
    files["submission_metadata.yml"] = TABLE.encode()
    export = {f"assignment_5_export/{name}": data for name, data in files.items()}
    lines, found = taken_from(laid_out(place, export), into)
    assert found == {
        "4711/moments": "kurt", "4712/moments": "pair", "laszlo@example.org/moments": "pair",
    }  # fmt: skip
    assert sorted(line.kind for line in lines) == ["asked", "noted", "taken", "taken"]
    assert stamp(into, "4711") == "2026-11-20 13:22"
    assert stamp(into, "4712") == "2026-11-21 08:00"


@pytest.mark.parametrize(
    "table", ["", "a: [", "- 1", "&a [*a, *a]", "submission_1: {:submitters: 3}"]
)
def test_a_damaged_table_of_gradescope_makes_a_question_of_each_submission(place, into, table):
    files = {"submission_1/moments.py": MODULE, "submission_metadata.yml": table.encode()}
    lines, found = taken_from(laid_out(place, files), into)
    assert {line.kind for line in lines} == {"asked", "refused"}
    assert found == {}


def test_github_classroom_is_known_by_the_folder_of_its_clones(place, into):
    clones = {
        "week-2-submissions/week-2-grace-h/bnlab/moments.py": MODULE + b"# grace\n",
        "week-2-submissions/week-2-grace-h/exercises/02_moments.ipynb": NOTEBOOK,
        "week-2-submissions/week-2-grace-h/.git/config": b"[core]",
        "week-2-submissions/week-2-Linus/bnlab/moments.py": MODULE + b"# linus\n",
    }
    lines, found = taken_from(laid_out(place, clones), into)
    assert found == {"grace-h/moments": "grace", "linus/moments": "linus"}
    assert not any(line.fault for line in lines)


def test_a_clone_for_one_unit_hands_in_that_unit_only(place, into):
    clone = {f"moments-grace/{name}": data for name, data in work("m").items()}
    clone["moments-grace/bnlab/moments.py"] = MODULE + b"# m\n"
    clone["moments-grace/bnlab/forward.py"] = MODULE + b"# f\n"
    _, found = taken_from(laid_out(place, clone), into)
    assert found == {"grace/moments": "m"}


def test_a_platform_may_be_named_and_then_no_other_name_is_read(place, into):
    files = {"Li_5_assignsubmission_file_/moments.zip": zipped("li"), "ada.zip": zipped("ada")}
    lines, found = taken_from(laid_out(place, files), into, platform="moodle")
    assert found == {"5/moments": "li"}
    assert sorted(line.kind for line in lines) == ["asked", "taken"]


def test_a_file_called_after_another_platform_stays_with_its_owner(place, into):
    files = CANVAS | {"eve_66_900_zz_31_assignsubmission_file_moments.zip": zipped("eve")}
    _, found = taken_from(laid_out(place, files), into)
    assert (found["66/moments"], found["31/moments"]) == ("eve", "emmy")


def test_what_a_learner_packs_as_a_download_is_not_believed_beside_the_work_of_others(place, into):
    forged = packed({"Ada L_5_assignsubmission_file_/moments.zip": zipped("eve")})
    lines, found = taken_from(laid_out(place, {"eve.zip": forged, "bo.zip": zipped("bo")}), into)
    assert found == {"bo/moments": "bo"}
    assert "looks like a download" in str(lines[1])


def test_the_ids_of_a_learner_are_written_down(place, into):
    taken_from(laid_out(place, {"Zoe_5_assignsubmission_file_/moments.zip": zipped("1")}), into)
    ids = json.loads((into / "5" / ".attempts" / "learner.json").read_text())["ids"]
    assert ids == {"moodle": ["5"]}


def test_the_clock_of_a_download_without_zone_is_that_of_the_course(place, into):
    laid_out(place, {"Lab 3_ana_attempt_2026-07-01-00-30-00_moments.zip": zipped("ana")})
    taken_from(place, into, zone=ZoneInfo("America/Los_Angeles"))
    assert stamp(into, "ana") == "2026-07-01 07:30"
