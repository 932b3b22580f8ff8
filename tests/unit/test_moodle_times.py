"""Moodle's grading worksheet beside the roster tells when a submission was handed in."""

import pytest

from bngrader.cli.main import main
from tests.helpers.downloads import laid_out, loose, zipped

ENGLISH = (
    "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments"
)
GERMAN = "ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Zuletzt geändert (Abgabe)"


@pytest.fixture
def course(tmp_path):
    laid_out(tmp_path / "course", {"course.toml": b"timezone = 'Europe/Berlin'\n"})
    return tmp_path / "course"


def collected(course, download, *words):
    """Collect a download of Moodle; return the time of submission of Ada's moments."""
    laid_out(course.parent / "download", download)
    assert main(["collect", str(course.parent / "download"), "--course", str(course), *words]) == 0
    (stamp,) = (course / "submitted").glob("*/moments/timestamp.txt")
    return stamp.read_text().strip()


def worksheet(course, text, name="roster-moments.csv"):
    laid_out(course, {name: text.encode("utf-8-sig")})


DOWNLOAD = {f"Ada Lovelace_1234567_assignsubmission_file_/{n}": d for n, d in loose("a").items()}


def test_the_time_of_loose_files_is_that_of_the_worksheet(course, capsys):
    row = 'Participant 1234567,Ada Lovelace,ada@x.edu,Submitted,,11,Yes,"{}",-,'
    worksheet(course, f"{ENGLISH}\n{row.format('Tuesday, 10 November 2026, 4:05 PM')}\n")
    assert collected(course, DOWNLOAD) == "2026-11-10 15:05:00.000000 UTC"
    assert "the platform's clock" in " ".join(capsys.readouterr().out.split())


def test_a_worksheet_in_another_language_is_read(course):
    row = 'Teilnehmer/in 1234567,Ada Lovelace,ada@x.edu,Abgegeben,,"{}"'
    worksheet(course, f"{GERMAN}\n{row.format('Dienstag, 10. November 2026, 16:05')}\n")
    assert collected(course, DOWNLOAD) == "2026-11-10 15:05:00.000000 UTC"
    assert [each.name for each in (course / "submitted").iterdir()] == ["ada@x.edu"]


def test_the_worksheet_counts_before_the_receipt_and_gives_way_to_the_file_if_asked(course):
    row = 'Participant 1234567,Ada Lovelace,ada@x.edu,Submitted,,11,Yes,"{}",-,'
    worksheet(course, f"{ENGLISH}\n{row.format('Tuesday, 10 November 2026, 4:05 PM')}\n")
    zip_ = {"Ada Lovelace_1234567_assignsubmission_file_/moments.zip": zipped("a")}
    assert collected(course, zip_) == "2026-11-10 15:05:00.000000 UTC"
    assert collected(course, zip_, "--timestamp-from", "file") != "2026-11-10 15:05:00.000000 UTC"


@pytest.mark.parametrize("time", ["-", "", "yesterday", "Tuesday, 41 November 2026, 4:05 PM"])
def test_a_row_without_a_time_leaves_the_other_clocks(course, time):
    row = f'Participant 1234567,Ada Lovelace,ada@x.edu,Submitted,,11,Yes,"{time}",-,'
    worksheet(course, f"{ENGLISH}\n{row}\n")
    assert collected(course, DOWNLOAD).startswith("20")


def test_the_worksheet_of_another_assignment_tells_nothing(course):
    row = 'Participant 7654321,Ada Lovelace,ada@x.edu,Submitted,,11,Yes,"{}",-,'
    worksheet(course, f"{ENGLISH}\n{row.format('Tuesday, 10 November 2026, 4:05 PM')}\n")
    assert collected(course, DOWNLOAD) != "2026-11-10 15:05:00.000000 UTC"
