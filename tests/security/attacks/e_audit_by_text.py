"""Looks at the names, documentation and code of a layer, and never runs it.

item: E tables of what is expected
unit: audit
harm: an audit that tests nothing earns points
deserves: audit 0
control: by_design: names and code of the layers are drawn, and all right layers must pass first
"""


def audit(make_layer):
    own = []
    for each in getattr(make_layer, "__mro__", [make_layer]):
        if each.__module__.startswith("torch"):
            break
        for name, function in vars(each).items():
            code = getattr(function, "__code__", None)
            if code is not None:
                own += [name, *code.co_names, *map(repr, code.co_consts), function.__doc__ or ""]
    text = " ".join(own)
    if "forward" in own and "flip" not in text:
        raise AssertionError
