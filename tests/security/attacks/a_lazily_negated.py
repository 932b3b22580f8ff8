"""Returns right numbers whose sign is not in their bytes: lazily negated views.

item: A results of wrong dtype
unit: channels
harm: a right result loses marks
deserves: everything
control: by_design: a tensor crosses with its sign
"""

right_moments = channel_moments


def channel_moments(x):
    mean, var = right_moments(x)
    return torch._neg_view(-mean), torch._neg_view(-var)
