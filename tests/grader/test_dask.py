"""A cluster of separate worker processes gives the marks of one machine, whatever becomes of it."""

import os
import signal
import threading

import pytest
from distributed import Client, LocalCluster

from bngrader.classroom import cluster, course
from bngrader.classroom.engine import Engine, Setting, Unjudged, Work
from bngrader.ground import answers
from bngrader.ground.submission import Submission

SECRET = b"tests"
SETTING = Setting(SECRET, tier="none")
# Dask starts and stops processes and threads of its own, and leaves some for the end.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def dask():
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as one:
        yield one


@pytest.fixture(scope="module")
def submissions(tmp_path_factory):
    root = tmp_path_factory.mktemp("class")
    found = []
    for number in range(16):
        mistakes = answers.mistakes("moments")
        source = mistakes[number].source if number < 4 else answers.solved("moments")
        place = root / f"l{number}" / "moments" / "bnlab"
        place.mkdir(parents=True)
        (place / "moments.py").write_text(f"{source}\n# {number}\n")
        found.append(Submission(f"l{number}", "moments", place.parent))
    return found


def test_a_worker_killed_in_the_middle_changes_no_byte(dask, submissions):
    def run(works):
        killed = False
        batches = cluster.run(works, SETTING, dask.scheduler_address, batch=2)
        for number, result in enumerate(batches):
            if number >= 2 and not killed:
                with Client(dask.scheduler_address) as client:
                    pids = client.run(os.getpid)
                os.kill(sorted(pids.items())[0][1], signal.SIGKILL)
                killed = True
            yield result
        assert killed

    with Engine(SETTING, count=1) as engine:
        here = course.grade(submissions, SECRET, engine.run)
    there = course.grade(submissions, SECRET, run)
    assert course.as_text(course.as_data(there)) == course.as_text(course.as_data(here))
    assert all(each.judged for each in there)


def test_a_worker_with_another_grader_is_refused(dask, monkeypatch):
    monkeypatch.setattr(cluster, "whole_digest", lambda: "another")
    works = [Work("l", "moments", answers.solved("moments"))]
    with pytest.raises(ValueError, match="grader of a worker is another"):
        list(cluster.run(works, SETTING, dask.scheduler_address))


def test_a_scheduler_that_is_not_there_is_told_in_one_line(monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT", 1)
    with pytest.raises(ValueError, match=r"scheduler tcp://127\.0\.0\.1:9 does not answer"):
        list(cluster.run([Work("l", "moments", "x = 1")], SETTING, "tcp://127.0.0.1:9"))


def test_a_batch_that_the_cluster_loses_is_unjudged_and_not_a_mark():
    class Lost:
        def result(self):
            raise RuntimeError("killed")

    works = [Work("a", "moments", "x = 1"), Work("b", "moments", "x = 1")]
    results = list(cluster._results(Lost(), works))
    assert results == [(work, Unjudged("the cluster failed (RuntimeError)")) for work in works]


def test_each_thread_of_a_worker_has_an_engine_of_its_own():
    engines = []

    def judge():
        works = [Work("l", "moments", None, "missing.")]
        cluster.judge_batch(works, SETTING, cluster.whole_digest())
        engines.append(cluster._mine.engine)

    threads = [threading.Thread(target=judge) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert engines[0] is not engines[1]
    for engine in engines:
        engine.close()
