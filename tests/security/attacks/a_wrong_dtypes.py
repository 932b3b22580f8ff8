"""Returns results of dtypes that compare in unusual ways: object, complex, masked, str.

item: A results of wrong dtype
harm: a comparison that is not possible counts as passed
deserves: nothing
says: "passed": false
control: by_design: dtype and shape are compared before values, and only arrays are accepted
"""

KINDS = ("O", "complex128", "longdouble", "U8", "datetime64[s]", "V8")
calls = []


def batch_moments(x):
    calls.append(1)
    kind = KINDS[len(calls) % len(KINDS)]
    return np.zeros(x.shape[1]).astype(kind), np.ma.masked_all(x.shape[1])


def normalize(x, mean, var, eps=1e-5):
    return np.ma.masked_all(x.shape)
