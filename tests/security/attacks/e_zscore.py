"""Calls scipy.stats.zscore in the place of a standardization, by a name put together.

item: E every other native normalization
unit: scaling
harm: the task is not done
deserves: min_max_scale 2, standardize 0
says: This unit is written in NumPy
control: by_design: in a unit written in NumPy, no other library can be imported
"""

import importlib


def standardize(x, *rest):
    zscore = importlib.import_module("sci" + "py.stats").zscore
    return np.nan_to_num(zscore(x, axis=0)).astype(x.dtype)
