"""The time zone of the course file may be written, or changed, after submissions were collected."""

import pytest

from bngrader.cli.main import main
from bngrader.course.collecting.clock import follow
from bngrader.course.course import Course
from tests.helpers.downloads import laid_out, zipped

DOWNLOAD = {
    f"Lab_{who}_attempt_2026-11-20-{time}_moments.zip": zipped(who)
    for who, time in (("ada", "13-22-10"), ("bo", "23-50-00"))
}


@pytest.fixture
def course(tmp_path):
    laid_out(tmp_path / "course", {"course.toml": b"timezone = 'UTC'\n"})
    laid_out(tmp_path / "download", DOWNLOAD)
    return Course(tmp_path / "course")


def collected(course, *words):
    download = course.root.parent / "download"
    return main(["collect", str(download), "--course", str(course.root), *words])


def stamps(course):
    return {
        path.parts[-3]: path.read_text()[11:16]
        for path in course.submitted.glob("*/moments/timestamp.txt")
    }


def test_times_follow_a_time_zone_that_is_changed_after_collecting(course, capsys):
    assert collected(course) == 0
    assert stamps(course) == {"ada": "13:22", "bo": "23:50"}
    course.file.write_text("timezone = 'America/New_York'\n")
    (line,) = follow(course)
    assert "the time of 2 submissions was computed anew" in line
    assert stamps(course) == {"ada": "18:22", "bo": "04:50"}
    assert follow(course) == []


def test_a_download_that_is_collected_again_has_the_new_time_and_no_second_attempt(course, capsys):
    assert collected(course) == 0
    course.file.write_text("timezone = 'Asia/Tokyo'\n")
    assert collected(course) == 0
    assert stamps(course) == {"ada": "04:22", "bo": "14:50"}
    assert "2 already taken" in capsys.readouterr().out
    assert main(["attempts", "ada", "--course", str(course.root)]) == 0
    assert "moments 1  2026-11-20 13:22:10 JST" in capsys.readouterr().out


def test_the_clock_may_be_changed_too_and_a_run_that_was_killed_is_completed(course):
    assert collected(course) == 0
    before = stamps(course)
    course.file.write_text("timezone = 'UTC'\ntimestamp_from = 'file'\n")
    state = (course.root / ".clock.json").read_text()
    assert follow(course)
    assert stamps(course) != before
    (course.root / ".clock.json").write_text(state)  # it was killed before this was written
    assert follow(course) == []
    course.file.write_text("timezone = 'UTC'\n")
    assert follow(course)
    assert stamps(course) == before


def test_grade_and_regrade_follow_it_before_they_judge(course, monkeypatch, capsys):
    assert collected(course) == 0
    course.file.write_text("timezone = 'Asia/Tokyo'\n")
    monkeypatch.setattr("bngrader.cli.grade.judged", lambda *_: [])
    assert main(["grade", "--course", str(course.root)]) == 0
    assert "computed anew" in " ".join(capsys.readouterr().out.split())
    assert stamps(course) == {"ada": "04:22", "bo": "14:50"}
