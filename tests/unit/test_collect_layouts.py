"""Downloads as platforms make them: who is in them, and what is said."""

from __future__ import annotations

import pytest

from tests.helpers.downloads import MODULE, NOTEBOOK, assert_the_law, loose, zipped

HTML = b"<html><body><p>Please find my work attached.</p></body></html>"


def receipt(user: str, name: str, when: str, files: list[tuple[str, str]]) -> bytes:
    """What Blackboard writes beside the files of an attempt."""
    listed = "\n".join(f"\tOriginal filename: {a}\n\tFilename: {b}\n" for a, b in files)
    return (
        f"Name: {name} ({user})\nAssignment: Homework 2\nDate Submitted: {when}\n"
        "Current Grade: Needs Grading\n\nSubmission Field:\nThere is no student submission text "
        "data for this assignment.\n\nComments:\nThere are no student comments.\n\n"
        f"Files:\n{listed}"
    ).encode()


M = "_assignsubmission_file_"
BB = "Homework 2_{}_attempt_2026-11-{}-13-22-10"

# name: (files of the download, the marks that count at the end, files from which nothing came)
LAYOUTS: dict[str, tuple[dict[str, bytes], list[str], int]] = {
    # Moodle
    "moodle-without-folders": (
        {
            f"Ada Lovelace_12345{M}moments.zip": zipped("a"),
            f"Grace Hopper_12346{M}moments.zip": zipped("g"),
        },
        ["a", "g"], 0,
    ),
    "moodle-group-mode": (
        {
            f"Group A-Ada Lovelace_12345{M}/moments.zip": zipped("a"),
            f"Group B-Ada Lovelace_12346{M}/moments.zip": zipped("b"),
        },
        ["a", "b"], 0,
    ),
    "moodle-team-submission": (
        {
            f"Team 1_901{M}/moments.zip": zipped("t1"),
            f"Team 2_902{M}/moments.zip": zipped("t2"),
        },
        ["t1", "t2"], 0,
    ),
    "moodle-blind": (
        {
            f"Participant_123{M}/moments.zip": zipped("p"),
            f"Participant_124{M}/moments.zip": zipped("q"),
            f"Teilnehmerin_125{M}/moments.zip": zipped("r"),
        },
        ["p", "q", "r"], 0,
    ),
    "moodle-file-and-text": (
        {
            f"Ada Lovelace_12345{M}/moments.zip": zipped("a"),
            "Ada Lovelace_12345_assignsubmission_onlinetext_/onlinetext.html": HTML,
            "Bob B_12399_assignsubmission_onlinetext_/onlinetext.html": HTML,
        },
        ["a"], 2,
    ),
    "moodle-underscored-name": (
        {
            f"Luka_Uršič_205159{M}/moments.zip": zipped("l"),
            f"Luka_Uršič_205160{M}/moments.zip": zipped("m"),
        },
        ["l", "m"], 0,
    ),
    "moodle-mail-in-name": (
        {
            f"Jane Doe__jane.doeATuni.edu__12345{M}/moments.zip": zipped("j"),
            f"John Doe__john.doeATuni.edu__12346{M}/moments.zip": zipped("k"),
        },
        ["j", "k"], 0,
    ),
    "moodle-no-trailing-underscore": (
        {
            "Ada Lovelace_12345_assignsubmission_file/moments.zip": zipped("a"),
            "Bo Li_12346_assignsubmission_file/moments.zip": zipped("b"),
        },
        ["a", "b"], 0,
    ),
    "moodle-two-units-in-one-folder": (
        {
            f"Ada Lovelace_12345{M}/moments.zip": zipped("a"),
            f"Ada Lovelace_12345{M}/forward.zip": zipped("f", unit="forward", slug="03_forward"),
        },
        ["a", "f"], 0,
    ),
    "moodle-unpacked-by-a-mac": (
        {
            f"Ada Lovelace_12345{M}/moments/moments.py": MODULE + b"# a\n",
            f"Ada Lovelace_12345{M}/moments/02_moments.ipynb": NOTEBOOK,
            f"__MACOSX/Ada Lovelace_12345{M}/._moments": b"\0\5\x16\7",
            f"Ada Lovelace_12345{M}/.DS_Store": b"\0\0\0\1Bud1",
        },
        ["a"], 0,
    ),
    # Canvas
    "canvas-late-text-link-and-resubmission": (
        {
            "lovelaceada_123_456_moments.zip": zipped("old", time="2026-11-19T10:00:00Z"),
            "lovelaceada_LATE_123_459_moments-1.zip": zipped("new", time="2026-11-20T10:00:00Z"),
            "hopperg_124_text.html": HTML,
            "wangwei_125_link.html": HTML,
        },
        ["new"], 2,
    ),
    "canvas-anonymous": (
        {
            "anon_aBc12_456_moments.zip": zipped("a"),
            "anon_xYz89_457_moments.zip": zipped("b"),
            "LATE_anon_Zk9Qp_458_moments.zip": zipped("c"),
        },
        ["a", "b", "c"], 0,
    ),
    "canvas-numbers-in-file-names": (
        {
            "leecs_201_9001_moments_2026_3_4.zip": zipped("x"),
            "leecs_202_9002_moments_2026_3_4.zip": zipped("y"),
            "anna_2_123_456_moments.zip": zipped("of 2, or of 123"),
        },
        ["x", "y"], 1,
    ),
    "canvas-loose-files-of-one": (
        {
            "lovelaceada_123_456_moments.py": MODULE + b"# a\n",
            "lovelaceada_123_457_02_moments.ipynb": NOTEBOOK,
            "hopperg_124_458_moments-2.py": MODULE + b"# g\n",
            "hopperg_124_459_02_moments-1.ipynb": NOTEBOOK,
        },
        ["a", "g"], 0,
    ),
    "canvas-group-names": (
        {
            "projectgroup7_7001_8001_moments.zip": zipped("g7"),
            "projectgroup8_7002_8002_moments.zip": zipped("g8"),
        },
        ["g7", "g8"], 0,
    ),
    # Blackboard
    "blackboard-receipts-with-several-files": (
        {
            f"{BB.format('al_1', 20)}_moments.py": MODULE + b"# a\n",
            f"{BB.format('al_1', 20)}_02_moments.ipynb": NOTEBOOK,
            f"{BB.format('al_1', 20)}.txt": receipt(
                "al_1", "Ada Lovelace", "Friday, 20 November 2026 13:22:10 o'clock GMT",
                [("moments.py", f"{BB.format('al_1', 20)}_moments.py"),
                 ("02_moments.ipynb", f"{BB.format('al_1', 20)}_02_moments.ipynb")],
            ),
            f"{BB.format('al', 20)}_moments.zip": zipped("b"),
        },
        ["a", "b"], 0,
    ),
    "blackboard-two-attempts": (
        {
            f"{BB.format('ghopper', 21)}_moments.zip": zipped("new", time="2026-11-01T10:00:00Z"),
            f"{BB.format('ghopper', 20)}_moments.zip": zipped("old", time="2026-11-30T10:00:00Z"),
        },
        ["new"], 0,
    ),
    "blackboard-underscored-assignment": (
        {
            "HW_2_moments_u.ser-1_attempt_2026-11-20-13-22-10_moments.zip": zipped("u"),
            "HW_2_moments_u.ser-2_attempt_2026-11-20-13-22-10_moments.zip": zipped("v"),
        },
        [], 2,  # without the text of Blackboard this can be read in two ways
    ),
    "blackboard-only-a-comment": (
        {
            f"{BB.format('ada', 20)}.txt": receipt("ada", "Ada", "Friday, 20 November 2026", []),
            f"{BB.format('bob', 20)}_moments.zip": zipped("b"),
        },
        ["b"], 1,
    ),
    "blackboard-in-other-languages": (
        {
            "Tarea 2_ada_intento_2026-11-20-13-22-10_moments.zip": zipped("old"),
            "Tarea 2_ada_intento_2026-11-21-13-22-10_moments.zip": zipped("new"),
            "Aufgabe 2_bo_Versuch_2026-11-20-13-22-10_moments.zip": zipped("b"),
        },
        ["b", "new"], 0,
    ),
    # Brightspace
    "brightspace-with-index": (
        {
            "index.html": HTML,
            "12345-67890 - Ada Lovelace - Jan 5, 2026 1034 PM/moments.zip": zipped("new"),
            "12345-67890 - Ada Lovelace - Jan 5, 2026 334 PM/moments.zip": zipped("old"),
            "12346-67890 - Alan - Turing - Jan 5, 2026 1034 PM/moments.zip": zipped("t"),
        },
        ["new", "t"], 0,
    ),
    "brightspace-localized": (
        {
            "12345-67890 - Ada Lovelace - 5 janvier 2026 22 34/moments.zip": zipped("new"),
            "12345-67890 - Ada Lovelace - 4 déc. 2025 09 34/moments.zip": zipped("old"),
            "12346-67890 - Bo Li - 05. März 2026 0934/moments.zip": zipped("b"),
        },
        ["new", "b"], 0,
    ),
    "brightspace-file-names-without-folders": (
        {
            "12345-67890 - Ada Lovelace - Jan 5, 2026 1034 PM - moments.zip": zipped("a"),
            "12346-67890 - Bo Li - Jan 5, 2026 1034 PM - moments.zip": zipped("b"),
        },
        ["a", "b"], 0,
    ),
    # Gradescope
    "gradescope-several-submitters": (
        {
            "assignment_1_export/submission_metadata.yml": (
                b"---\nsubmission_111:\n  :submitters:\n  - :name: Ada Lovelace\n    :sid: '001'\n"
                b"    :email: ada@x.edu\n  - :name: Bo Li\n    :sid: '002'\n    :email: bo@x.edu\n"
                b"  :created_at: 2026-11-20 10:00:00.000000000 Z\n  :score: 0.0\n"
                b"submission_112:\n  :submitters:\n  - :name: Cy\n    :sid: ''\n"
                b"    :email: cy@x.edu\n  :created_at: 2026-11-20 11:00:00.000000000 Z\n"
            ),
            **loose("ab", "assignment_1_export/submission_111/"),
            **loose("c", "assignment_1_export/submission_112/"),
            **loose("nobody", "assignment_1_export/submission_113/"),
        },
        ["ab", "ab", "c"], 2,  # 113 is in no table
    ),
    # GitHub Classroom
    "classroom-teams": (
        {
            **{f"moments-submissions/moments-team-a/{k}": v for k, v in {
                "bnlab/moments.py": MODULE + b"# ta\n", "exercises/02_moments.ipynb": NOTEBOOK,
                "README.md": b"x", ".git/config": b"[core]", ".github/workflows/c.yml": b"x",
            }.items()},
            **{f"moments-submissions/moments-team-b/{k}": v for k, v in {
                "bnlab/moments.py": MODULE + b"# tb\n", "exercises/02_moments.ipynb": NOTEBOOK,
            }.items()},
        },
        ["ta", "tb"], 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_a_download_is_taken_with_nobody_merged_and_nothing_passed_over(tmp_path, name):
    assert_the_law(tmp_path, *LAYOUTS[name])
