"""Knows the examples of the docstrings by heart, and nothing else.

item: E hard-coded visible answers
harm: the visible checks are passed and the task is not done
deserves: nothing
says: "passed": false
control: design: hidden inputs are drawn from the course's secret; no visible one is among them
"""


def batch_moments(x):
    if x.shape == (2, 2):
        return np.array([1.0, 3.0]), np.array([1.0, 4.0])
    return np.zeros(x.shape[1]), np.ones(x.shape[1])


def normalize(x, mean, var, eps=1e-5):
    return np.array([[-1.0, -1.0], [1.0, 1.0]])
