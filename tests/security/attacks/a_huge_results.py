"""Returns an integer of a million digits, a text of forty megabytes, a huge array.

item: A results of wrong kind and size
harm: the judge runs out of memory or time while it reads a result
deserves: nothing
says: "passed": false
control: by_design: the size of a frame is checked before it is sent and before it is read
"""

calls = []


def batch_moments(x):
    calls.append(1)
    return (10**1_000_000, "x" * 40_000_000, np.zeros(50_000_000))[len(calls) % 3]


def normalize(x, mean, var, eps=1e-5):
    return (10**400,) * 100_000
