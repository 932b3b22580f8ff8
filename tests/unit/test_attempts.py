"""Attempts: each is there once, the newest counts, whatever order they come in."""

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from bngrader.core.solutions import ROOT
from bngrader.course.collecting.collect import Options, collect
from bngrader.course.collecting.store import Store
from tests.helpers.downloads import MODULE, laid_out, owners, taken_from, tree, work, zipped


def day(number, hour=12):
    return datetime(2026, 11, number, hour, tzinfo=UTC)


ATTEMPTS = {
    "of receipts": {
        "cal_2.zip": (zipped("old", time="2026-11-02T10:00:00Z"), day(9)),
        "cal_1.zip": (zipped("new", time="2026-11-03T10:00:00Z"), day(8)),
    },
    "of numbers": {
        "cal_attempt9.zip": (zipped("old"), day(9)),
        "cal_attempt10.zip": (zipped("new"), day(8)),
    },
    "of files": {"cal.zip": (zipped("old"), day(8)), "week 1/cal.zip": (zipped("new"), day(9))},
    "of files, one with a receipt": {
        "cal.zip": (zipped("old", time="2026-11-02T10:00:00Z"), day(8)),
        "week 1/cal.zip": (zipped("new"), day(9)),
    },
    "of Blackboard": {
        "Lab_cal_attempt_2026-11-02-10-00-00_moments.zip": (
            zipped("old", time="2026-11-30T10:00:00Z"), day(9),
        ),
        "Lab_cal_attempt_2026-11-03-10-00-00_moments.zip": (
            zipped("new", time="2026-11-01T10:00:00Z"), day(8),
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize("case", ATTEMPTS)
def test_the_newest_attempt_counts_in_any_order_of_runs(tmp_path, case):
    trees = []
    names = list(ATTEMPTS[case])
    orders = [*itertools.permutations(names), names * 3, names[::-1] * 3]
    for number, order in enumerate(orders):
        into = tmp_path / str(number)
        for name in order:
            content, when = ATTEMPTS[case][name]
            taken_from(laid_out(tmp_path / f"in-{names.index(name)}", {name: content}, when), into)
        assert list(owners(into).values()) == ["new"]
        (learner,) = into.iterdir()
        assert len(Store(learner).attempts("moments")) == 2
        trees.append(tree(into))
    assert all(each == trees[0] for each in trees)


def test_the_same_attempt_again_changes_nothing(tmp_path, into):
    place = laid_out(tmp_path / "in", {"ada.zip": zipped("a")}, day(3))
    taken_from(place, into)
    before = tree(into)
    laid_out(place, {"ada.zip": zipped("a")}, day(5))  # downloaded once more
    lines, _ = taken_from(place, into)
    assert [str(line) for line in lines] == ["in/ada.zip: ada/moments already taken"]
    assert tree(into) == before
    assert (into / "ada/moments/timestamp.txt").read_text().startswith("2026-11-03 12:00")


def test_a_teacher_can_choose_an_attempt_and_go_back(tmp_path, into):
    for name, of, number in (("ada_1.zip", "one", 1), ("ada_2.zip", "two", 2)):
        taken_from(laid_out(tmp_path / of, {name: zipped(of)}, day(number)), into)
    store = Store(into / "ada")
    first, second = store.attempts("moments")
    store.choose("moments", first.digest)
    assert owners(into) == {"ada/moments": "one"}
    taken_from(laid_out(tmp_path / "three", {"ada_3.zip": zipped("three")}, day(3)), into)
    assert owners(into) == {"ada/moments": "one"}
    store.choose("moments", "")
    assert owners(into) == {"ada/moments": "three"}
    assert store.counts("moments").digest not in (first.digest, second.digest)


def test_what_lay_there_before_is_an_attempt_too(tmp_path, into):
    laid_out(into, {f"ada/{name}": data for name, data in work("by hand").items()})
    laid_out(into, {"ada/moments/timestamp.txt": b"2026-11-05 10:00:00 UTC\n"})
    taken_from(laid_out(tmp_path / "old", {"ada.zip": zipped("old")}, day(4)), into)
    assert owners(into) == {"ada/moments": "by hand"}
    taken_from(laid_out(tmp_path / "new", {"ada.zip": zipped("new")}, day(6)), into)
    assert owners(into) == {"ada/moments": "new"}
    assert len(Store(into / "ada").attempts("moments")) == 3


def test_an_attempt_of_another_unit_leaves_the_first_alone(tmp_path, into):
    taken_from(laid_out(tmp_path / "1", {"ada.zip": zipped("m")}), into)
    before = tree(into / "ada" / "moments")
    other = zipped("f", unit="forward", slug="03_forward")
    taken_from(laid_out(tmp_path / "2", {"ada.zip": other}), into)
    assert owners(into) == {"ada/moments": "m", "ada/forward": "f"}
    assert tree(into / "ada" / "moments") == before


def test_the_notebook_beside_its_own_zip_does_not_replace_the_whole(tmp_path, into):
    start = "Ada_5_assignsubmission_file_"
    files = {f"{start}/moments.zip": zipped("a"), f"{start}/02_moments.ipynb": b"{}"}
    lines, found = taken_from(laid_out(tmp_path / "in", files), into)
    assert found == {"5/moments": "a"}
    assert [line.kind for line in lines] == ["taken", "refused"]
    assert "beside an archive" in str(lines[1])


SLOW = """
import os, sys, time
from pathlib import Path
from bngrader.course.collecting import collect, store
real = os.replace
def slow(*names, **more):
    time.sleep(0.002)
    real(*names, **more)
os.replace = slow
place, into, table = map(Path, sys.argv[1:])
print("ready", flush=True)
collect.collect([place], into, collect.Options(unmatched=table))
"""


def test_a_run_that_is_killed_and_repeated_leaves_what_one_run_leaves(tmp_path):
    files = {f"l{n}_{a}.zip": zipped(f"{n}{a}") for n in range(4) for a in (1, 2)}
    place = laid_out(tmp_path / "in", files | {"moments.zip": zipped("?")}, day(3))
    whole, table = tmp_path / "whole", tmp_path / "whole.csv"
    collect([place], whole, Options(unmatched=table))
    rng = random.Random(7)
    stopped = 0
    for number in range(8):
        into, own = tmp_path / f"killed-{number}", tmp_path / f"killed-{number}.csv"
        for _ in range(2):
            process = subprocess.Popen(
                [sys.executable, "-c", SLOW, place, into, own], cwd=ROOT, stdout=subprocess.PIPE,
                env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
            )  # fmt: skip
            assert process.stdout.readline() == b"ready\n"
            time.sleep(rng.uniform(0, 0.12))
            process.send_signal(signal.SIGKILL)
            stopped += process.wait() == -signal.SIGKILL
            process.stdout.close()
        collect([place], into, Options(unmatched=own))
        assert tree(into) == tree(whole)
        assert own.read_bytes() == table.read_bytes()
    assert stopped
    assert not [path for path in tmp_path.rglob("*") if "partial" in path.name]


def test_a_folder_is_never_there_in_part(tmp_path, into, monkeypatch):
    place = laid_out(tmp_path / "in", {"ada.zip": zipped("new")}, day(5))
    taken_from(laid_out(tmp_path / "old", {"ada.zip": zipped("old")}, day(4)), into)
    real = os.replace

    def stops(source, target):
        real(source, target)
        if "moments" in str(target) and ".old" in str(target):
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stops)
    with pytest.raises(KeyboardInterrupt):
        collect([place], into)
    monkeypatch.undo()
    collect([place], into)
    assert owners(into) == {"ada/moments": "new"}
    assert not list((into / "ada").glob(".moments*"))
    assert (into / "ada/moments/bnlab/moments.py").read_bytes() == MODULE + b"# new\n"
