"""Downloads of platforms that no rule of `--from` names, or whose names no platform made."""

from __future__ import annotations

import pytest

from bngrader.course.collecting.collect import Options, collect
from bngrader.course.roster import Person, Roster
from tests.helpers.downloads import (
    assert_the_law,
    laid_out,
    loose,
    owners,
    packed,
    taken_from,
    zipped,
)

SAKAI = "Moments/{}({})/"
SENT = "Submission attachment(s)/"
INBOUND = "{}+moments+2026-11-20 {}:00:00.000000 UTC+f3a/"
BLACKBOARD = "HW_2_{}_attempt_2026-11-{}-13-22-10"

LAYOUTS: dict[str, tuple[dict[str, bytes], list[str], int]] = {
    "sakai-loose-files-texts-and-a-group": (
        {
            "Moments/grades.csv": b'"Moments","Points"\n',
            SAKAI.format("Lovelace, Ada", "ada") + "timestamp.txt": b"2026-11-20T13:22:10Z",
            SAKAI.format("Lovelace, Ada", "ada") + "comments.txt": b"",
            **loose("a", SAKAI.format("Lovelace, Ada", "ada") + SENT),
            "Moments/Li, Bo(bo); Doe, Cy(cy)/timestamp.txt": b"2026-11-20T13:22:10Z",
            f"Moments/Li, Bo(bo); Doe, Cy(cy)/{SENT}moments.zip": zipped("bc"),
            SAKAI.format("Wang, Wei", "ww1") + f"{SENT}moments.zip": zipped("w1"),
            SAKAI.format("Wang, Wei", "ww2") + f"{SENT}moments.zip": zipped("w2"),
        },
        ["a", "bc", "bc", "w1", "w2"], 0,
    ),
    "sakai-flat": (
        {
            f"Moments/Lovelace, Ada(ada)_{SENT[:-1]}_moments.zip": zipped("a"),
            "Moments/Lovelace, Ada(ada)_comments.txt": b"",
            f"Moments/Li, Bo(bo)_{SENT[:-1]}_moments.zip": zipped("b"),
        },
        ["a", "b"], 0,
    ),
    "sakai-anonymous": (
        {
            f"Moments/{n}{n * 7}-0000-4000-8000-{n * 12} Anonymous/{rest}": content
            for n in "ab"
            for rest, content in (
                ("timestamp.txt", b"2026-11-20T13:22:10Z"), (f"{SENT}moments.zip", zipped(n)),
            )
        },
        ["a", "b"], 0,
    ),
    "schoology-revisions": (
        {
            **{
                f"Castro, Marianna - s486002/Revision {n} - On time/moments.zip": zipped(f"m{n}")
                for n in (1, 2, 10)
            },
            **loose("n1", "Lesniak, Nick - s498783/Revision 1 - On time/"),
            **loose("n2", "Lesniak, Nick - s498783/Revision 2 - Late/"),
        },
        ["m10", "n2"], 0,
    ),
    "teams-versions-without-receipts": (
        {
            **{
                f"Submitted files/Ada Lovelace/Moments/Version {n}/m.zip": zipped(f"a{n}")
                for n in range(1, 12)
            },
            "Submitted files/Bo Li/Moments/m.zip": zipped("b"),
        },
        ["a11", "b"], 0,
    ),
    "nbgrader-inbound": (
        {
            **loose("old", INBOUND.format("ada", 10)),
            **loose("new", INBOUND.format("ada", 12)),
            **loose("b", INBOUND.format("bo", 11)),
        },
        ["new", "b"], 0,
    ),
    "nbgrader-submitted": (
        {**loose("a", "submitted/ada/moments/"), **loose("b", "submitted/bo/moments/")},
        ["a", "b"], 0,
    ),
    "file-requests": (
        {"Ada Lovelace - moments.zip": zipped("a"), "Li Bo - 20261120 - Moments.zip": zipped("b")},
        ["a", "b"], 0,
    ),
    "blackboard-one-text-for-two-attempts": (
        {
            f"{BLACKBOARD.format('ada_l', 20)}_moments.zip": zipped("old"),
            f"{BLACKBOARD.format('ada_l', 21)}_moments.zip": zipped("new"),
            f"{BLACKBOARD.format('ada_l', 21)}.txt": b"Name: Ada Lovelace (ada_l)\n",
            f"{BLACKBOARD.format('bo', 21)}_moments.zip": zipped("b"),
        },
        ["new", "b"], 0,
    ),
    "numbered-people-of-one-name": (
        {f"x_{n}.zip": zipped(str(n)) for n in range(1, 5)}, [], 4,
    ),
    "numbered-people-of-two-names": (
        {f"{name}_{n}.zip": zipped(f"{name}{n}") for name in ("red", "blue") for n in (1, 2, 3)},
        [], 6,
    ),
    "attempts-of-some": (
        {
            "ada_1.zip": zipped("old"), "ada_2.zip": zipped("a"), "bo.zip": zipped("b"),
            "cy_attempt1.zip": zipped("old"), "cy_attempt2.zip": zipped("c"),
        },
        ["a", "b", "c"], 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_a_download_of_another_platform_is_taken_with_nobody_merged(tmp_path, name):
    assert_the_law(tmp_path, *LAYOUTS[name])


@pytest.mark.parametrize("name", ["nbgrader-submitted", "file-requests", "schoology-revisions"])
def test_a_zip_of_a_class_that_is_given_by_itself_is_opened(tmp_path, name):
    files, marks, _ = LAYOUTS[name]
    laid_out(tmp_path, {"submissions.zip": packed(files)})
    lines, found = taken_from(tmp_path / "submissions.zip", tmp_path / "into")
    assert sorted(found.values()) == sorted(marks), [*map(str, lines)]


def test_a_zip_of_a_learner_in_which_names_lie_is_not_taken_apart(tmp_path):
    inner = {"ada.zip": zipped("a"), "bo.zip": zipped("b")}
    laid_out(tmp_path, {"all/eve.zip": packed(inner)})
    lines, found = taken_from(tmp_path / "all" / "eve.zip", tmp_path / "into")
    assert not found
    assert "name several people" in str(lines[0])
    lines, found = taken_from(tmp_path / "all", tmp_path / "into")
    assert not found
    assert "name several people" in str(lines[0])


def _roster(*people: tuple[str, str, str]) -> Roster:
    return Roster(
        tuple(
            Person(learner, (name, " ".join(reversed(name.split()))), frozenset({learner, id}))
            for learner, name, id in people
        )
    )


CLASS = _roster(
    ("ada@x.org", "Ada Lovelace", "s486002"), ("bo@x.org", "Bo Li", "4712"),
    ("x_1", "Xu One", "x_1"), ("x_2", "Xu Two", "x_2"), ("x_3", "Xu Three", "x_3"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("files", "learners"),
    [
        ({"moments - Ada Lovelace.zip": "a", "moments 1_Bo Li.zip": "b"}, "ada@x.org bo@x.org"),
        ({"moments - Zed Zed.zip": "z", "moments-final.zip": "f"}, ""),
        ({"Ada L. - s486002/m.zip": "a", "Bo Li - 999/m.zip": "b"}, "ada@x.org bo@x.org"),
        ({f"x_{n}.zip": str(n) for n in (1, 2, 3)}, "x_1 x_2 x_3"),
        ({f"4712_{n}.zip": str(n) for n in range(1, 8)}, "bo@x.org"),
    ],
)
def test_what_a_name_may_mean_is_taken_if_the_roster_confirms_it(tmp_path, files, learners):
    laid_out(tmp_path / "inbox", {name: zipped(of) for name, of in files.items()})
    options = Options(roster=CLASS, unmatched=tmp_path / "unmatched.csv")
    collect([tmp_path / "inbox"], tmp_path / "into", options)
    assert sorted(owners(tmp_path / "into")) == [f"{each}/moments" for each in learners.split()]


def test_the_number_of_an_attempt_is_said(tmp_path):
    laid_out(tmp_path / "inbox", {"ada_1.zip": zipped("1"), "ada_2.zip": zipped("2")})
    lines, _ = taken_from(tmp_path / "inbox", tmp_path / "into")
    assert all("its number is read as that of an attempt" in str(line) for line in lines)
