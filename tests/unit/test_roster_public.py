"""Rosters as platforms export them, with the people who teach in them."""

import pytest

from bngrader.course.roster import Columns, read_rosters

ROSTERS = {
    "gradescope": (
        "First Name,Last Name,SID,Email,Role,Section\nAda,Lovelace,900,ada@x.edu,Student,01\n"
        "Bo,Li,,bo@x.edu,Student,01\nTe,Acher,,t@x.edu,Instructor,\n",
        {"900": "Ada Lovelace", "bo@x.edu": "Bo Li"},
    ),
    "brightspace-classlist": (
        'Image,"Last Name, First Name",Username,Org Defined ID,Role\n'
        ',"Lovelace, Ada",ada,1234567,Student\n,"Li, Bo",bo,1234568,Learner\n'
        ',"Teach, Er",te,99,Instructor\n',
        {"ada": "Ada Lovelace", "bo": "Bo Li"},
    ),
    "sakai": (
        'Name,User ID,Email Address,Role\n"Lovelace, Ada",ada,ada@x.edu,Student\n'
        '"Er, Teach",te,te@x.edu,Teaching Assistant\n',
        {"ada": "Ada Lovelace"},
    ),
    "google-classroom-grades": (
        "Last Name,First Name,Email Address,moments\n,,Date,2026-11-20\n,,Points,9\n"
        "Lovelace,Ada,ada@x.edu,\n",
        {"ada@x.edu": "Ada Lovelace"},
    ),
    "github-classroom": (
        '"identifier","github_username","github_id","name"\n'
        '"ada@x.edu","ada-l","1","Ada Lovelace"\n'
        '"bo@x.edu","","",""\n',
        {"ada-l": "Ada Lovelace", "bo@x.edu": "bo@x.edu"},
    ),
    "canvas-groups": (
        "name,canvas_user_id,user_id,login_id,sections,group_name\n"
        "Ada Lovelace,31,s-900,ada,CS1,Team 1\n",
        {"s-900": "Ada Lovelace"},
    ),
    "one-roster": (
        "sourcedId,status,role,username,givenName,familyName,identifier,email\n"
        "u1,active,student,ada,Ada,Lovelace,900,ada@x.edu\nu2,active,teacher,te,T,E,1,te@x.edu\n",
        {"ada": "Ada Lovelace"},
    ),
    "ilias": (
        "Nachname;Vorname;Benutzername;Matrikelnummer;Rolle\nLovelace;Ada;ada;4711;Kursmitglied\n"
        "Lehrer;Karl;kl;;Kursadministrator\n",
        {"4711": "Ada Lovelace"},
    ),
    "moodle-french-apostrophe": (
        "Prénom;Nom de famille;Numéro d’identification\nAda;Lovelace;4711\n",
        {"4711": "Ada Lovelace"},
    ),
    "prairielearn": (
        "UID,UIN,Username,Name,Role\nada@x.edu,900,ada,Ada Lovelace,Student\n"
        "te@x.edu,1,te,T E,Staff\n",
        {"ada": "Ada Lovelace"},
    ),
    "a-student-who-helps": (
        'Name,Email,Role\n"Li, Bo",bo@x.edu,"Student, TA"\n', {"bo@x.edu": "Bo Li"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(ROSTERS))
def test_all_learners_and_nobody_else_are_in_the_roster(tmp_path, name):
    text, people = ROSTERS[name]
    path = tmp_path / "roster.csv"
    path.write_text(text)
    found = read_rosters([path], Columns())
    assert {each.learner: each.names[0] for each in found.people} == people


def test_it_says_whose_row_is_left_out_and_who_has_no_id(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text(ROSTERS["gradescope"][0])
    found = read_rosters([path], Columns())
    assert found.problems == (
        "roster.csv, row 3: the column SID is empty; the learner is bo@x.edu.",
    )
    assert found.notes == ("roster.csv: 1 row of no learner left out (Instructor).",)
    assert {"900", "ada@x.edu"} <= found.people[0].ids
