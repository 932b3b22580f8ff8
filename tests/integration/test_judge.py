"""A grade is a function of the submission and the secret, and silence is never a mark."""

import copy
import json
import signal
import time

import pytest

from bngrader.authoring.skeleton import strip
from bngrader.core import solutions
from bngrader.core.report import as_data
from bngrader.judging.judge import Judge
from bngrader.judging.run import Run
from bngrader.sandbox.sandbox import Limits
from bnlab.kit.testing import properties
from tests.helpers.shared_mistakes import SECRET

SOLVED = solutions.solved("moments")


def wrong(body, task="batch_moments"):
    return f"{SOLVED}\n\ndef {task}(*args, **kwargs):\n    {body}\n"


def test_judge_gives_the_reference_all_points_and_the_skeleton_none(judge):
    assert judge.judge("moments", SOLVED).points == 7
    report = judge.judge("moments", strip(SOLVED))
    assert report.points == 0
    assert {v.problem for t in report.tasks for v in t.verdicts} == {"is not written yet."}
    assert not any(task.mistakes for task in report.tasks)


@pytest.mark.parametrize(
    "body",
    [
        "return None",
        "return 0.0",
        "return args[0], args[0]",
        "return np.zeros(3), np.zeros(3)",
        "return args",
        "raise ValueError",
        "return 'nan'",
        "return np.full(5, np.nan), np.full(5, np.nan)",
        "return float('inf')",
        "import sys; sys.exit(0)",
    ],
)
@pytest.mark.parametrize("task", ["batch_moments", "normalize"])
def test_judge_gives_nonsense_no_points(judge, body, task):
    report = judge.judge("moments", wrong(body, task))
    points = {each.task: each.points for each in report.tasks}
    assert points.pop(task) == 0
    assert sum(points.values()) > 0


def test_judge_waits_once_for_a_task_that_hangs_and_grades_the_other():
    with Judge(SECRET, Limits(call_s=0.5)) as quick:
        report = quick.judge("moments", wrong("while True: pass"))
    stalled, other = report.tasks
    assert stalled.points == 0
    assert {v.problem for v in stalled.verdicts} == {"one call took longer than 0.5 s."}
    assert other.points == other.max_points


SLOW_AND_RANDOM = """
import os
import time

LEFT = [4 + os.urandom(1)[0] % 3]


def slow(*args, **kwargs):
    time.sleep(0.45)
    LEFT[0] -= 1
    if LEFT[0] <= 0:
        os._exit(0)
    raise ValueError


time.sleep(0.45)
conv_block = evaluate = paired_interval = slow
"""


def test_judge_gives_a_submission_one_deadline_over_all_children_and_runs():
    """Each call ends in time, and the process ends at another call each time."""
    with Judge(SECRET, Limits(call_s=0.5, submission_s=4)) as judge:
        judge.warm_up()
        begun = time.monotonic()
        report = judge.judge("placement", SLOW_AND_RANDOM)
        assert time.monotonic() - begun < 6
    assert report.judged
    assert report.points == 0
    said = [verdict.problem for task in report.tasks for verdict in task.verdicts]
    assert "the whole submission took longer than 4 s." in said


def test_judge_grades_the_other_task_if_one_kills_the_process(judge):
    report = judge.judge("moments", wrong("import os; os._exit(0)", "normalize"))
    assert [task.points for task in report.tasks] == [4, 0]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("x = (", "your file cannot be imported: SyntaxError (line 1)."),
        ("import nothing_like_it", "your file cannot be imported: ModuleNotFoundError (line 1)."),
        ("import os; os._exit(1)", "your file cannot be imported: the process ended by itself"),
        ("", ""),
    ],
)
def test_report_says_that_a_file_cannot_be_imported(judge, source, problem):
    report = judge.judge("moments", source)
    assert report.points == 0
    assert report.problem.startswith(problem)


def test_judge_reads_a_long_file_to_its_end(judge):
    source = "# padding\n" * 20_000 + wrong("return None")
    assert judge.judge("moments", source).tasks[0].points == 0


def test_report_on_a_missing_file_says_why(judge):
    report = judge.judge("moments", None, "bnlab/moments.py is missing.")
    assert (report.points, report.problem) == (0, "bnlab/moments.py is missing.")


def test_report_has_the_same_bytes_every_time(judge):
    source = solutions.mistakes("moments")[0].source
    one, two = (json.dumps(as_data(judge.judge("moments", source))) for _ in range(2))
    with Judge(SECRET, Limits(call_s=8, submission_s=60)) as another:
        three = json.dumps(as_data(another.judge("moments", source)))
    assert one == two == three


def drawn(judge, monkeypatch, source):
    """What each hidden test drew first, in order, while a submission was judged."""
    seen = []

    def noting(perform):
        def noted(each, learner, rng):
            seen.append((each.name, float(copy.deepcopy(rng).normal())))
            return perform(each, learner, rng)

        return noted

    with monkeypatch.context() as patch:
        for name in ("run_property", "record_property"):
            patch.setattr(f"bngrader.judging.run.{name}", noting(getattr(properties, name)))
        judge.judge("moments", source)
    return seen


def test_hidden_inputs_differ_between_submissions_and_are_reproducible(judge, monkeypatch):
    tests = len(solutions.hidden_tests("moments"))
    one, again = (drawn(judge, monkeypatch, SOLVED) for _ in range(2))
    other = drawn(judge, monkeypatch, SOLVED + "\n# another learner\n")
    assert one == again
    assert len(one) == tests
    assert len({value for _, value in one + other}) == 2 * tests
    with Judge(b"another secret") as other_judge:
        assert not set(one) & set(drawn(other_judge, monkeypatch, SOLVED))


def test_judge_runs_a_failed_task_again_on_fixed_inputs(judge, monkeypatch):
    tests = [each.name for each in solutions.hidden_tests("moments")]
    lost = [each.name for each in solutions.hidden_tests("moments") if each.task == "batch_moments"]
    judge.judge("moments", wrong("return x.mean(axis=0), x.mean(axis=0)"))  # the cache is full now
    bodies = ("return x.mean(axis=0), x.std(axis=0)", "return x.mean(axis=0), None")
    one, other = (
        drawn(judge, monkeypatch, f"{SOLVED}\n\ndef batch_moments(x):\n    {body}\n")
        for body in bodies
    )
    for seen in (one, other):
        assert [name for name, _ in seen] == tests + lost
    assert one[len(tests) :] == other[len(tests) :]
    assert not set(one[: len(tests)]) & set(other[: len(tests)])


def test_judge_reads_its_mistake_cache_until_the_file_is_damaged(tmp_path, monkeypatch):
    source = solutions.mistakes("moments")[0].source
    with Judge(SECRET, cache_dir=tmp_path) as first:
        report = as_data(first.judge("moments", source))
    (file,) = [path for path in tmp_path.iterdir() if not path.name.startswith(".")]
    content = file.read_bytes()
    with Judge(SECRET, cache_dir=tmp_path) as second, monkeypatch.context() as patch:
        patch.setattr(Judge, "_known", lambda *_: pytest.fail("the cache was not read"))
        assert as_data(second.judge("moments", source)) == report
    for damaged in (content[:-9], b"", content.replace(b"mistakes", b"mistaken")):
        file.write_bytes(damaged)
        with Judge(SECRET, cache_dir=tmp_path) as third:
            assert as_data(third.judge("moments", source)) == report
        assert file.read_bytes() == content
    with Judge(b"another secret", cache_dir=tmp_path) as other:
        other.judge("moments", source)
    assert file.read_bytes() != content


def test_the_time_of_a_submission_cuts_off_none_of_the_known_mistakes(judge):
    with Judge(SECRET, Limits(call_s=8, submission_s=0.05)) as hurried:
        known = hurried.known("scaling", "standardize")
    assert known.failed == judge.known("scaling", "standardize").failed


def test_a_kill_while_the_mistakes_are_run_hides_no_mistake(monkeypatch):
    with Judge(SECRET, tier="none") as undisturbed:
        want = undisturbed.known("moments", "normalize")
    loads = []

    def load(self, source):
        real(self, source)
        loads.append(source)
        if loads.count(source) == 1 and len(loads) % 3 == 0:
            signal.pidfd_send_signal(self._channel._channel._pidfd, signal.SIGKILL)

    real = Run.load
    monkeypatch.setattr(Run, "load", load)
    with Judge(SECRET, tier="none") as judge:
        assert judge.known("moments", "normalize") == want
    assert len(loads) > len(set(loads))


@pytest.mark.parametrize("times", [1, 2])
def test_judge_takes_no_marks_for_a_process_killed_from_outside(judge, monkeypatch, times):
    """What a learner's own code did not do happens once or twice; what it did happens again."""
    killed = []

    def run_property(each, learner, rng):
        if len(killed) < times and each.task == "normalize":
            killed.append(each)
            signal.pidfd_send_signal(learner._channel._channel._pidfd, signal.SIGKILL)
        return properties.run_property(each, learner, rng)

    monkeypatch.setattr("bngrader.judging.run.run_property", run_property)
    assert judge.judge("moments", SOLVED + "\n# killed\n").points == 7
    assert len(killed) == times


def test_report_names_a_known_mistake_with_its_hint(judge):
    mistake = next(
        each for each in solutions.mistakes("moments") if each.name == "unbiased_variance"
    )
    task = judge.judge("moments", mistake.source).tasks[0]
    assert [each.name for each in task.mistakes] == ["unbiased_variance"]
    assert task.mistakes[0].hint == mistake.hint


def test_verdict_does_not_quote_an_exception(judge):
    report = judge.judge("moments", wrong("raise ValueError(repr(args[0]))"))
    text = json.dumps(as_data(report))
    assert "array" not in text
    assert "raises a ValueError at line" in text


def test_judge_allows_normalizations_of_torch_at_import(judge):
    compare = "F.batch_norm(torch.rand(4, 3, 2, 2), None, None, training=True)"
    solved = solutions.solved("channels")
    source = f"{solved}\n\nF = torch.nn.functional\nassert {compare}.shape[1] == 3\n"
    report = judge.judge("channels", source)
    assert report.points == report.max_points
    # What torch gave back at import is no way to use it later.
    saved = "original = F.batch_norm\n\n\ndef batch_norm_2d(x, weight, bias, eps=1e-5):\n"
    saved += "    return original(x, None, None, weight, bias, training=True, eps=eps)\n"
    after = judge.judge("channels", f"{source}\n{saved}")
    assert after.points < report.points
    assert "torch's own" in str(as_data(after))


def test_judge_refuses_the_batch_norm_of_torch(judge):
    body = "return torch.nn.functional.batch_norm(args[0], None, None, *args[1:3], training=True)"
    source = f"{solutions.solved('channels')}\n\ndef batch_norm_2d(*args):\n    {body}\n"
    task = judge.judge("channels", source).tasks[1]
    assert task.points == 0
    assert task.verdicts[0].problem == "calls torch's own batch_norm instead of computing it."


def test_judge_says_that_a_unit_in_numpy_has_no_other_library(judge):
    for library in ("torch", "scipy.stats", "sklearn"):
        report = judge.judge("moments", wrong(f"import {library}"))
        assert report.tasks[0].points == 0
        assert report.tasks[1].full
        said = report.tasks[0].verdicts[0].problem
        assert said.startswith("raises a ModuleNotFoundError at line")
        assert "This unit is written in NumPy" in said


@pytest.mark.parametrize(
    "text",
    [
        "import torch\nimport torch.nn.functional as F\n",
        "from scipy.stats import zscore as F\n",
        "try:\n    import torch as F\nexcept ImportError:\n    F = None\n",
    ],
)
def test_a_library_that_is_imported_costs_only_the_task_that_uses_it(judge, text):
    solved = SOLVED.replace("from __future__ import annotations\n", "")
    assert judge.judge("moments", text + solved).points == 7
    uses = f"{text}{solved}\n\ndef normalize(x, mean, var, eps=1e-5):\n    return F.layer_norm(x)\n"
    first, second = judge.judge("moments", uses).tasks
    assert first.full
    assert second.points == 0
    if "try" not in text:
        assert "This unit is written in NumPy" in second.verdicts[0].problem
