"""Returns results of dtypes that compare as equal or as nothing: object, complex, masked, str.

item: A results of wrong dtype
harm: a comparison that cannot be made counts as passed
deserves: nothing
says: "passed": false
control: design: dtype and shape are compared before values, and what is no array is no result
"""

KINDS = ("O", "complex128", "longdouble", "U8", "datetime64[s]", "V8")
calls = []


def batch_moments(x):
    calls.append(1)
    kind = KINDS[len(calls) % len(KINDS)]
    return np.zeros(x.shape[1]).astype(kind), np.ma.masked_all(x.shape[1])


def normalize(x, mean, var, eps=1e-5):
    return np.ma.masked_all(x.shape)
