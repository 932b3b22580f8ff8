"""Names of files and folders: dates in several languages, and what people put behind a name."""

from datetime import datetime

import pytest

from bngrader.course.collecting import plain
from bngrader.course.collecting.dates import date_in
from bngrader.course.collecting.nodes import Node


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Sep 24, 2024 926 PM", (2024, 9, 24, 21, 26)),
        ("Dec 5, 2024 1149 AM", (2024, 12, 5, 11, 49)),
        ("Jan 1, 2027 1200 AM", (2027, 1, 1, 0, 0)),
        ("Jan 1, 2027 1200 PM", (2027, 1, 1, 12, 0)),
        ("20 novembre 2026 13 h 22", (2026, 11, 20, 13, 22)),
        ("20 de noviembre de 2026 1322", (2026, 11, 20, 13, 22)),
        ("20. März 2026 0905", (2026, 3, 20, 9, 5)),
        ("20 févr. 2026 905", (2026, 2, 20, 9, 5)),
        ("20 mrt. 2026 13.22", (2026, 3, 20, 13, 22)),
        ("5 de ago. de 2026 1.22 p. m.", (2026, 8, 5, 13, 22)),
        ("2026-11-20 1322", (2026, 11, 20, 13, 22)),
        ("20-11-2026 1322", (2026, 11, 20, 13, 22)),
        ("2026-11-20 1-22 PM", (2026, 11, 20, 13, 22)),
        ("Wednesday, 10 June 2026, 2:14 PM", (2026, 6, 10, 14, 14)),
        ("Wednesday, September 23, 2020, 9:00 PM", (2020, 9, 23, 21, 0)),
        ("mardi 10 novembre 2026, 14:05", (2026, 11, 10, 14, 5)),
        ("maandag 9 november 2026, 14:05", (2026, 11, 9, 14, 5)),
        ("Dienstag, 10. November 2026, 08:05", (2026, 11, 10, 8, 5)),
        ("martes, 10 de noviembre de 2026, 14:05", (2026, 11, 10, 14, 5)),
    ],
)
def test_dates_of_platforms_are_read_in_several_languages(text, when):
    assert date_in(text) == datetime(*when)


@pytest.mark.parametrize(
    "text", ["", "Emil Post", "2026", "Foo 20, 2026 122 PM", "Nov 99, 2026 1 AM"]
)
def test_what_is_no_date_is_none(text):
    assert date_in(text) is None


@pytest.mark.parametrize(
    ("name", "learner", "id", "attempt"),
    [
        ("ada.zip", "ada", "", None),
        ("ada_2.zip", "ada", "", 2),
        ("ada_attempt10.zip", "ada", "", 10),
        ("wei_wang.zip", "wei_wang", "", None),
        ("wei_wang_v3.zip", "wei_wang", "", 3),
        ("ada_late_2.zip", "ada", "", 2),
        ("ada_81_moments-20261120-100000.zip", "ada", "ada_81", None),
        ("ada-moments-20261120-100000 (1).zip", "ada", "", None),
        ("Ada Lovelace.tar.gz", "Ada Lovelace", "", None),
        ("Mary Layer.zip", "Mary Layer", "", None),
        ("mary-layer.py", "mary", "", None),
        ("student_7.zip", "student_7", "", None),
        ("user_7_moments.zip", "user_7", "", None),
        ("moments-20261120-100000.zip", "", "", None),
        ("submission.zip", "", "", None),
        ("homework 3.zip", "", "", None),
    ],
)
def test_names_that_people_give_are_read_without_what_follows_them(name, learner, id, attempt):
    claim = plain.owner(Node(name, name, opened=lambda: None))
    assert (claim.learner, claim.id, claim.attempt) == (learner, id, attempt)
