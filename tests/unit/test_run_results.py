"""What a run keeps of the results of a submission, and says of their dtypes."""

import pickle

import pytest

from bngrader.judging.lock import JudgeLock
from bngrader.judging.run import Run
from bnlab.kit.testing.properties import End
from tests.unit.fakes import FakeSandbox
from tests.unit.test_run import FIRST, SECOND, SOURCE, outcomes

RESULTS = {
    "one array": "np.zeros(2**21)",
    "many arrays": "[np.zeros(2**14) for _ in range(200)]",
    "arrays by name": "{str(k): np.zeros(2**14) for k in range(200)}",
    "a text": "'x' * 2**20",
}


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
def test_the_results_that_are_kept_for_the_diagnosis_take_little_memory(result):
    source = f"import numpy as np\n\ndef batch_moments(x):\n    return {result}\n"
    with Run(FakeSandbox(), JudgeLock(), "moments", source) as run:
        found = run.record_tests([FIRST, SECOND], b"key") + run.run_tests([FIRST, SECOND], b"key")
    assert [each.end for each in found] == [End.MISMATCH] * 4
    assert len(pickle.dumps([(each.calls, vars(each.error)) for each in found])) < 2**12


def test_the_small_results_are_kept_for_the_diagnosis():
    with Run(FakeSandbox(), JudgeLock(), "moments", SOURCE) as run:
        (found,) = run.record_tests([FIRST], b"key")
    assert found.calls[0].result.shape == (2,)


@pytest.mark.parametrize(
    ("dtype", "words"),
    [
        ("longdouble", "mean has dtype float128, expected float64."),
        ("complex128", "mean has dtype complex128, expected float64."),
        (">f8", "mean has dtype >f8, expected float64."),
        ("O", "mean has dtype object, expected float64."),
        ("U8", "mean has dtype str, expected float64."),
        ("V8", "mean has dtype void, expected float64."),
        ("M8[ns]", "mean has dtype datetime64, expected float64."),
        ([("inputs_of_the_test", "f8")], "mean has dtype void, expected float64."),
    ],
)
def test_an_array_of_an_odd_dtype_is_called_by_it(dtype, words):
    source = (
        f"import numpy as np\n\ndef batch_moments(x):\n    return x.mean(0).astype({dtype!r})\n"
    )
    (found, *_), _ = outcomes(FakeSandbox(), source)
    assert found.failure == words
