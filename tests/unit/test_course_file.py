"""The course file, what reads it, and what `doctor` finds."""

from datetime import UTC, datetime, timedelta

import pytest

from bngrader.cli.main import main
from bngrader.course import doctor
from bngrader.course.course import Course
from bngrader.course.settings import CourseSettings, Late, read_settings
from tests.helpers.downloads import laid_out, owners, zipped


@pytest.fixture
def course(tmp_path, monkeypatch):
    root = tmp_path / "course"
    root.mkdir()
    monkeypatch.setenv("BNGRADER_COURSE", str(root))
    return Course(root)


def test_init_writes_a_file_that_changes_nothing_until_a_line_is_uncommented(course, capsys):
    assert main(["init"]) == 0
    assert read_settings(course.file) == CourseSettings()
    text = course.file.read_text()
    lines = [line.removeprefix("# ") for line in text.splitlines()]
    used = [line for line in lines if line.startswith("[") or " = " in line]
    course.file.write_text("\n".join(used))
    settings = read_settings(course.file)
    assert (settings.platform, settings.left_out) == ("moodle", ("audit",))
    assert settings.late_for("moments") == Late(10, 50, 15)
    assert settings.due["moments"] == datetime(2026, 11, 20, 22, 59, 59, tzinfo=UTC)
    assert settings.due_for("ada@example.org", "moments") == datetime(
        2026, 11, 24, 22, 59, 59, tzinfo=UTC
    )
    assert settings.due_for("bo", "moments") == settings.due["moments"]
    assert main(["init"]) == 0
    assert course.file.read_text() == "\n".join(used)
    assert "was not changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("platform = 'moodel'", "expected one of moodle"),
        ("platfrom = 'moodle'", "did you mean 'platform'?"),
        ("platform = 1", "expected a text in quotes"),
        ("timezone = 'Mars'", "expected one such as Europe/Berlin"),
        ("left_out = ['adit']", "did you mean 'audit'?"),
        ("roster = 'x'", "expected a table [roster]"),
        ("[due]\nmoments = '2026-11-20'", "expected a date without quotes"),
        ("[due]\nmoment = 2026-11-20", "did you mean 'moments'?"),
        ("[extensions]\nada = 2026-11-20", "expected a table of units and dates"),
        ("[points]\nmoments = { batch_momnts = 6 }", "did you mean 'batch_moments'?"),
        ("[points]\nmomnts = { written = 6 }", "did you mean 'moments'?"),
        ("[points]\nmoments = { written = 1.5 }", "expected a whole number from 0 to 1000"),
        ("[points]\nmoments = 3", "expected a table of tasks and points"),
        ("[titles]\nmomnts = 'x'", "did you mean 'moments'?"),
        ("book = 'example.org'", "expected an address such as https://"),
        ("databse = 'x'", "did you mean 'database'?"),
        ("left_out = 'audit'", "expected a list of units"),
        ("left_out = [['audit']]", "which is no unit"),
        ("[extensions.moments]\nada = 2026-11-24", "has the unit first, expected the learner"),
        ("[roster]\nfiles = [['class.csv']]", "expected names of files in quotes"),
        ("[due]\nmoments = 0001-01-01", "expected a date of this century"),
        ("[due]\nmoments = 9999-12-31T23:00:00-23:00", "expected a date of this century"),
        ("[late]\npercent_per_day = nan", "expected a number from 0 to 1000000"),
        ("[late]\ngrace_minutes = 1e300", "expected a number from 0 to 1000000"),
        (f"left_out = {'[' * 100_000}", "cannot be read"),
        (f"left_out = [{'9' * 5_000}]", "cannot be read"),
        ("[late]\npercent_per_dya = 1", "did you mean 'percent_per_day'?"),
        ("[late]\nmost_percent = -1", "expected a number from 0"),
        ("[late.momnts]\nmost_percent = 1", "did you mean 'moments'?"),
        ("platform = ", "cannot be read"),
        ("[extensions]\nada@x.org = { moments = 2026-11-24 }", 'in quotes: "ada@x.org" ='),
        ("[extensions]\nWei Wang = { moments = 2026-11-24 }", 'in quotes: "Wei Wang" ='),
    ],
)
def test_a_fault_in_the_course_file_is_named_in_one_line(course, capsys, text, said):
    course.file.write_text(text)
    assert main(["collect", str(course.root)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert main(["doctor"]) == 1
    assert said in " ".join(capsys.readouterr().out.split())


def test_a_unit_takes_what_its_late_policy_lacks_from_that_of_all_units(course):
    course.file.write_text(
        "[late]\npercent_per_day = 10\ngrace_minutes = 15\n[late.moments]\nmost_percent = 50\n"
    )
    settings = read_settings(course.file)
    assert settings.late_for("forward") == Late(10, 100, 15)
    assert settings.late_for("moments") == Late(10, 50, 15)
    assert CourseSettings().late_for("moments") is None


@pytest.mark.parametrize(
    ("hours", "points"),
    [(0.2, 0.0), (0.3, 0.8), (24.2, 0.8), (24.3, 1.6), (100, 4.0), (1000, 4.0)],
)
def test_points_are_taken_off_for_each_day_that_has_begun(hours, points):
    late = Late(percent_per_day=10, most_percent=50, grace_minutes=15)
    assert late.points_off(8.0, timedelta(hours=hours)) == points


def test_collect_reads_platform_clock_and_zone_from_the_course_file(course, tmp_path):
    course.file.write_text("platform = 'blackboard'\ntimezone = 'Asia/Tokyo'\n")
    place = laid_out(
        tmp_path / "in", {"Lab_ana_attempt_2026-07-01-08-30-00_moments.zip": zipped("ana")}
    )
    assert main(["collect", str(place)]) == 0
    stamp = (course.submitted / "ana/moments/timestamp.txt").read_text()
    assert stamp.startswith("2026-06-30 23:30")
    course.file.write_text("platform = 'moodle'\ntimestamp_from = 'file'\n")
    assert main(["collect", str(place)]) == 1  # no name of Moodle


def test_attempts_are_listed_with_clock_and_lateness_and_can_be_chosen(course, tmp_path, capsys):
    course.file.write_text("timezone = 'UTC'\n[due]\nmoments = 2026-11-02\n")
    for number in (1, 2):
        content = zipped(str(number), time=f"2026-11-0{number + 1}T10:00:00Z")
        place = laid_out(tmp_path / str(number), {f"ada_{number}.zip": content})
        assert main(["collect", str(place)]) == 0
    capsys.readouterr()
    assert main(["attempts", "ada"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("  moments 1  2026-11-02 10:00:00 UTC  the learner's clock")
    assert second.startswith("* moments 2  2026-11-03 10:00:00 UTC")
    assert ("late" in first, "10.0 h late" in second) == (False, True)
    assert main(["attempts", "ada", "moments", "--use", "1"]) == 0
    assert "* moments 1" in capsys.readouterr().out
    assert owners(course.submitted) == {"ada/moments": "1"}
    assert main(["attempts", "ada", "moments", "--use", "newest"]) == 0
    assert owners(course.submitted) == {"ada/moments": "2"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["eve"], "not found"),
        (["../ada"], "not found"),
        (["ada", "--use", "1"], "needs the unit"),
        (["ada", "moments", "--use", "7"], "expected newest or a number from 1 to 0"),
        (["ada", "momnts"], "did you mean"),
    ],
)
def test_attempts_says_what_is_wrong_with_its_arguments(course, capsys, words, said):
    (course.submitted / "ada").mkdir(parents=True)
    assert main(["attempts", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_learner_may_be_called_by_a_name_that_only_one_person_has(course, capsys):
    (course.root / "roster.csv").write_text("id,name\nada,Ada L\nw1,Wei Wang\nw2,Wei Wang\n")
    course.file.write_text(
        "[extensions]\n'Ada L' = { moments = 2026-11-24 }\n'Wei Wang' = { moments = 2026-11-24 }\n"
    )
    said = "\n".join(doctor.examine(course))
    assert "[extensions] names Ada L: write the learner as ada" in said
    assert "[extensions] names Wei Wang: write the learner as w1 or w2" in said
    for learner in ("ada", "w1", "w2"):
        (course.submitted / learner).mkdir(parents=True)
    assert main(["attempts", "Ada L", "moments", "--use", "7"]) == 2
    assert "number from 1 to 0" in capsys.readouterr().err
    assert main(["attempts", "Wei Wang"]) == 2
    assert "w1 or w2" in capsys.readouterr().err


def test_a_course_in_which_everything_fits_has_nothing_to_look_at(course, capsys):
    main(["init"])
    (course.root / "roster.csv").write_text("id,name\nada,Ada\n")
    laid_out(course.submitted, {"ada/moments/bnlab/moments.py": b""})
    assert doctor.examine(course) == []
    assert main(["doctor"]) == 0
    assert "Everything fits." in capsys.readouterr().out


def test_doctor_names_what_does_not_fit_and_what_to_do(course):
    assert [line.partition(";")[0].rpartition("/")[2] for line in doctor.examine(course)][:1] == [
        "course.toml is missing"
    ]
    course.file.write_text(
        "left_out = ['audit']\n[due]\nmoments = 2026-11-20T12:00:00Z\n"
        "[extensions]\nghost = { moments = 2026-11-19 }\n"
    )
    (course.root / "roster.csv").write_text("id,name\nada,Ada\n=x,Eve\n")
    laid_out(course.submitted, {"bo/audit/bnlab/audit.py": b"", "ada/moments/x": b""})
    (course.root / "unmatched.csv").write_text(
        "found,platform,id,name,digest,learner,why\na.zip,folder,,,1,,x\nb.zip,folder,,,2,ada,x\n"
    )
    said = "\n".join(doctor.examine(course))
    for part in (
        "roster.csv, row 3: left out, =x begins like a formula",
        "1 learner of submitted/ is not in the roster (bo)",
        "[extensions] names ghost, who is not in the roster",
        "bo/audit: handed in, but course.toml leaves this unit out",
        "[due] has no date for audit, which was handed in",
        "the extension of ghost for moments is not later than the due date",
        "1 row of unmatched.csv without a learner",
    ):
        assert part in said
