"""Sets its input to zero in place, and returns what would be right for zeros.

item: A changing inputs in place
harm: the truth is computed from what the learner left
deserves: batch_moments 0, normalize 3
says: "problem": "mean is wrong
control: stock
"""


def batch_moments(x):
    x[:] = 0
    return np.zeros(x.shape[1]), np.zeros(x.shape[1])
