"""A grade is a function of the submission and the secret, and silence is never a mark."""

import json

import pytest

from bngrader import answers
from bngrader.judge import Judge
from bngrader.sandbox import Limits
from bngrader.strip import strip

SOLVED = answers.solved("moments")


def wrong(body, task="batch_moments"):
    return f"{SOLVED}\n\ndef {task}(*args, **kwargs):\n    {body}\n"


def test_the_solved_module_has_full_marks_and_the_skeleton_none(judge):
    assert judge.judge("moments", SOLVED).points == 7
    report = judge.judge("moments", strip(SOLVED))
    assert report.points == 0
    assert {v.problem for t in report.tasks for v in t.verdicts} == {"is not written yet."}
    assert not any(task.suspects for task in report.tasks)


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
def test_nonsense_earns_nothing(judge, body, task):
    report = judge.judge("moments", wrong(body, task))
    points = {each.task: each.points for each in report.tasks}
    assert points.pop(task) == 0
    assert sum(points.values()) > 0


def test_a_task_that_stalls_costs_one_deadline_and_the_other_task_keeps_its_marks():
    with Judge(b"tests", Limits(call=0.5)) as quick:
        report = quick.judge("moments", wrong("while True: pass"))
    stalled, other = report.tasks
    assert stalled.points == 0
    assert {v.problem for v in stalled.verdicts} == {"one call took longer than 0.5 s."}
    assert other.points == other.max_points


def test_a_task_that_kills_the_process_does_not_take_the_other_task_with_it(judge):
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
def test_a_file_that_cannot_be_imported_is_said_so_once(judge, source, problem):
    report = judge.judge("moments", source)
    assert report.points == 0
    assert report.problem.startswith(problem)


def test_a_long_file_is_read_to_its_end(judge):
    source = "# padding\n" * 20_000 + wrong("return None")
    assert judge.judge("moments", source).tasks[0].points == 0


def test_a_missing_file_is_worth_nothing_and_says_why(judge):
    report = judge.judge("moments", None, "bnlab/moments.py is missing.")
    assert (report.points, report.problem) == (0, "bnlab/moments.py is missing.")


def test_grading_twice_gives_the_same_bytes(judge):
    source = answers.mistakes("moments")[0].source
    one, two = (json.dumps(judge.judge("moments", source).as_json()) for _ in range(2))
    with Judge(b"tests", Limits(call=8, submission=60)) as another:
        three = json.dumps(another.judge("moments", source).as_json())
    assert one == two == three


def test_another_secret_draws_other_inputs(judge):
    each = answers.hidden_tests("moments")[0]
    first = judge._rng("moments", each, 0).normal(size=3)
    with Judge(b"other") as other:
        assert abs(first - other._rng("moments", each, 0).normal(size=3)).max() > 1e-3
    assert abs(first - judge._rng("moments", each, 1).normal(size=3)).max() > 1e-3


def test_a_known_mistake_is_named_with_its_explanation(judge):
    mistake = next(each for each in answers.mistakes("moments") if each.name == "unbiased_variance")
    task = judge.judge("moments", mistake.source).tasks[0]
    assert [each.name for each in task.suspects] == ["unbiased_variance"]
    assert task.suspects[0].hint == mistake.hint


def test_a_verdict_never_quotes_what_the_learner_raised(judge):
    report = judge.judge("moments", wrong("raise ValueError(repr(args[0]))"))
    text = json.dumps(report.as_json())
    assert "array" not in text
    assert "raises a ValueError at line" in text


def test_torchs_own_batch_norm_is_found_out(judge):
    body = (
        "import torch; import torch.nn.functional as F; "
        "return F.batch_norm(torch.tensor(args[0]), *map(torch.tensor, args[1:3]), eps=args[3] "
        "if len(args) > 3 else kwargs.get('eps', 1e-5)).numpy()"
    )
    task = judge.judge("moments", wrong(body, "normalize")).tasks[1]
    assert task.points == 0
    assert (
        task.verdicts[0].problem == "calls torch's own native_batch_norm instead of computing it."
    )
