"""A grader with the learner's code, the reference and the assertions in one process.

Run as `python unsafe_grader.py FILE` on a module `moments`; exit code 0 means that it passed.
It is the control of the attacks that forge a verdict from inside.
"""

import sys

import numpy as np


def reference(x):
    return x.mean(axis=0), x.var(axis=0)


def check(batch_moments):
    np.random.seed(0)
    x = np.random.normal(size=(8, 3))
    got = batch_moments(x)
    want = reference(x)
    assert np.allclose(got[0], want[0])
    assert np.allclose(got[1], want[1])


if __name__ == "__main__":
    learner = {"__name__": "learner"}
    with open(sys.argv[1], encoding="utf-8") as file:
        exec(compile(file.read(), "learner", "exec"), learner)
    check(learner["batch_moments"])
