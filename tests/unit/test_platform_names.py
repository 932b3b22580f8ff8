"""The names of returned files, read as the platforms' own importers read them."""

from datetime import UTC, datetime

import pytest

from bngrader.course.collecting.attempt import Attempt
from bngrader.gradebook import platform_names


def attempt(*found):
    return Attempt("moments", "d", datetime(2026, 11, 20, tzinfo=UTC), found=found)


def moodle_reads(path):
    """Return participant and file of a path, as `is_valid_filename_for_import` of Moodle does."""
    parts = path.split("/")
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) >= 4 and info[1].isdigit() and info[2:4] == ["assignsubmission", "file"]:
            return int(info[1]), "/".join([*info[4:], *parts]).lstrip("/")
    return None


def canvas_reads(name):
    """Return the ids of user and attachment, as `infer_comment_context_from_filename` does."""
    words = [word for word in name.split("_") if word != "LATE"]
    if words[0] == "anon":
        return words[1], words[2]
    return tuple([word for word in words if word.isdigit()][:2])


def ilias_reads(path):
    """Return the number of the account, as `getFiles` of ILIAS's multi-feedback does."""
    top, folder, file = path.split("/")
    return int(folder.rpartition("_")[2]) if top.startswith("multi_feedback") and file else None


def test_ilias_finds_the_account_of_the_folders_of_its_downloads():
    for found in (
        "u.zip/Uebung_2/Abgaben/____bo_li_30006/moments.zip",
        "Multi_Feedback_Individual_U_77/Li_Bo_bo_30006/moments.py",
    ):
        name, why = platform_names.ilias([attempt(found)])
        assert why == ""
        assert ilias_reads(f"multi_feedback_moments/{name}/moments.html") == 30006
    assert platform_names.ilias([attempt("ada.zip")])[0] == ""


@pytest.mark.parametrize(
    "found",
    [
        "Wei Wang_20001_assignsubmission_file_/moments-2026.zip",
        "download.zip/Wei Wang_20001_assignsubmission_file/moments_9_x.zip",
        "Wei Wang_20001_assignsubmission_file_moments.zip",
    ],
)
def test_moodle_finds_the_participant_of_each_layout_of_its_download(found):
    name, why = platform_names.moodle([attempt(found)], [], "")
    assert why == ""
    assert moodle_reads(f"{name}/moments.html") == (20001, "moments.html")


def test_the_number_of_the_grading_worksheet_comes_before_that_of_a_group():
    group = attempt("Group A_77_assignsubmission_file_/moments.zip")
    name, _ = platform_names.moodle([group], ["Participant 20001"], "Ada_Love/lace")
    assert moodle_reads(f"{name}/moments.html") == (20001, "moments.html")
    assert name.startswith("Ada Love lace_")
    assert platform_names.moodle([attempt("ada.zip")], [], "Ada")[0] == ""


@pytest.mark.parametrize(
    ("found", "ids"),
    [
        (["lovelaceada_123_456_moments.zip", "lovelaceada_123_457_moments-1.zip"], ("123", "457")),
        (["hopperg_LATE_124_460_moments-2026.zip"], ("124", "460")),
        (["anon_x5F3q_460_moments.zip"], ("x5F3q", "460")),
        (["b_1_9_moments.py, b_1_10_02_moments.ipynb", "b_1_8_moments.zip"], ("1", "8")),
        (["download/12_123_456_moments.zip"], ()),
    ],
)
def test_canvas_finds_user_and_newest_attachment(found, ids):
    name, why = platform_names.canvas(
        [attempt(e) for e in found], ["123", "124", "1", "anon_x5F3q"]
    )
    assert canvas_reads(name)[:2] == ids if ids else (name, why != "") == ("", True)
    assert name.endswith(".zip") or not ids


def test_brightspace_has_the_folder_of_the_newest_attempt():
    old = attempt("1234-5678 - Ada - Nov 20, 2026 122 PM/moments-1.zip")
    new = attempt("x.zip/1234-5678 - Ada - Nov 21, 2026 522 PM/moments-2.zip")
    folder = "1234-5678 - Ada - Nov 21, 2026 522 PM"
    assert platform_names.brightspace([old, new]) == (folder, "")


def test_a_name_for_no_platform_can_be_unpacked_on_every_system():
    assert platform_names.plain("ada", "Ada Lovelace") == ("Ada Lovelace (ada)", "")
    assert platform_names.plain('<img src="x">', "") == ("_img src=_x__", "")
