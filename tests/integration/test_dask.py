"""A cluster of separate worker processes gives the marks of one machine, whatever becomes of it."""

import os
import signal
import socket
import threading
import time

import pytest
from distributed import Client, LocalCluster

from bngrader.core import solutions
from bngrader.core.report import Report, Status
from bngrader.course.grade import class_data, grade
from bngrader.course.submissions import Submission
from bngrader.grading import dask_cluster
from bngrader.grading.jobs import Job, Settings
from bngrader.grading.pool import JudgePool
from tests.helpers import shared_mistakes

SECRET = shared_mistakes.SECRET
SETTING = Settings(SECRET, shared_mistakes.folder(), tier="none")
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
        mistakes = solutions.mistakes("moments")
        source = mistakes[number].source if number < 4 else solutions.solved("moments")
        place = root / f"l{number}" / "moments" / "bnlab"
        place.mkdir(parents=True)
        (place / "moments.py").write_text(f"{source}\n# {number}\n")
        found.append(Submission(f"l{number}", "moments", place.parent))
    return found


def test_a_worker_killed_in_the_middle_changes_no_byte(dask, submissions):
    def run(jobs):
        killed = False
        batches = dask_cluster.run(jobs, SETTING, dask.scheduler_address, batch=2)
        for number, result in enumerate(batches):
            if number >= 2 and not killed:
                with Client(dask.scheduler_address) as client:
                    pids = client.run(os.getpid)
                os.kill(sorted(pids.items())[0][1], signal.SIGKILL)
                killed = True
            yield result
        assert killed

    with JudgePool(SETTING, count=1) as pool:
        here = grade(submissions, SECRET, pool.run)
    there = grade(submissions, SECRET, run)
    assert class_data(there) == class_data(here)
    assert all(each.report.judged for each in there)


def test_a_worker_with_another_grader_is_refused(dask, monkeypatch):
    monkeypatch.setattr(dask_cluster, "whole_digest", lambda: "another")
    jobs = [Job("l", "moments", solutions.solved("moments"))]
    with pytest.raises(ValueError, match="a worker runs another version of the grader"):
        list(dask_cluster.run(jobs, SETTING, dask.scheduler_address))


def test_a_scheduler_that_is_not_there_is_told_in_one_line(monkeypatch):
    monkeypatch.setattr(dask_cluster, "CONNECT_TIMEOUT_S", 1)
    with pytest.raises(ValueError, match=r"scheduler tcp://127\.0\.0\.1:9 does not answer"):
        list(dask_cluster.run([Job("l", "moments", "x = 1")], SETTING, "tcp://127.0.0.1:9"))


def test_a_batch_that_the_cluster_loses_is_unjudged_and_not_a_mark():
    class Lost:
        def result(self):
            raise RuntimeError("killed")

    jobs = [Job("a", "moments", "x = 1"), Job("b", "moments", "x = 1")]
    results = list(dask_cluster._results(Lost(), jobs))
    problem = "the cluster failed (RuntimeError)."
    assert results == [(job, Report.not_judged("moments", problem)) for job in jobs]
    assert {report.status for _, report in results} == {Status.NOT_JUDGED}


def test_each_thread_of_a_worker_has_a_judge_pool_of_its_own():
    pools = []

    def judge():
        jobs = [Job("l", "moments", None, "missing.")]
        dask_cluster.judge_batch(jobs, SETTING, dask_cluster.whole_digest())
        pools.append(dask_cluster._local.pool)

    threads = [threading.Thread(target=judge) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert pools[0] is not pools[1]
    for each in pools:
        each.close()


def test_a_scheduler_that_accepts_and_is_silent_is_told_in_one_line(monkeypatch):
    monkeypatch.setattr(dask_cluster, "CONNECT_TIMEOUT_S", 1)
    monkeypatch.setattr(dask_cluster, "GRACE_S", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        begun = time.monotonic()
        with pytest.raises(ValueError, match="does not answer") as told:
            list(dask_cluster.run([Job("ada", "moments", "x = 1")], SETTING, address))
        assert time.monotonic() - begun < 20
    assert str(told.value).startswith(f"cluster: scheduler {address} does not answer")
