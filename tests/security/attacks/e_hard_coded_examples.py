"""Returns hard-coded results for the examples of the docstrings.

item: E hard-coded visible answers
harm: the public checks pass and the task is not done
deserves: nothing
says: "passed": false
control: by_design: hidden inputs are drawn from the course secret, and public inputs are not among
    them
"""


def batch_moments(x):
    if x.shape == (2, 2):
        return np.array([1.0, 3.0]), np.array([1.0, 4.0])
    return np.zeros(x.shape[1]), np.ones(x.shape[1])


def normalize(x, mean, var, eps=1e-5):
    return np.array([[-1.0, -1.0], [1.0, 1.0]])
