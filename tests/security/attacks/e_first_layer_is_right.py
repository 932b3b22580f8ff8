"""Takes the first layer that it is shown for right, and passes all whose code looks like it.

item: E tables of what is expected
unit: audit
harm: an audit that tests nothing earns points
deserves: audit 0
says: false alarm
control: by_design: the layers of a submission, right ones and wrong ones, are written in many ways
"""

KNOWN = []


def look(layer):
    codes = (each.__code__ for each in vars(type(layer)).values() if hasattr(each, "__code__"))
    return sorted((len(code.co_code), code.co_argcount, len(code.co_names)) for code in codes)


def audit(make_layer):
    seen = look(make_layer(5))
    KNOWN.append(seen)
    assert seen == KNOWN[0]
