"""Several judges give the marks of one, whatever is killed, and however often."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from bngrader.authoring.sample_class import unwritten
from bngrader.authoring.skeleton import strip
from bngrader.cli.main import main
from bngrader.cli.options import json_text
from bngrader.core import solutions
from bngrader.core.report import Report, Status
from bngrader.course.course import Course
from bngrader.course.grade import class_data, grade
from bngrader.course.journal import Journal
from bngrader.course.submissions import find
from bngrader.gradebook import converters
from bngrader.grading import shards
from bngrader.grading.jobs import Job, Settings, cores
from bngrader.grading.pool import JudgePool
from bngrader.grading.shards import Shard
from bnlab.kit.course import unit
from tests.helpers import shared_mistakes

ENDLESS = "\n\ndef batch_moments(x):\n    while True:\n        pass\n"
SECRET = shared_mistakes.SECRET
SETTING = Settings(  # confinement has tests of its own
    SECRET, shared_mistakes.folder("short limits"), tier="none", limits=(1.0, 20.0)
)


def right(name, number):
    """A right submission that no other has handed in."""
    return f"{solutions.solved(name)}\n# {number}\n"


def sources():
    """A small class: learner and unit of each submission, and the text of its module."""
    made = {(f"r{n}", name): right(name, n) for n in range(4) for name in ("scaling", "moments")}
    made |= {(f"m{n}", "moments"): solutions.mistakes("moments")[n].source for n in range(3)}
    made["n", "moments"] = strip(solutions.solved("moments"))
    made["p", "scaling"] = f"{solutions.solved('scaling')}\n\n{unwritten('standardize')}"
    made["s", "scaling"] = "x = ("
    made["u", "scaling"] = b"\xff\xfe not text"
    made["c", "moments"] = f"{solutions.solved('moments')}\nimport os\nos._exit(0)\n"
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The class on disk; one of its learners forgot the file."""
    root = tmp_path_factory.mktemp("course") / "submitted"
    for (learner, name), text in sources().items():
        place = root / learner / name / "bnlab"
        place.mkdir(parents=True)
        data = text if isinstance(text, bytes) else text.encode()
        (place / f"{name}.py").write_bytes(data)
    (root / "forgot" / "moments").mkdir(parents=True)
    return root


def text_of(graded):
    return json_text(class_data(graded))


@pytest.fixture(scope="module")
def truth(folder):
    """The class as JSON text, judged by one judge in order."""
    with JudgePool(SETTING, count=1) as pool:
        return text_of(grade(find(folder)[0], SECRET, pool.run))


@pytest.fixture(scope="module")
def pool():
    with JudgePool(SETTING, count=2) as one:
        yield one


def descendants(pid):
    """Every process below one, youngest last."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found = [pid]
    for each in found:
        found += parents.get(each, [])
    return found[1:]


def test_neither_the_number_of_judges_nor_the_order_changes_a_byte(folder, truth, pool):
    found, _ = find(folder)
    mixed = random.Random(1).sample(found, len(found))
    graded = {id(each.submission): each for each in grade(mixed, SECRET, pool.run)}
    assert text_of([graded[id(each)] for each in found]) == truth
    rows = json.loads(truth)["learners"]
    assert rows["r0"]["moments"]["points"] >= 7
    assert rows["forgot"]["moments"]["problem"] == "bnlab/moments.py is missing."
    assert rows["u"]["scaling"]["problem"] == "bnlab/scaling.py is not UTF-8 text."
    assert "mistakes" in rows["m0"]["moments"]["tasks"][0]


@pytest.mark.skipif(cores() < 2, reason="one processor: nothing to share out")
def test_judges_that_fill_the_machine_keep_to_a_processor_each_and_fewer_are_left_free():
    everywhere = os.sched_getaffinity(0)
    jobs = [Job(f"r{n}", "moments", right("moments", 900 + n)) for n in range(2 * cores())]
    for count, places in ((cores(), [{core} for core in sorted(everywhere)]), (1, [everywhere])):
        with JudgePool(SETTING, count) as one:
            assert len(list(one.run(jobs))) == len(jobs)
            for process, place in zip(one._processes, places, strict=True):
                seen = [os.sched_getaffinity(process.process.pid)]
                for pid in descendants(process.process.pid):
                    with suppress(ProcessLookupError):  # a child that has just ended
                        seen.append(os.sched_getaffinity(pid))
                assert seen == [place] * len(seen)
                assert len(seen) > 1


def test_a_stuck_submission_keeps_no_other_waiting_even_with_one_judge():
    jobs = [Job("stuck", "moments", solutions.solved("moments") + ENDLESS)]
    jobs += [Job(f"r{n}", "moments", right("moments", n)) for n in range(5)]
    limits = (20.0, 60.0)
    with JudgePool(Settings(SECRET, tier="none", limits=limits), count=1) as pool:
        order = []
        for job, _ in pool.run(jobs):
            order.append(job.learner)
            if len(order) == 5:
                break  # not the stuck one: it has another quarter of a minute
    assert order == [f"r{n}" for n in range(5)]


SLOW_IN_EVERY_CALL = """

import os, time

LEFT = [5 + os.urandom(1)[0] % 3]


def batch_moments(x):
    time.sleep(0.45)
    LEFT[0] -= 1
    if LEFT[0] <= 0:
        os._exit(0)
    raise ValueError


normalize = lambda x, mean, var, eps=1e-5: batch_moments(x)
"""


def test_four_slow_submissions_keep_the_others_waiting_for_one_deadline_at_most():
    """Each call ends in time, each process at another call, and each run in another way."""
    slow = solutions.solved("moments") + SLOW_IN_EVERY_CALL
    jobs = [Job(f"s{n}", "moments", f"{slow}# {n}\n") for n in range(4)]
    jobs += [Job(f"r{n}", "moments", right("moments", n)) for n in range(3)]
    with JudgePool(Settings(SECRET, tier="none", limits=(1.0, 5.0)), count=1) as pool:
        list(pool.run([Job("first", "moments", right("moments", 9))]))  # the judge starts
        begun = time.monotonic()
        reports = {job.learner: report for job, report in pool.run(jobs)}
        assert time.monotonic() - begun < 5.0 * 2
    assert all(report.judged for report in reports.values())
    assert [reports[f"r{n}"].points for n in range(3)] == [7, 7, 7]
    assert [reports[f"s{n}"].points for n in range(4)] == [0, 0, 0, 0]


@pytest.mark.parametrize("what", ["judge", "worker", "child"])
def test_a_process_killed_at_any_instant_is_replaced_and_costs_no_mark(folder, truth, what):
    """Kills one process while a class is judged, three times; the bytes stay those of `truth`."""
    rng, killed = random.Random(what), []

    def kill(_):
        if len(killed) == number:
            return
        judges = [each.process.pid for each in pool._processes if each.ready]
        rng.shuffle(judges)
        for judge in judges:
            below = descendants(judge)
            pids = {"judge": [judge], "worker": below[:1], "child": below[1:]}[what]
            for pid in pids[-1:]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
                    return

    found, _ = find(folder)
    # Of an endless submission there is a child for some seconds.
    endless = Job("endless", "moments", solutions.solved("moments") + ENDLESS)
    with JudgePool(SETTING, count=2) as pool:
        for number in (1, 2, 3):

            def run(jobs):
                results = pool.run([endless, *jobs])
                return ((job, report) for job, report in results if job is not endless)

            assert text_of(grade(found, SECRET, run, progress=kill)) == truth
            assert len(killed) == number


def test_a_run_that_is_killed_goes_on_where_it_was_and_leaves_no_process(folder, tmp_path):
    """The command itself is killed after a few lines of its journal, until it comes to its end."""
    rng = random.Random(7)
    environment = os.environ | {"BNGRADER_COURSE": str(tmp_path)}
    journal, grades = tmp_path / "journal.jsonl", tmp_path / "grades.json"
    command = [sys.executable, "-m", "bngrader.cli.main", "grade", str(folder), "-j", "2",
               "--i-trust-these-submissions", "--json", str(grades)]  # fmt: skip
    kills = 0
    for _ in range(3):
        before = len(journal.read_bytes().splitlines()) if journal.exists() else 0
        run = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wanted = before + rng.randint(2, 6) if kills < 2 else 10**9
        children = []
        end = time.monotonic() + 300
        while run.poll() is None:
            assert time.monotonic() < end, "the command does not end"
            children = descendants(run.pid) or children
            if journal.exists() and len(journal.read_bytes().splitlines()) >= wanted:
                run.kill()
            time.sleep(0.01)
        for _ in range(200):
            left = [pid for pid in children if _runs(pid)]
            if not left:
                break
            time.sleep(0.05)
        assert left == []
        if run.wait() == 0:
            break
        assert run.returncode == -signal.SIGKILL
        kills += 1
    assert kills == 2
    rows = [json.loads(line) for line in journal.read_bytes().splitlines()]
    names = [(row["learner"], row["unit"]) for row in rows]
    assert len(names) == len(set(names)) == len(find(folder)[0])
    again = tmp_path / "again.json"
    command[-1] = str(again)
    subprocess.run([*command, "--force"], env=environment, check=True, stdout=subprocess.DEVNULL)
    assert again.read_bytes() == grades.read_bytes()
    assert len(journal.read_bytes().splitlines()) == 2 * len(names)


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_the_journal_knows_is_not_judged_again(folder, truth, pool, tmp_path):
    found, _ = find(folder)

    def nothing(jobs):
        assert not jobs
        return iter(())

    with Journal(tmp_path / "journal") as journal:
        grade(found[:-1], SECRET, pool.run, journal)
    with Journal(tmp_path / "journal") as journal:
        assert text_of(grade(found, SECRET, pool.run, journal)) == truth
    with Journal(tmp_path / "journal") as journal:
        assert text_of(grade(found, SECRET, nothing, journal)) == truth
        with pytest.raises(AssertionError):
            grade(found, b"another secret", nothing, journal)
        with pytest.raises(AssertionError):
            grade(found, SECRET, nothing, journal, force=True)


def test_a_fault_of_the_grader_is_told_costs_one_submission_and_is_tried_again(
    folder, pool, tmp_path
):
    """The text of a module is a number: the judge fails on it."""
    jobs = [Job("x", "moments", 7), Job("r", "moments", right("moments", 1))]
    results = {job.learner: report for job, report in pool.run(jobs)}
    assert results["x"].status is Status.NOT_JUDGED
    assert results["x"].problem.startswith("the grader failed (AttributeError")
    assert results["r"].points == 7

    def failing(jobs):
        return ((job, Report.not_judged(job.unit, "the disk is full.")) for job in jobs)

    found = find(folder)[0][:1]
    with Journal(tmp_path / "journal") as journal:
        (graded,) = grade(found, SECRET, failing, journal)
    assert graded.report.status is Status.NOT_JUDGED
    assert graded.report.problem == "the disk is full."
    assert graded.report.points == 0
    with Journal(tmp_path / "journal") as journal:
        (graded,) = grade(found, SECRET, pool.run, journal)
    assert graded.report.judged


def test_shards_hold_every_submission_once_and_merge_into_the_same_bytes(
    folder, truth, pool, tmp_path
):
    found, _ = find(folder)
    paths, names = [], []
    class_names = [(each.learner, each.unit) for each in found]
    for index in (1, 2, 3):
        shard = Shard(index, 3)
        mine = [each for each in found if shard.holds(each.learner, each.unit)]
        names += [(each.learner, each.unit) for each in mine]
        data = class_data(grade(mine, SECRET, pool.run))
        paths.append(tmp_path / f"{index}.json")
        paths[-1].write_text(json_text(shards.part(data, shard, class_names, SECRET)))
    assert sorted(names) == sorted((each.learner, each.unit) for each in found)
    assert json_text(shards.merge(paths[::-1])) == truth

    def refused(problem, *some):
        with pytest.raises(ValueError, match=problem):
            shards.merge(list(some))

    refused("shard 2/3 is missing; grade it", paths[0], paths[2])
    refused("shard 1/3 is in .* and in .*, expected it once", *paths, paths[0])
    changes = {
        "secret": ("secret of .* differs", {"secret": "0" * 16}),
        "grader": ("grader of .* differs", {"grader": "0" * 64}),
        "class": ("class of .* differs", {"class": "0" * 16}),
        "count": ("is shard 3/4, expected a shard of 3", {"shard": "3/4"}),
        "place": ("which is not in shard 3/3", {"shard": "3/3"}),
    }
    other = tmp_path / "other.json"
    for problem, change in changes.values():
        data = json.loads(paths[1].read_text())
        data["part"] |= change
        other.write_text(json.dumps(data))
        refused(problem, paths[0], other)
    for text in ("", "[]", "{}", truth, '{"part": {"shard": "4/3"}}'):
        other.write_text(text)
        refused("is not the result of a shard", other)


@pytest.mark.parametrize("text", ["", "0/3", "4/3", "1", "a/b", "1/3/5", "-1/3"])
def test_a_shard_is_one_of_n(text):
    with pytest.raises(ValueError, match="expected I/N"):
        Shard.parse(text)


def test_a_result_that_cannot_be_written_leaves_what_was_there(tmp_path):
    """A folder that takes no more, as a full disk does; root is refused as well."""
    path = tmp_path / "grades.json"
    path.write_text("before")
    code = (
        "import resource, sys, pathlib; from bngrader.core.files import write_atomically; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000)); "
        "write_atomically(pathlib.Path(sys.argv[1]), 'x' * 10000)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True)
    assert "cannot be written (File too large)" in done.stderr
    assert path.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["grades.json"]


def test_a_gradebook_that_another_program_holds_is_told_in_one_line(tmp_path, capsys):
    place = tmp_path / "submitted" / "ada" / "moments" / "bnlab"
    place.mkdir(parents=True)
    (place / "moments.py").write_text(solutions.solved("moments"))
    converters.load_nbgrader(Course(tmp_path))
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as book:
        book.add_assignment(unit("moments").name)
    code = (
        "import sqlite3, sys; base = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "base.execute('begin exclusive'); print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "gradebook.db")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout.readline() == "held\n"
        assert (
            main(["grade", str(tmp_path / "submitted"), "--gradebook", "--course", str(tmp_path)])
            == 2
        )
        error = capsys.readouterr().err
        assert "is locked by another program; close that program" in error
        assert error.count("\n") == 1
    finally:
        holder.communicate("")


def test_two_courses_are_graded_by_the_command_in_one_process(tmp_path, monkeypatch):
    monkeypatch.setenv("BNGRADER_COURSE", str(tmp_path / "nobody's"))
    points = []
    for name, text in (("one", "x = 1\n"), ("two", "x = (\n")):
        course = Course(tmp_path / name)
        place = course.submitted / "ada" / "moments" / "bnlab"
        place.mkdir(parents=True)
        (place / "moments.py").write_text(text)
        words = ["grade", str(course.submitted), "--course", str(course.root), "-j", "1",
                 "--json", str(course.root / "grades.json"),
                 "--i-trust-these-submissions"]  # fmt: skip
        assert main(words) == 0
        report = json.loads((course.root / "grades.json").read_text())["learners"]["ada"]["moments"]
        points.append((report["status"], report["sandbox"]))
        assert course.journal().is_file()
    assert points == [("judged", "none"), ("not_imported", "none")]
    assert not (tmp_path / "nobody's").exists()
