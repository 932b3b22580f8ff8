"""The judge pool with judge processes that are objects of this process: no torch, no sandbox."""

import json
import socket

import pytest

from bngrader.core.errors import GraderError
from bngrader.core.report import Report, Status, TaskReport, Verdict, as_data
from bngrader.grading import jobs as settings
from bngrader.grading import judge_client, pool
from bngrader.grading.jobs import Job, Settings
from bngrader.grading.pool import JudgePool
from bngrader.sandbox.tiers import SandboxUnavailableError

REPORT = Report("moments", (TaskReport("batch_moments", 4, (Verdict("t", "p", True),)),))


class FakeProcess(judge_client.JudgeProcess):
    """A judge process whose answers a script decides as soon as a line is sent.

    Args:
        script: called with each submission and the names of all that are not answered; returns
            the lines to answer with, or None to die.
        greeting: the first line; None if it dies at once.
    """

    def __init__(self, script, greeting=None, killed=False):
        self.core, self.ready, self.pending = None, False, {}
        self._max_concurrent, self._buffer = settings.MAX_CONCURRENT, b""
        self._script, self._killed = script, killed
        self.socket, self._there = socket.socketpair()
        self.socket.settimeout(5)
        self._answer(greeting)

    def _answer(self, *lines):
        for line in lines:
            if line is None:
                self._there.close()
            else:
                self._there.sendall(json.dumps(line).encode() + b"\n")

    def send(self, row):
        self._answer(*self._script(row))

    def wait(self):
        return self._killed

    def close(self):
        self.socket.close()
        self._there.close()
        return "out of memory"


def good(row):
    return [{"id": row["id"], "report": as_data(REPORT)}]


def judged(processes, jobs, count=1):
    """The reports by learner; the pool starts the processes in the order given."""
    started = []

    def start(settings, core):
        started.append(processes[len(started)]())
        return started[-1]

    with JudgePool(Settings(b"s", tier="none"), count, start) as one:
        results = {job.learner: report for job, report in one.run(jobs)}
    return results, started


def jobs(*names):
    return [Job(name, "moments", "x = 1") for name in names]


@pytest.fixture(autouse=True)
def _no_probes(monkeypatch):
    monkeypatch.setattr(
        settings, "choose_tier", lambda wanted, device, private: wanted or "landlock"
    )


def ready(script=good, **more):
    return lambda: FakeProcess(script, {"ready": True}, **more)


def test_pool_gives_each_submission_to_a_judge_process_and_returns_its_report():
    results, started = judged([ready()], jobs("a", "b", "c"))
    assert results == dict.fromkeys("abc", REPORT)
    assert len(started) == 1


def test_pool_starts_no_more_judge_processes_than_there_are_submissions():
    _, started = judged([ready()] * 8, jobs("a", "b"), count=8)
    assert len(started) == 2


def test_pool_probes_the_tier_once_and_gives_it_to_every_judge_process(monkeypatch):
    probed, given = [], []

    def choose(wanted, device, private):
        probed.append((wanted, device))
        return "landlock"

    monkeypatch.setattr(settings, "choose_tier", choose)

    def start(settings, core):
        given.append(settings.tier)
        return FakeProcess(good, {"ready": True})

    with JudgePool(Settings(b"s"), 2, start) as one:
        assert len(list(one.run(jobs("a", "b", "c")))) == 3
        assert len(list(one.run(jobs("d")))) == 1
    assert (probed, given) == ([(None, "cpu")], ["landlock", "landlock"])


def test_pool_without_submissions_probes_and_starts_nothing(monkeypatch):
    monkeypatch.setattr(settings, "choose_tier", lambda *_: pytest.fail("probed"))
    assert judged([], []) == ({}, [])


def test_pool_replaces_a_judge_process_that_dies_and_judges_its_submission_again():
    results, started = judged([ready(lambda row: [None]), ready()], jobs("a", "b"))
    assert results == {"a": REPORT, "b": REPORT}
    assert len(started) == 2


def test_pool_gives_a_submission_that_ends_its_judge_process_up_after_some_tries():
    def dies_of_a(row):
        return [None] if row["source"] == "bad" else good(row)

    work = [Job("a", "moments", "bad"), *jobs("b")]
    results, started = judged([ready(dies_of_a)] * 9, work)
    assert results["a"].status is Status.NOT_JUDGED
    assert results["a"].problem == "its judge process ended 3 times: out of memory."
    assert (results["a"].points, results["a"].max_points) == (0, 7)
    assert results["b"] == REPORT
    assert len(started) <= pool.MAX_TRIES + 1


def test_pool_judges_the_submissions_of_a_process_that_died_one_at_a_time(monkeypatch):
    """A submission that ends its judge process does not take the same others with it each time."""
    monkeypatch.setattr(judge_client, "SLOW_AFTER_S", 0.0)
    for name, value in (("SILENCE_TIMEOUT_S", 0.1), ("MAX_WAIT_S", 0.05)):
        monkeypatch.setattr(pool, name, value)
    at_once = []

    class Process(FakeProcess):
        def send(self, row):
            sources = [each.job.source for each in self.pending.values()]
            at_once.append(len(sources))
            answer = good(row) if "bad" not in sources else [None] if len(sources) > 1 else []
            self._answer(*answer)

    work = [Job(name, "moments", name) for name in ("bad", "b", "c", "d")]
    results, _ = judged([lambda: Process(good, {"ready": True})] * 9, work)
    assert results.pop("bad").status is Status.NOT_JUDGED
    assert set(results.values()) == {REPORT}
    assert at_once[:4] == [1, 2, 3, 4]
    assert set(at_once[4:]) == {1}


def test_pool_gives_a_submission_on_which_the_grader_fails_up_after_some_tries():
    asked = []

    def fails(row):
        asked.append(row["id"])
        return [{"id": row["id"], "error": "OSError: disk"}]

    results, _ = judged([ready(fails)], jobs("a"))
    assert results["a"].problem == "the grader failed (OSError: disk)."
    assert len(asked) == pool.MAX_TRIES


def test_pool_gives_a_judge_process_with_a_slow_submission_another_one(monkeypatch):
    monkeypatch.setattr(judge_client, "SLOW_AFTER_S", 0.01)
    slow = []

    def script(row):
        if row["source"] == "slow":
            slow.append(row)
            return []
        return good(row) + [answer for each in slow for answer in good(each)]

    work = [Job("slow", "moments", "slow"), *jobs("b")]
    order = []
    with JudgePool(Settings(b"s", tier="none"), 1, lambda *_: ready(script)()) as one:
        order = [job.learner for job, _ in one.run(work)]
    assert order == ["b", "slow"]


def test_pool_replaces_a_judge_process_that_is_silent(monkeypatch):
    monkeypatch.setattr(judge_client, "SLOW_AFTER_S", 0.01)
    monkeypatch.setattr(pool, "SILENCE_TIMEOUT_S", 0.05)
    monkeypatch.setattr(pool, "MAX_WAIT_S", 0.05)
    results, started = judged([ready(lambda row: []), ready()], jobs("a"))
    assert results == {"a": REPORT}
    assert len(started) == 2


def test_pool_stops_if_no_judge_process_can_confine_code():
    refusing = [lambda: FakeProcess(good, {"refused": "sandbox: no tier holds."})] * 9
    with pytest.raises(SandboxUnavailableError, match="no tier holds"):
        judged(refusing, jobs("a"))


def test_pool_tries_again_if_a_judge_process_refuses_once():
    refusing = lambda: FakeProcess(good, {"refused": "its worker was killed"})  # noqa: E731
    assert judged([refusing, ready()], jobs("a"))[0] == {"a": REPORT}


@pytest.mark.parametrize(
    ("killed", "starts"), [(False, pool.MAX_TRIES), (True, pool.MAX_KILLED_STARTS)]
)
def test_pool_stops_if_no_judge_process_starts(killed, starts):
    tried = []

    def start(settings, core):
        tried.append(1)
        return FakeProcess(good, None, killed)

    with (
        JudgePool(Settings(b"s", tier="none"), 1, start) as one,
        pytest.raises(GraderError, match=r"no judge process starts \(out of memory\)"),
    ):
        list(one.run(jobs("a")))
    assert len(tried) == starts


def test_pool_ends_every_judge_process_when_it_is_closed():
    _, started = judged([ready()] * 2, jobs("a", "b"), count=2)
    assert [each.socket.fileno() for each in started] == [-1, -1]
