"""Downloads as the programs of other people describe them, each with its source."""

from __future__ import annotations

import pytest

from bngrader.course.collecting.collect import Options, collect
from bngrader.course.roster import read_rosters
from tests.helpers.downloads import (
    assert_the_law,
    laid_out,
    loose,
    packed,
    taken_from,
    zipped,
)

PILOT = "Moments Download Dec 6, 2026 900 AM"
VPL = {
    f"{who}@su_se/2026-11-20-13-22-10/{name}": content
    for who, of in (("Ada Lovelace 4711 alov", "a"), ("Bo Li 4712 boli", "b"))
    for name, content in loose(of).items()
}
QUIZ = "Q1 - Moments/{} - {}/"
TABLE = b"PK\3\4"

LAYOUTS: dict[str, tuple[dict[str, bytes], list[str], int]] = {
    # D2L of Wright State, by its graders' script (271836-442356 - Blake Payne - ...)
    "brightspace-two-attempts-in-file-names": (
        {
            f"{PILOT}/271836-442356 - Blake Payne - Dec 5, 2026 1149 AM - moments.zip": zipped("1"),
            f"{PILOT}/271836-442356 - Blake Payne - Dec 5, 2026 1151 AM - moments.zip": zipped("2"),
            f"{PILOT}/271837-442356 - Mary-Ann O'Neil - Dec 5, 2026 101 PM - m.zip": zipped("m"),
            f"{PILOT}/index.html": b"<html></html>",
        },
        ["2", "m"], 0,
    ),
    # University of Limerick: "Lastname, Firstname - 1234567"
    "brightspace-name-and-student-number": (
        {f"Wang, Wei - {n}/moments.zip": zipped(str(n)) for n in (1234568, 1234569)},
        ["1234568", "1234569"], 0,
    ),
    # ILIAS 7, Bonn: <assignment>/Abgaben/Team <id>/<person>_<upload>/
    "ilias-teams": (
        {
            "Blatt_01/Abgaben/Team 23/Ada_Lovelace_s6alovel_881/moments.zip": zipped("a"),
            "Blatt_01/Abgaben/Team 24/Bo_Li_s6boli_882/moments.zip": zipped("b"),
        },
        ["a", "b"], 0,
    ),
    # ilifau/ExerciseStatusFile: folders, a status table and a README
    "ilias-multi-feedback": (
        {
            "multi_feedback_Moments/Lovelace_Ada_ada_331/moments.zip": zipped("a"),
            "multi_feedback_Moments/Li_Bo_bli_332/20261120132210_moments.zip": zipped("b"),
            "multi_feedback_Moments/status.xlsx": TABLE,
            "multi_feedback_Moments/status.csv": b"update,usr_id,login\n0,331,ada\n",
        },
        ["a", "b"], 0,
    ),
    # the same, version 1.3: the tables lie beside the folder of the class
    "ilias-multi-feedback-tables": (
        {
            **{name: TABLE for name in ("status.xlsx", "status.csv", "checksums.json")},
            "README.md": b"# Multi-Feedback",
            **loose("a", "Multi_Feedback_Individual_Blatt_1_77/Lovelace_Ada_ada_331/"),
            **loose("b", "Multi_Feedback_Individual_Blatt_1_77/Li_Bo_bo_li_332/"),
        },
        ["a", "b"], 0,
    ),
    # SubmissionManager.php of ILIAS 10: modules by themselves, one of them late
    "ilias-loose-and-late": (
        {
            **loose("a", "Blatt_1/Abgaben/Lovelace_Ada_ada_331/"),
            **loose("b", "Blatt_1/Abgaben/_ukasz__li_332/Verspaetete Abgabe - "),
        },
        ["a", "b"], 0,
    ),
    # ssiccha/olat-homework-scripts and OpenOlat
    "olat-drop-boxes": (
        {
            "Blatt_1/Lovelace_Ada_ada/1_Abgaben/moments.zip": zipped("a"),
            "Blatt_1/Li_Bo_boli/1_Abgaben/moments.zip": zipped("b"),
        },
        ["a", "b"], 0,
    ),
    # academic-moodle-cooperation/moodle-local_assignsubmission_download
    "moodle-renamed": (
        {
            "Muster_12345678_moments.zip": zipped("m1"),
            "Muster_12345679_moments.zip": zipped("m2"),
            "Lovelace_12345680_moments.zip": zipped("a"),
        },
        ["a"], 2,
    ),
    "moodle-vpl": (VPL, ["a", "b"], 0),
    # ETH's quiz report "filedownloader": question / user / attempt / file
    "moodle-quiz-files-two-questions": (
        {
            QUIZ.format("Ada Lovelace", 88) + "Attempt 1/moments.zip": zipped("a"),
            QUIZ.format("Bo Li", 89) + "Attempt 1/moments.zip": zipped("b1"),
            QUIZ.format("Bo Li", 89) + "Attempt 2/moments.zip": zipped("b2"),
            "Q2 - Scaling/Ada Lovelace - 88/Attempt 1/scaling.zip": zipped(
                "a2", unit="scaling", slug="01_scaling"
            ),
        },
        ["a2"], 3,
    ),
    # lib/quiz_submission_zipper.rb of Canvas: the id is glued to the name
    "canvas-quiz": (
        {
            "lovelace_ada31_question_901_555_moments.zip": zipped("a"),
            "wells_lane32_question_901_556_moments.zip": zipped("l"),
        },
        ["a", "l"], 0,
    ),
    # IsraelZablianov-like scripts for Google Classroom: one folder a person, a note for the others
    "google-classroom-one-of-two": (
        {**loose("a", "downloads/Ada_Lovelace/"), "downloads/Bo_Li/_no_attachments.txt": b"none"},
        ["a"], 1,
    ),
    "google-classroom-apps-script": (
        {f"Batch norm/moments_{who}.zip": zipped(who) for who in ("ada-lovelace", "bo-li")},
        [], 2,
    ),
    "google-classroom-two-topics": (
        {
            f"{topic}/moments_{who}.zip": zipped(topic + who)
            for topic in ("Batch norm", "Optimizers") for who in ("ada-lovelace", "bo-li")
        },
        [], 4,
    ),
    "google-classroom-copies": (
        {
            **loose("a", "Moments/Ada Lovelace - "), **loose("b", "Moments/Bo Li - "),
        },
        ["a", "b"], 0,
    ),
    # ssardina-teaching/google-assignment-submission: number and time
    "google-form-numbers-and-times": (
        {
            "s3456789_2026-11-20T13-22-10.zip": zipped("old"),
            "s3456789_2026-11-21T13-22-10.zip": zipped("new"),
            "s3456790_2026-11-20 14:00:00.zip": zipped("b"),
            "bo_2026_11_20T13_22_10_123456.zip": zipped("c"),
        },
        ["b", "c", "new"], 0,
    ),
    # GitHub Classroom Assistant: <assignment>-<date>/<account>/
    "classroom-assistant": (
        {
            **loose("a", "moments-11-20-2026-10-30-00/ada-l/bnlab/"),
            "moments-11-20-2026-10-30-00/ada-l/.git/HEAD": b"ref: refs/heads/main",
            **loose("b", "moments-11-20-2026-10-30-00/boli/bnlab/"),
        },
        ["a", "b"], 0,
    ),
    "cocalc": (
        {
            **loose("a", "moments-collect/8c1d2f4e-1111-4222-8333-abcdefabcdef/"),
            "moments-collect/8c1d2f4e-1111-4222-8333-abcdefabcdef/STUDENT - Ada.txt": b"Ada",
            **loose("b", "moments-collect/9c1d2f4e-1111-4222-8333-abcdefabcdef/"),
        },
        ["a", "b"], 0,
    ),
    "markus": (
        {
            "moments_submissions/c5lovela/moments.zip": zipped("a"),
            "moments_submissions/group_0002/moments.zip": zipped("b"),
        },
        ["a", "b"], 0,
    ),
    "submitty": (
        {f"moments/ada/{n}/moments.zip": zipped(f"a{n}") for n in (1, 2, 10)}
        | {"moments/bo/1/moments.zip": zipped("b")},
        ["b"], 3,
    ),
    "dates-with-underscores": (
        {f"{who}_2026_11_20_moments.zip": zipped(who) for who in ("ada", "bo")}, ["ada", "bo"], 0
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_a_layout_of_other_programs_is_taken_with_nobody_merged(tmp_path, name):
    assert_the_law(tmp_path, *LAYOUTS[name])


SAME = {"2": "1", "new": "old", "b2": "b1", "a1": "a", "a2": "a", "a10": "a"}
"""Marks of one person."""


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_it_may_be_collected_one_file_after_the_other_with_nobody_merged(tmp_path, name):
    """What is asked about beside others is not taken for one of them when it comes alone."""
    for at, (path, content) in enumerate(LAYOUTS[name][0].items()):
        inbox = laid_out(tmp_path / str(at) / "inbox", {path: content})
        collect([inbox], tmp_path / "into", Options(unmatched=tmp_path / "unmatched.csv"))
    people: dict[str, set[str]] = {}
    for path in (tmp_path / "into").glob("*/.attempts/*/*/bnlab/*.py"):
        mark = path.read_text().rpartition("# ")[2].strip()
        people.setdefault(path.relative_to(tmp_path / "into").parts[0], set()).add(
            SAME.get(mark, mark)
        )
    assert all(len(each) == 1 for each in people.values()), people


ZIPPED = [
    "olat-drop-boxes",
    "markus",
    "google-classroom-copies",
    *(n for n in LAYOUTS if "ilias" in n),
]


@pytest.mark.parametrize("name", ZIPPED)
def test_the_zip_of_such_a_folder_gives_the_same_learners(tmp_path, name):
    files, marks, _ = LAYOUTS[name]
    laid_out(tmp_path, {"submissions (3).zip": packed(files)})
    _, found = taken_from(tmp_path / "submissions (3).zip", tmp_path / "into")
    assert sorted(found.values()) == marks


def test_ilias_folders_are_found_by_the_login_although_names_are_in_ascii(tmp_path):
    files = {
        f"Blatt/Abgaben/{name}/moments.zip": zipped(name)
        for name in ("Mueller_Lukas_lm1_331", "Mueller_Lukas_lm2_332", "____w_li_333", "X_Y_li_334",
                     "Doe_Jo_x_lm1_335")
    }  # fmt: skip
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "Benutzername,Vorname,Nachname\nlm1,Lukas,Müller\nlm2,Lukas,Müller\nw_li,伟,王\n"
    )
    inbox = laid_out(tmp_path / "inbox", files)
    lines, found = taken_from(inbox, tmp_path / "into", roster=read_rosters([roster]))
    assert found == {
        "lm1/moments": "Mueller_Lukas_lm1_331", "lm2/moments": "Mueller_Lukas_lm2_332",
        "w_li/moments": "____w_li_333",
    }  # fmt: skip
    # Nobody of the roster has the login `li` or `x_lm1`, and lm1 has another name.
    assert [line.kind for line in lines].count("asked") == 2


def test_the_zip_of_the_multi_feedback_is_no_file_of_canvas_by_its_name(tmp_path):
    files = LAYOUTS["ilias-multi-feedback-tables"][0]
    name = "Multi_Feedback_Individual_Blatt_2_25_Users.zip"
    nothing = {"Multi_Feedback_Individual_Blatt_1_77/Hopper_Grace_gh_333/": b""}
    laid_out(tmp_path, {name: packed(nothing | files)})
    lines, found = taken_from(tmp_path / name, tmp_path / "into")
    assert sorted(found.values()) == ["a", "b"]
    assert not any(line.fault for line in lines)
